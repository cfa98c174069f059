import Document
import FleetModel

/// Dependencies and provenances as JSON, in the spelling of the definition files.
enum DocumentCoding {
  static func value(_ dependencies: [Dependency]) -> Value {
    .array(
      dependencies.map { dependency in
        var entry = Object()
        switch dependency.target {
        case .application(let name): entry["application"] = .string(name)
        case .applicationSet(let name): entry["applicationSet"] = .string(name)
        case .selector(let selector): entry["selector"] = value(selector)
        }
        switch dependency.scope {
        case .sameCluster: entry["scope"] = "sameCluster"
        case .fleet: entry["scope"] = "fleet"
        case .clusters(let selector): entry["scope"] = .object(["clusterSelector": value(selector)])
        }
        if let ready = dependency.ready { entry["ready"] = .string(ready) }
        var result: Object = ["entry": .object(entry)]
        if let position = dependency.position { result["at"] = value(position) }
        return .object(result)
      })
  }

  static func dependencies(_ value: Value) throws(DefinitionError) -> [Dependency] {
    var result: [Dependency] = []
    for element in value.arrayValue ?? [] {
      result.append(try Dependency(element["entry"] ?? .null, position: position(element["at"])))
    }
    return result
  }

  static func value(_ provenance: Provenance) -> Value {
    var result: Object = ["generator": .string(provenance.generator), "element": .string(provenance.element)]
    if let set = provenance.applicationSet { result["applicationSet"] = .string(set) }
    if !provenance.files.isEmpty { result["files"] = .array(provenance.files.map { .string($0) }) }
    if let commit = provenance.commit { result["commit"] = .string(commit) }
    if let position = provenance.position { result["at"] = value(position) }
    return .object(result)
  }

  static func provenance(_ value: Value) -> Provenance {
    Provenance(
      applicationSet: value["applicationSet"]?.stringValue, generator: value["generator"]?.stringValue ?? "",
      element: value["element"]?.stringValue ?? "", files: (value["files"]?.arrayValue ?? []).compactMap(\.stringValue),
      commit: value["commit"]?.stringValue, position: position(value["at"]))
  }

  private static func value(_ selector: LabelSelector) -> Value {
    var result = Object()
    if !selector.matchLabels.isEmpty { result["matchLabels"] = StringMaps.value(selector.matchLabels) }
    if !selector.matchExpressions.isEmpty {
      result["matchExpressions"] = .array(
        selector.matchExpressions.map { requirement in
          var expression: Object = ["key": .string(requirement.key), "operator": .string(requirement.comparison.rawValue)]
          if !requirement.values.isEmpty { expression["values"] = .array(requirement.values.map { .string($0) }) }
          return .object(expression)
        })
    }
    return .object(result)
  }

  private static func value(_ position: SourcePosition) -> Value {
    .object(["file": .string(position.file), "line": .int(Int64(position.line)), "column": .int(Int64(position.column))])
  }

  private static func position(_ value: Value?) -> SourcePosition? {
    guard let file = value?["file"]?.stringValue, let line = value?["line"]?.intValue, let column = value?["column"]?.intValue
    else { return nil }
    return SourcePosition(file: file, line: Int(line), column: Int(column))
  }
}
