import Document

/// Compares answers of the simulator with recorded ones.
///
/// Uids, versions, generated names and addresses differ on every run; they are matched by first appearance. Times only have to be
/// there or not.
struct AnswerComparison {
  /// What a recorded text stands for in this run.
  private(set) var names: [String: String] = [:]
  private(set) var versions: [String: String] = [:]
  private var versionsBack: [String: String] = [:]
  private(set) var differences: [String] = []

  /// Objects that only the recorded server makes by itself.
  static let foreign: Set<String> = ["kube-root-ca.crt", "openshift-service-ca.crt"]
  private static let times: Set<String> = [
    "creationTimestamp", "deletionTimestamp", "time", "lastTransitionTime", "lastUpdateTime", "lastProbeTime", "startTime",
    "completionTime",
    "renewTime", "acquireTime", "expirationTimestamp", "Created At",
  ]
  private static let opaque: Set<String> = [
    "clusterIP", "nodePort", "healthCheckNodePort", "continue", "podIP", "authentication.kubernetes.io/credential-id",
  ]

  /// The differences between two answers; remembers what stands for what.
  mutating func compare(_ recorded: Value, _ actual: Value) -> [String] {
    differences = []
    walk(recorded, actual, path: "", key: "", isListMetadata: false)
    return differences
  }

  /// Takes the name that the server made up from an answer that refuses the object.
  mutating func learnName(_ prefix: String, _ recorded: Value, _ actual: Value) {
    guard let old = recorded[at: "details", "name"]?.stringValue, let new = actual[at: "details", "name"]?.stringValue,
      old.hasPrefix(prefix), new.hasPrefix(prefix)
    else { return }
    names[old] = new
  }

  /// A recorded text with everything that is known by now put in.
  func translated(_ text: String) -> String {
    // Bodies that only try the limits of size name nothing.
    guard text.utf8.count < 100_000 else { return text }
    var result = text
    for (old, new) in names where result.contains(old) { result = result.replacing(old, with: new) }
    var output = ""
    var digits = ""
    // Versions are whole runs of digits between quotes or in a query.
    for character in result + "\u{0}" {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      if !digits.isEmpty {
        let last = output.last
        let bounded =
          (last == "\"" || last == "=" || last == "(" || last == " ") && (character != "." && character != "-" && character != ":")
        output += bounded ? versions[digits] ?? digits : digits
        digits = ""
      }
      if character != "\u{0}" { output.append(character) }
    }
    return output
  }

  private mutating func note(_ path: String, _ recorded: String, _ actual: String) {
    differences.append("\(path): recorded \(recorded.prefix(500)), got \(actual.prefix(500))")
  }

  private mutating func walk(_ recorded: Value, _ actual: Value, path: String, key: String, isListMetadata: Bool) {
    switch (recorded, actual) {
    case (.object(let left), .object(let right)): walk(left, right, path: path)
    case (.array(let left), .array(let right)) where key == "resourceRules" || key == "nonResourceRules":
      // The recorded server lists rules in the order of a hash map, and has one that plain servers lack.
      func sorted(_ rules: [Value]) -> [Value] {
        rules.filter { $0["nonResourceURLs"] != ["/.well-known", "/.well-known/*"] }.sorted { JSON.string($0) < JSON.string($1) }
      }
      if sorted(left) != sorted(right) { note(path, JSON.string(recorded), JSON.string(actual)) }
    case (.array(let left), .array(let right)):
      func own(_ items: [Value]) -> [Value] {
        items.filter { !AnswerComparison.foreign.contains($0[at: "metadata", "name"]?.stringValue ?? "") }
      }
      let leftItems = own(left)
      let rightItems = own(right)
      if leftItems.count != rightItems.count {
        note(path, "\(leftItems.count) elements \(JSON.string(recorded))", "\(rightItems.count) elements \(JSON.string(actual))")
        return
      }
      for index in leftItems.indices {
        walk(leftItems[index], rightItems[index], path: "\(path)[\(index)]", key: key, isListMetadata: false)
      }
    case (.string(let left), .string(let right)): walk(left, right, path: path, key: key, isListMetadata: isListMetadata)
    default:
      if AnswerComparison.opaque.contains(key), recorded.kindName == actual.kindName { return }
      if key == "remainingItemCount" || key == "description" { return }
      if recorded != actual { note(path, JSON.string(recorded), JSON.string(actual)) }
    }
  }

  private mutating func walk(_ left: Object, _ right: Object, path: String) {
    let isList = left["kind"]?.stringValue?.hasSuffix("List") == true || left["kind"] == "Table"
    if let prefix = left["generateName"]?.stringValue, let name = left["name"]?.stringValue, let actual = right["name"]?.stringValue,
      name.hasPrefix(prefix), actual.hasPrefix(prefix)
    {
      names[name] = actual
    }
    let left =
      left.contains(where: { $0.key.hasPrefix("k:") }) ? Object(left.map { Member(key: translated($0.key), value: $0.value) }) : left
    // Uids first: other texts may hold them.
    for key in Set(left.keys).union(right.keys).sorted(by: { ($0 == "metadata" ? 0 : 1, $0) < ($1 == "metadata" ? 0 : 1, $1) }) {
      let place = path.isEmpty ? key : "\(path).\(key)"
      switch (left[key], right[key]) {
      case (.some(let leftValue), .some(let rightValue)):
        if key == "resourceVersion", path.hasSuffix("metadata"), left["uid"] == nil {
          if let old = leftValue.stringValue, let new = rightValue.stringValue { versions[old] = versions[old] ?? new }
          continue
        }
        _ = isList
        walk(leftValue, rightValue, path: place, key: key, isListMetadata: false)
      case (.some(let leftValue), nil): if key != "description" { note(place, JSON.string(leftValue), "nothing") }
      case (nil, .some(let rightValue)): if key != "description" { note(place, "nothing", JSON.string(rightValue)) }
      case (nil, nil): break
      }
    }
  }

  private mutating func walk(_ left: String, _ right: String, path: String, key: String, isListMetadata: Bool) {
    if key == "uid" || key.hasSuffix("controller-uid") || key == "volumeName" {
      if let known = names[left] {
        if known != right { note(path, left, right) }
      } else {
        names[left] = right
      }
      return
    }
    if key == "resourceVersion" {
      if let known = versions[left] {
        if known != right { note(path, "the version that was \(known)", right) }
      } else if let other = versionsBack[right], other != left {
        note(path, "a new version", "\(right), as before")
      } else {
        versions[left] = right
        versionsBack[right] = left
      }
      return
    }
    if key == "token" {
      names[left] = right
      return
    }
    if key == "continue" {
      names[left] = right
      return
    }
    if key == "clusterIP" || key == "clusterIPs", left.contains(".") { names[left] = names[left] ?? right }
    if AnswerComparison.times.contains(key) || AnswerComparison.opaque.contains(key) || key == "clusterIPs" || key == "description" {
      return
    }
    if key == "cells", left.isAge, right.isAge { return }
    if left == right || translated(left) == right { return }
    // Up to where a server has compacted is its own affair.
    if left.hasPrefix("too old resource version: "), translated(left).prefix(while: { $0 != "(" }) == right.prefix(while: { $0 != "(" }) {
      return
    }
    if left.contains("current: "), left.prefix(while: { $0 != "," }) == right.prefix(while: { $0 != "," }) { return }
    note(path, left, right)
  }
}

extension String {
  /// Whether this is an age such as `4m2s`.
  fileprivate var isAge: Bool { !isEmpty && allSatisfy { $0.isNumber || "smhdy".contains($0) } && first?.isNumber == true }
}
