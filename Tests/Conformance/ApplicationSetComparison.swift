import Document
import FleetModel
import Foundation
import Generators

/// Compares an evaluation with what Argo CD gave.
struct ApplicationSetComparison {
  let evaluation: Evaluation
  /// Whether Argo CD's controller validated the applications.
  let validates: Bool

  func differences(expected: Value, parameters: Value?) throws -> [Difference] {
    let documents = try Self.list(expected, "expected.json")
    var differences: [Difference] = []
    for document in documents {
      try document.checkMembers(
        ["applicationSet", "applications", "error", "reason", "panic", "generatedOrder", "validationErrors"], "expected.json")
      let id = try Self.id(document, "expected.json")
      if let actual = try found(id, &differences) { differences += try compare(document, actual, id) }
    }
    let expectedIDs = documents.compactMap { $0["applicationSet"]?.stringValue }
    for actual in evaluation.sets where !expectedIDs.contains(actual.id) {
      differences.append(Difference("\(actual.id) is not in expected.json"))
    }
    for document in try parameters.map({ try Self.list($0, "params.json") }) ?? [] {
      try document.checkMembers(["applicationSet", "params"], "params.json")
      let id = try Self.id(document, "params.json")
      guard let wanted = document["params"]?.arrayValue else { throw MalformedCase("params.json: `params` must be a list") }
      if let actual = evaluation.sets.first(where: { $0.id == id }) { differences += try compareParameters(wanted, actual, id) }
    }
    return differences
  }

  private func found(_ id: String, _ differences: inout [Difference]) throws -> SetEvaluation? {
    if let actual = evaluation.sets.first(where: { $0.id == id }) { return actual }
    differences.append(Difference("\(id) was not evaluated: \(evaluation.diagnostics.map(\.description).joined(separator: "; "))"))
    return nil
  }

  private func compare(_ expected: Value, _ actual: SetEvaluation, _ id: String) throws -> [Difference] {
    if let error = expected["error"] {
      guard let error = error.stringValue, expected["applications"] == nil else {
        throw MalformedCase("expected.json: \(id) needs either `applications` or `error`, a text")
      }
      return compareError(error, expected, actual, id)
    }
    guard let wanted = expected["applications"]?.arrayValue else {
      throw MalformedCase("expected.json: \(id) needs either `applications`, a list, or `error`")
    }
    if let error = actual.firstError {
      return [Difference("\(id): error instead of applications", expected: Self.text(wanted), got: "error: \(error.message)\n")]
    }
    let instances = actual.generated.filter { !validates || actual.validationErrors["\($0.namespace)/\($0.name)"] == nil }
    var differences: [Difference] = []
    let got = instances.map(\.application)
    if wanted.map({ JSON.string($0) }).sorted() != got.map({ JSON.string($0) }).sorted() {
      differences.append(Self.difference("\(id): applications", Self.sorted(wanted), Self.sorted(got)))
    }
    if let order = expected["generatedOrder"] {
      guard let names = order.arrayValue?.compactMap(\.stringValue), names.count == order.arrayValue?.count else {
        throw MalformedCase("expected.json: `generatedOrder` must be a list of names")
      }
      if names != instances.map(\.name) && !Self.isInChanceOrder(actual) {
        differences.append(Difference("\(id): order of generation", expected: Self.lines(names), got: Self.lines(instances.map(\.name))))
      }
    }
    if validates {
      let errors = expected["validationErrors"] ?? .object(Object())
      let gotErrors = Value.object(Object(actual.validationErrors.map { Member(key: $0.key, value: .string($0.value)) }))
      if errors != gotErrors { differences.append(Self.difference("\(id): validation errors", [errors], [gotErrors])) }
    }
    return differences
  }

  /// Whether a cluster generator took part: Argo CD walks over its clusters in the order of a Go map, which is another one at every
  /// evaluation, so that a recorded order of two or three is chance.
  private static func isInChanceOrder(_ actual: SetEvaluation) -> Bool {
    actual.generated.contains { $0.provenance.generator.contains("clusters") }
  }

  private func compareError(_ error: String, _ expected: Value, _ actual: SetEvaluation, _ id: String) -> [Difference] {
    guard let first = actual.firstError else {
      let got = Self.text(actual.generated.map(\.application))
      return [Difference("\(id): applications instead of an error", expected: "error: \(error)\n", got: got)]
    }
    if expected["panic"]?.boolValue == true { return [] }
    var differences: [Difference] = []
    if !ErrorText.same(error, first.message) { differences.append(Difference("\(id): error text", expected: error, got: first.message)) }
    if let reason = expected["reason"]?.stringValue, reason != first.reason.rawValue {
      differences.append(Difference("\(id): reason of the error", expected: reason, got: first.reason.rawValue))
    }
    return differences
  }

  private func compareParameters(_ expected: [Value], _ actual: SetEvaluation, _ id: String) throws -> [Difference] {
    guard expected.count == actual.parameters.count else {
      return [Difference("\(id): parameters of \(expected.count) generators expected, got those of \(actual.parameters.count)")]
    }
    var differences: [Difference] = []
    for (index, wanted) in expected.enumerated() {
      let what = "\(id): parameters of generator \(index + 1)"
      switch (wanted, actual.parameters[index]) {
      case (.object(let object), let got):
        guard object["error"] != nil || object["panic"] != nil else { throw MalformedCase("params.json: an object that is no `error`") }
        if let got {
          differences.append(Difference("\(what) instead of an error", expected: JSON.string(wanted), got: Self.text(got)))
        } else if let error = object["error"]?.stringValue, !actual.errors.contains(where: { ErrorText.same(error, $0.message) }) {
          let reasons = actual.errors.map { $0.message + "\n" }.joined()
          differences.append(Difference("\(what): error text", expected: error + "\n", got: reasons))
        }
      case (.array(let sets), .some(let got)):
        // A set without parameters is a nil map in Go; here it is an empty one.
        let sets = sets.map { $0.isNull ? .object(Object()) : $0 }
        if sets.map({ JSON.string($0) }).sorted() != got.map({ JSON.string($0) }).sorted() {
          differences.append(Self.difference(what, Self.sorted(sets), Self.sorted(got)))
        }
      case (.array(let sets), .none):
        let reasons = actual.errors.map { "error: \($0.message)\n" }.joined()
        differences.append(Difference("\(what): an error instead", expected: Self.text(sets), got: reasons))
      default: throw MalformedCase("params.json: the parameters of a generator are a list or an `error`, not \(wanted.kindName)")
      }
    }
    return differences
  }

  // MARK: - Texts

  private static func list(_ value: Value, _ file: String) throws -> [Value] {
    guard let list = value.arrayValue else { throw MalformedCase("\(file) is no list but \(value.kindName)") }
    return list
  }

  private static func id(_ document: Value, _ file: String) throws -> String {
    guard let id = document["applicationSet"]?.stringValue else { throw MalformedCase("\(file): `applicationSet` must be a name") }
    return id
  }

  /// By name, then content.
  private static func sorted(_ values: [Value]) -> [Value] {
    values.map { (name: $0[at: "metadata", "name"]?.stringValue ?? "", json: JSON.string($0), value: $0) }
      .sorted { ByteOrder.equal($0.name, $1.name) ? ByteOrder.less($0.json, $1.json) : ByteOrder.less($0.name, $1.name) }
      .map(\.value)
  }

  private static func lines(_ names: [String]) -> String { names.map { $0 + "\n" }.joined() }

  private static func text(_ values: [Value]) -> String { YAML.encodeAll(values) }

  /// The YAML of both; where that is the same and only the values' types differ, their JSON.
  private static func difference(_ what: String, _ expected: [Value], _ got: [Value]) -> Difference {
    let difference = Difference(what, expected: text(expected), got: text(got))
    guard difference.diff.isEmpty else { return difference }
    return Difference(
      what, expected: JSON.string(.array(expected), pretty: 2) + "\n", got: JSON.string(.array(got), pretty: 2) + "\n")
  }
}
