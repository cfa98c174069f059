import Document
import FleetModel
import Foundation
import Generators

/// Compares an evaluation with what Argo CD gave.
enum ConformanceComparison {
  /// The differences of a case; none when it passes.
  static func differences(_ test: ConformanceCase) throws -> [String] {
    let evaluation = try test.evaluate()
    var differences: [String] = []
    let validates = try test.json("options.json")?["validate"]?.boolValue ?? false
    for expected in try test.json("expected.json")?.arrayValue ?? [] {
      let id = expected["applicationSet"]?.stringValue ?? ""
      guard let actual = evaluation.sets.first(where: { $0.id == id }) else {
        differences.append("\(id): not evaluated: \(evaluation.diagnostics.map(\.description).joined(separator: "; "))")
        continue
      }
      differences += compare(expected, actual, validates).map { "\(id): \($0)" }
    }
    for expected in try test.json("params.json")?.arrayValue ?? [] {
      let id = expected["applicationSet"]?.stringValue ?? ""
      guard let actual = evaluation.sets.first(where: { $0.id == id }) else { continue }
      differences += compareParameters(expected["params"]?.arrayValue ?? [], actual).map { "\(id): \($0)" }
    }
    return differences
  }

  private static func compare(_ expected: Value, _ actual: SetEvaluation, _ validates: Bool) -> [String] {
    if let error = expected["error"]?.stringValue {
      guard let first = actual.firstError else { return ["expected the error \(error), got none"] }
      if expected["panic"]?.boolValue == true { return [] }
      var differences: [String] = []
      if !sameError(error, first.message) { differences.append("expected the error\n  \(error)\ngot\n  \(first.message)") }
      if let reason = expected["reason"]?.stringValue, reason != first.reason.rawValue {
        differences.append("expected the reason \(reason), got \(first.reason.rawValue)")
      }
      return differences
    }
    if let error = actual.firstError { return ["unexpected error \(error.message)"] }
    var differences: [String] = []
    let instances = actual.generated.filter { !validates || actual.validationErrors["\($0.namespace)/\($0.name)"] == nil }
    let wanted = expected["applications"]?.arrayValue ?? []
    let got = instances.map { (name: $0.name, text: JSON.string($0.application)) }.sorted { left, right in
      ByteOrder.equal(left.name, right.name) ? ByteOrder.less(left.text, right.text) : ByteOrder.less(left.name, right.name)
    }
    let wantedTexts = wanted.map { JSON.string($0) }
    let sameNames = wanted.map { $0[at: "metadata", "name"]?.stringValue ?? "" }
    if sameNames != got.map(\.name) {
      differences.append("expected the applications \(sameNames), got \(got.map(\.name))")
    } else if wantedTexts.sorted() != got.map(\.text).sorted() {
      for (wanted, got) in zip(wantedTexts, got) where wanted != got.text {
        differences.append("expected\n  \(wanted)\ngot\n  \(got.text)")
        break
      }
    }
    if let order = expected["generatedOrder"]?.arrayValue?.compactMap(\.stringValue), !usesClusters(actual) {
      let names = instances.map(\.name)
      if names != order { differences.append("expected the order \(order), got \(names)") }
    }
    if validates {
      let wantedErrors = StringMaps.strings(expected["validationErrors"])
      if wantedErrors != actual.validationErrors {
        differences.append("expected the validation errors \(wantedErrors), got \(actual.validationErrors)")
      }
    }
    return differences
  }

  /// Argo CD's order of clusters is that of a Go map; ours is by name.
  private static func usesClusters(_ actual: SetEvaluation) -> Bool {
    actual.generated.contains { $0.provenance.generator.contains("clusters") }
  }

  private static func compareParameters(_ expected: [Value], _ actual: SetEvaluation) -> [String] {
    var differences: [String] = []
    guard expected.count == actual.parameters.count else {
      return ["expected parameters of \(expected.count) generators, got \(actual.parameters.count)"]
    }
    for (index, wanted) in expected.enumerated() {
      switch (wanted, actual.parameters[index]) {
      case (.object(let object), .none) where object["error"] != nil || object["panic"] != nil: continue
      case (.array(let sets), .some(let got)):
        // A set without parameters is a nil map in Go; here it is an empty one.
        let wantedTexts = sets.map { $0.isNull ? "{}" : JSON.string($0) }.sorted()
        let gotTexts = got.map { JSON.string($0) }.sorted()
        if wantedTexts != gotTexts {
          let missing = wantedTexts.filter { !gotTexts.contains($0) }
          let extra = gotTexts.filter { !wantedTexts.contains($0) }
          differences.append(
            "parameters of generator \(index):\n  missing \(missing.prefix(3).joined(separator: "\n          "))\n  extra   "
              + extra.prefix(3).joined(separator: "\n          "))
        }
      case (_, .none): differences.append("parameters of generator \(index): expected \(JSON.string(wanted)), got an error")
      case (_, .some(let got)):
        differences.append("parameters of generator \(index): expected \(JSON.string(wanted)), got \(got.count) sets")
      }
    }
    return differences
  }

  private static let inside = [
    "reflect:", "runtime error:", "interface conversion:", "reflect.Value", "Go value of type", "Go struct field", "%!w(", "panic:",
  ]
  private static let parsers = ["yaml: ", "error parsing regexp: ", "parsing time ", "parse \""]

  /// Whether two error texts are the same by the rules of the corpus.
  static func sameError(_ expected: String, _ actual: String) -> Bool {
    if expected == actual { return true }
    for parser in parsers {
      if let range = expected.range(of: parser) { return actual.hasPrefix(expected[..<range.lowerBound]) }
    }
    guard inside.contains(where: { expected.contains($0) }) else { return false }
    guard let colon = expected.range(of: ": ", options: .backwards) else { return true }
    return actual.hasPrefix(expected[..<colon.lowerBound])
  }
}
