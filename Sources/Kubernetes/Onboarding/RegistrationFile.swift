import Document

/// Puts a Cluster definition into a file of definitions, and takes it out again, without touching the file's other documents: text in,
/// text out.
///
/// The text of the others stays byte by byte, comments included. What differs from a rewrite of the whole file is deliberate: people keep
/// these files in Git and review their differences.
public enum RegistrationFile {
  /// What becomes of the file.
  public enum Outcome: Sendable, Hashable {
    /// There was no file, or an empty one: its text.
    case created(String)
    /// The definition is new in the file, or different: the file's text.
    case changed(String)
    /// The file says so already.
    case unchanged
    /// The file holds the last document no more: it can go.
    case empty
    /// What is there stands in the way; why, and what to do.
    case refused(String)
  }

  /// Adds a definition, or brings the one of the same name up to date: labels and annotations that are there stay, and so does a project
  /// where no other is given.
  /// - Parameters:
  ///   - definition: a `flotilla.dev/v1alpha1` Cluster
  ///   - text: the file as it is; nil for none
  public static func adding(_ definition: Value, to text: String?) -> Outcome {
    let name = definition[at: "metadata", "name"]?.stringValue ?? ""
    guard let text, text.contains(where: { !$0.isWhitespace }) else { return .created(YAML.encode(definition)) }
    var parts = chunks(text)
    guard let index = parts.firstIndex(where: { $0.defines(name) }), let former = parts[index].value else {
      if parts.contains(where: { $0.isBroken }) { return .refused("it is no YAML: correct it, or name another file") }
      let separator = text.hasSuffix("\n") ? "---\n" : "\n---\n"
      return .changed(text + separator + YAML.encode(definition))
    }
    guard former["kind"] == "Cluster" else {
      return .refused("it holds a cluster Secret of the name \(name): name another file, or remove it")
    }
    if let old = address(former), let new = address(definition), old != new {
      return .refused("it registers \(name) at \(old), not at \(new): choose another name with --name, or remove that one first")
    }
    let merged = merge(former, definition)
    guard merged != former else { return .unchanged }
    parts[index].body = YAML.encode(merged)
    return .changed(parts.map(\.text).joined())
  }

  /// Takes the definition of a cluster out.
  public static func removing(_ name: String, from text: String) -> Outcome {
    var parts = chunks(text)
    let found = parts.indices.filter { parts[$0].defines(name) }
    guard let index = found.first else { return .unchanged }
    guard found.count == 1 else { return .refused("it defines \(name) \(found.count) times: remove them by hand") }
    parts.remove(at: index)
    guard parts.contains(where: { !$0.isBlank }) else { return .empty }
    if index == 0, let first = parts.first, !first.separator.isEmpty { parts[0].separator = "" }
    return .changed(parts.map(\.text).joined())
  }

  /// The definition of a cluster in a file; nil when there is none.
  public static func definition(of name: String, in text: String) -> Value? {
    chunks(text).first { $0.defines(name) }?.value
  }

  // MARK: - parts

  /// One document with the line that begins it.
  private struct Chunk {
    var separator: String
    var body: String

    var text: String { separator + body }
    var isBlank: Bool {
      body.split(whereSeparator: \.isNewline).allSatisfy { line in line.drop(while: \.isWhitespace).first.map { $0 == "#" } ?? true }
    }
    var value: Value? { try? YAML.decode(body) }
    var isBroken: Bool { (try? YAML.decode(body)) == nil }

    func defines(_ name: String) -> Bool {
      guard let value else { return false }
      switch (value["apiVersion"]?.stringValue, value["kind"]?.stringValue) {
      case ("flotilla.dev/v1alpha1", "Cluster"): return value[at: "metadata", "name"]?.stringValue == name
      case ("v1", "Secret"):
        guard value[at: "metadata", "labels", "argocd.argoproj.io/secret-type"] == "cluster" else { return false }
        let encoded = value[at: "data", "name"]?.stringValue.flatMap { Base64.decode($0.utf8) }
        return (value[at: "stringData", "name"]?.stringValue ?? encoded.map { String(decoding: $0, as: UTF8.self) }) == name
      default: return false
      }
    }
  }

  /// Cuts a stream at its separators. A line of three dashes in the first column separates wherever it stands, in block scalars too.
  private static func chunks(_ text: String) -> [Chunk] {
    var result: [Chunk] = [Chunk(separator: "", body: "")]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "---" || line == "---\r" || line.hasPrefix("--- #") {
        if result.count == 1, result[0].body.isEmpty {
          result[0].separator = line + "\n"
        } else {
          result.append(Chunk(separator: line + "\n", body: ""))
        }
      } else {
        result[result.count - 1].body += line + "\n"
      }
    }
    // The split gives one line more than there are ends of lines.
    if var last = result.popLast() {
      if last.body.isEmpty { last.separator.removeLast() } else { last.body.removeLast() }
      result.append(last)
    }
    return result
  }

  private static func address(_ definition: Value) -> String? {
    definition[at: "spec", "server"]?.stringValue
  }

  private static func merge(_ former: Value, _ definition: Value) -> Value {
    var merged = definition
    for key in ["labels", "annotations"] {
      var entries = former[at: "metadata", key]?.objectValue ?? Object()
      for member in definition[at: "metadata", key]?.objectValue ?? Object() { entries[member.key] = member.value }
      if !entries.isEmpty { merged[at: "metadata", key] = .object(entries) }
    }
    if definition[at: "spec", "project"] == nil, let project = former[at: "spec", "project"] { merged[at: "spec", "project"] = project }
    return merged
  }
}
