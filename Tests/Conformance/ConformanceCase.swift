import Document
import Foundation

/// What a case is about: the row of the table that it is counted in.
public struct Topic: Sendable, Hashable, CustomStringConvertible {
  /// Which of the two formats.
  public enum Kind: String, Sendable, Hashable {
    /// One template with its parameters.
    case templates
    /// ApplicationSets with clusters, repositories and forges.
    case applicationSets = "applicationsets"
  }

  /// The format.
  public let kind: Kind
  /// The topic's own name.
  public let name: String

  /// `templates/strings`.
  public var description: String { "\(kind.rawValue)/\(name)" }
}

/// One recorded case.
public struct ConformanceCase: Sendable, CustomStringConvertible {
  enum Body: Sendable {
    case template(TemplateCase)
    case applicationSet(ApplicationSetCase)
    /// It cannot be run, and why.
    case broken(String)
  }

  /// What it is about.
  public let topic: Topic
  /// Its name, unique within its corpus: `strings-0007`, `matrix-012`.
  public let name: String
  /// Where it stands, relative to the corpus: `templates/strings.jsonl:7`, `applicationsets/matrix-012`.
  public let file: String
  let body: Body

  /// The name.
  public var description: String { name }

  /// The ApplicationSets of the case; nil when it is about a template or cannot be read.
  public var applicationSets: ApplicationSetCase? {
    guard case .applicationSet(let test) = body else { return nil }
    return test
  }

  /// Runs the case: everything that is not as it was recorded; none when it passes.
  public func differences() -> [Difference] {
    switch body {
    case .template(let test): return test.difference().map { [$0] } ?? []
    case .applicationSet(let test):
      do {
        return try test.differences()
      } catch {
        return [Difference("the case cannot be run: \(error)")]
      }
    case .broken(let reason): return [Difference("the case cannot be run: \(reason)")]
    }
  }

  static func broken(_ kind: Topic.Kind, topic: String = "unreadable", name: String, file: String, _ reason: String) -> Self {
    ConformanceCase(topic: Topic(kind: kind, name: topic), name: name, file: file, body: .broken(reason))
  }

  /// A line of a file of template cases.
  static func template(line: [UInt8], topic: String, file: String, number: Int) -> Self {
    let place = "\(file):\(number)"
    let value: Value
    do {
      value = try JSON.decode(line)
    } catch {
      return broken(.templates, topic: topic, name: place, file: place, "no JSON: \(error.message)")
    }
    let name = value["id"]?.stringValue ?? place
    do {
      return ConformanceCase(
        topic: Topic(kind: .templates, name: topic), name: name, file: place, body: .template(try TemplateCase(value)))
    } catch {
      return broken(.templates, topic: topic, name: name, file: place, "\(error)")
    }
  }

  /// A folder with ApplicationSets. Its topic is its name without the number at its end; without a number, its folder's name.
  static func applicationSet(name: String, folder: String, file: String, root: String) -> Self {
    let steps = name.split(separator: "/").map(String.init)
    var topic = steps.last ?? name
    while let last = topic.last, last.isASCII && last.isNumber { topic.removeLast() }
    let hasNumber = topic.count < (steps.last ?? name).count
    while let last = topic.last, last == "-" || last == "_" || last == "." { topic.removeLast() }
    if !hasNumber || topic.isEmpty { topic = steps.count > 1 ? steps[steps.count - 2] : "unnumbered" }
    return ConformanceCase(
      topic: Topic(kind: .applicationSets, name: topic), name: name, file: file,
      body: .applicationSet(ApplicationSetCase(folder: folder, root: root)))
  }
}

/// One thing that is not as it was recorded.
public struct Difference: Sendable, Hashable {
  /// What it is.
  public let what: String
  /// Expected and got, as a unified diff; empty where there is nothing to compare.
  public let diff: String

  /// Makes a difference.
  public init(_ what: String, diff: String = "") {
    self.what = what
    self.diff = diff
  }

  /// For reports and for the way from a worker to the bench.
  var json: Value { ["what": .string(what), "diff": .string(diff)] }

  init(_ what: String, expected: String, got: String) {
    self.init(what, diff: UnifiedDiff.text(expected: expected, got: got))
  }
}

/// What is wrong with a case itself.
struct MalformedCase: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension Value {
  /// Says which members the format does not have. A member that only describes the case is none of them.
  func checkMembers(_ known: [String], _ place: String) throws(MalformedCase) {
    guard let object = objectValue else { throw MalformedCase("\(place) is no object but \(kindName)") }
    for member in object where !known.contains(member.key) && !Self.remarks.contains(member.key) {
      throw MalformedCase("\(place) has the field \(JSON.string(.string(member.key))), which the format does not have")
    }
  }

  private static let remarks = ["comment", "description", "note", "title", "topic"]
}
