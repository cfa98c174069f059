import Document
import FleetModel

extension GeneratorNode {
  /// Reads one entry; the schema has been checked before, so what has the wrong type counts as missing.
  init(_ value: Value, path: [PathComponent]) {
    self.path = path
    id = FieldPath.text(path)
    kinds = []
    unknownKinds = []
    let object = value.objectValue ?? Object()
    for kind in GeneratorSchema.kinds {
      guard let body = object[kind], body.objectValue != nil else { continue }
      kinds.append(GeneratorKind(kind, body, path: path + [.key(kind)]))
    }
    for member in object where member.key != "selector" && !GeneratorSchema.kinds.contains(member.key) {
      unknownKinds.append(member.key)
    }
    guard let selector = object["selector"], !selector.isNull else { return }
    do {
      self.selector = try LabelSelector(selector)
    } catch {
      selectorError = error.message
    }
  }
}

extension GeneratorKind {
  init(_ kind: String, _ body: Value, path: [PathComponent]) {
    var template: Value?
    if let own = body["template"], own.objectValue?.isEmpty == false { template = Normalizer.template(own) }
    switch kind {
    case "list":
      let yaml = Read.text(body["elementsYaml"])
      self = .list(
        ListGenerator(
          elements: body["elements"]?.arrayValue ?? [], elementsAreTemplates: true,
          elementsYaml: yaml.isEmpty ? nil : .template(yaml), template: template))
    case "clusters":
      self = .clusters(
        ClusterGenerator(
          selector: SelectorText(body["selector"]), values: Read.values(body["values"]),
          flatList: body["flatList"]?.boolValue ?? false, template: template))
    case "git":
      self = .git(
        GitGenerator(
          repoURL: .template(Read.text(body["repoURL"])), directories: Read.items(body["directories"]), files: Read.items(body["files"]),
          revision: .template(Read.text(body["revision"])), pathParamPrefix: .template(Read.text(body["pathParamPrefix"])),
          values: Read.values(body["values"]), requeueAfter: body["requeueAfterSeconds"]?.intValue, template: template))
    case "matrix":
      self = .matrix(MatrixGenerator(generators: Read.children(body, path), template: template))
    case "merge":
      let keys = (body["mergeKeys"]?.arrayValue ?? []).map { GeneratorText.template(Read.text($0)) }
      self = .merge(MergeGenerator(generators: Read.children(body, path), mergeKeys: keys, template: template))
    case "clusterDecisionResource":
      self = .decision(
        DecisionGenerator(
          configMapRef: .template(Read.text(body["configMapRef"])), name: .template(Read.text(body["name"])),
          labelSelector: SelectorText(body["labelSelector"]), hasSelector: Read.namesRequirements(body["labelSelector"]),
          values: Read.values(body["values"]),
          requeueAfter: body["requeueAfterSeconds"]?.intValue, template: template))
    case "scmProvider":
      let provider = RepositoryProvider.allCases.first { body[$0.rawValue]?.objectValue != nil }
      self = .repositories(
        RepositoryGenerator(
          provider: provider, settings: GeneratorTree(provider.flatMap { body[$0.rawValue] } ?? .null),
          filters: GeneratorTree(body["filters"] ?? .null), cloneProtocol: .template(Read.text(body["cloneProtocol"])),
          values: Read.values(body["values"]), requeueAfter: body["requeueAfterSeconds"]?.intValue, template: template))
    case "pullRequest":
      let provider = PullRequestProvider.allCases.first { body[$0.rawValue]?.objectValue != nil }
      self = .pullRequests(
        PullRequestGenerator(
          provider: provider, settings: GeneratorTree(provider.flatMap { body[$0.rawValue] } ?? .null),
          filters: GeneratorTree(body["filters"] ?? .null), values: Read.values(body["values"]),
          continuesWithoutRepository: body["continueOnRepoNotFoundError"]?.boolValue ?? false,
          requeueAfter: body["requeueAfterSeconds"]?.intValue, template: template))
    default:
      self = .plugin(
        PluginGenerator(
          configMapName: .template(Read.text(body["configMapRef"]?["name"])),
          parameters: GeneratorTree(body["input"]?["parameters"] ?? .null), values: Read.values(body["values"]),
          requeueAfter: body["requeueAfterSeconds"]?.intValue, template: template))
    }
  }
}

/// Reading of parts of generators.
private enum Read {
  static func text(_ value: Value?) -> String { value?.stringValue ?? "" }

  static func values(_ value: Value?) -> [ValueText] {
    (value?.objectValue ?? Object()).members.map { ValueText(key: $0.key, text: .template(text($0.value))) }
  }

  static func items(_ value: Value?) -> [GitGenerator.Item] {
    (value?.arrayValue ?? []).map { GitGenerator.Item(path: .template(text($0["path"])), exclude: $0["exclude"]?.boolValue ?? false) }
  }

  /// Whether a selector lists anything, be the lists empty.
  static func namesRequirements(_ selector: Value?) -> Bool {
    selector?["matchLabels"]?.objectValue != nil || selector?["matchExpressions"]?.arrayValue != nil
  }

  static func children(_ body: Value, _ path: [PathComponent]) -> [GeneratorNode] {
    (body["generators"]?.arrayValue ?? []).enumerated().map { index, child in
      GeneratorNode(child, path: path + [.key("generators"), .index(index)])
    }
  }
}

extension SelectorText {
  init(_ value: Value?) {
    matchLabels = (value?["matchLabels"]?.objectValue ?? Object()).members.map {
      (.template($0.key), .template($0.value.stringValue ?? ""))
    }
    matchExpressions = (value?["matchExpressions"]?.arrayValue ?? []).map { entry in
      Requirement(
        key: .template(entry["key"]?.stringValue ?? ""), comparison: .template(entry["operator"]?.stringValue ?? ""),
        values: (entry["values"]?.arrayValue ?? []).map { .template($0.stringValue ?? "") })
    }
  }

  /// The selector with its texts as they are now.
  func settled(_ renderer: TextRenderer) throws(RenderError) -> LabelSelector {
    var labels: [Member] = []
    for entry in matchLabels {
      labels.append(Member(key: try entry.key.settled(renderer), value: .string(try entry.value.settled(renderer))))
    }
    var expressions: [Value] = []
    for requirement in matchExpressions {
      var values: [Value] = []
      for value in requirement.values { values.append(.string(try value.settled(renderer))) }
      expressions.append([
        "key": .string(try requirement.key.settled(renderer)), "operator": .string(try requirement.comparison.settled(renderer)),
        "values": .array(values),
      ])
    }
    do {
      return try LabelSelector(["matchLabels": .object(Object(labels)), "matchExpressions": .array(expressions)])
    } catch {
      // The same code serves both selectors, but Kubernetes words this one differently.
      let message = error.message.replacing("is not a valid pod selector operator", with: "is not a valid label selector operator")
      throw RenderError(message)
    }
  }
}
