import Document
import FleetModel
import Hub

/// The parameters that generators give to templates.
struct ParameterListing {
  private let sets: [(id: String, generators: [(kind: String, elements: [Value]?)])]

  init(_ evaluated: EvaluatedFleet) {
    let definitions = Dictionary(
      evaluated.definitions.applicationSets.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    sets = evaluated.evaluation.sets.map { set in
      let generators = definitions[set.id]?.generators ?? []
      return (
        set.id,
        set.parameters.enumerated().map { index, elements in
          (index < generators.count ? ParameterListing.kind(generators[index].value) : "", elements)
        }
      )
    }
  }

  private static func kind(_ generator: Value) -> String {
    (generator.objectValue ?? [:]).map(\.key).first { $0 != "selector" } ?? ""
  }

  func print(_ format: Generate.GenerateFormat, _ terminal: Terminal) {
    switch format {
    case .yaml:
      for (index, set) in sets.enumerated() { terminal.write((index == 0 ? "" : "---\n") + YAML.encode(value(set))) }
    case .json: terminal.print(JSON.string(.array(sets.map(value)), pretty: 2))
    case .name:
      var names: Set<String> = []
      for set in sets {
        for generator in set.generators {
          for element in generator.elements ?? [] { ParameterListing.collect(element, "", &names) }
        }
      }
      for name in names.sorted(by: ByteOrder.less) { terminal.print(name) }
    }
  }

  private func value(_ set: (id: String, generators: [(kind: String, elements: [Value]?)])) -> Value {
    let generators = set.generators.map { generator -> Value in
      guard let elements = generator.elements else { return ["generator": .string(generator.kind), "failed": true] }
      return ["generator": .string(generator.kind), "parameters": .array(elements)]
    }
    return ["applicationSet": .string(set.id), "generators": .array(generators)]
  }

  /// The names of all texts, with dots between the levels.
  private static func collect(_ value: Value, _ prefix: String, _ names: inout Set<String>) {
    guard let object = value.objectValue else {
      names.insert(prefix)
      return
    }
    for member in object { collect(member.value, prefix.isEmpty ? member.key : "\(prefix).\(member.key)", &names) }
  }
}
