import Document
import FleetModel
import Templating

extension GeneratorRunner {
  /// One element for each decision of a placement-like object (`status.<list>`) whose cluster is registered.
  func decision(_ generator: DecisionGenerator, _ path: [PathComponent]) throws(RenderError) -> GeneratorOutput {
    if let reason = clusterFailure { return .failed("error listing clusters: \(reason)", path) }
    let registered = allClusters
    noteObjects()
    let reference = try generator.configMapRef.settled(renderer)
    guard let settings = configMaps.first(where: { $0[at: "metadata", "name"]?.stringValue == reference }) else {
      return .failed("error reading configMapRef: configmaps \"\(reference)\" not found", path + ["configMapRef"])
    }
    let data = StringMaps.strings(settings["data"])
    let apiVersion = data["apiVersion"] ?? ""
    guard let resource = data["kind"], !resource.isEmpty, let slash = apiVersion.firstIndex(of: "/"), slash > apiVersion.startIndex else {
      return .failed("there is a problem with the apiVersion, kind or resourceName provided", path + ["configMapRef"])
    }
    let name = try generator.name.settled(renderer)
    guard name.isEmpty == generator.hasSelector else {
      return .failed("there is a problem with the definition of the ClusterDecisionResource generator", path)
    }
    let selector = try generator.labelSelector.settled(renderer)
    // The API server is asked for `<none>` then.
    if name.isEmpty && selector.isEmpty {
      return .failed("failed to get dynamic resources: found '<', expected: !, identifier, or 'end of string'", path + ["labelSelector"])
    }
    let objects = otherObjects.filter { object in
      guard object["apiVersion"]?.stringValue == apiVersion, names(resource, of: object["kind"]?.stringValue ?? "") else { return false }
      if !name.isEmpty { return object[at: "metadata", "name"]?.stringValue == name }
      return selector.matches(StringMaps.strings(object[at: "metadata", "labels"]))
    }.sorted { ByteOrder.less($0[at: "metadata", "name"]?.stringValue ?? "", $1[at: "metadata", "name"]?.stringValue ?? "") }
    guard !objects.isEmpty else { return .failed("no clusterDecisionResources found", path) }
    // To Argo CD a ConfigMap without a key, or an object that has no status yet, is an empty list, and every application is removed.
    guard let matchKey = data["matchKey"], !matchKey.isEmpty else {
      return .silent("the ConfigMap \(reference) has no matchKey: none of the set is removed while it is so", path + ["configMapRef"])
    }
    var decisions: [Value] = []
    var problems: [GeneratorProblem] = []
    let list = data["statusListKey"].flatMap { $0.isEmpty ? nil : $0 } ?? "clusters"
    for object in objects {
      guard let status = object["status"]?.objectValue, !status.isEmpty else {
        let name = object[at: "metadata", "name"]?.stringValue ?? ""
        let message = "\(resource) \(name) has no status yet: none of the set is removed while it is so"
        problems.append(GeneratorProblem(message: message, path: path, isSilent: true))
        continue
      }
      guard let entries = status[list]?.arrayValue else {
        return .failed("status.\(list) of \(object[at: "metadata", "name"]?.stringValue ?? "") is no list of decisions", path)
      }
      decisions += entries
    }
    var output = try elements(decisions, matchKey, registered, generator.values)
    output.problems = problems
    return output
  }

  private func elements(
    _ decisions: [Value], _ matchKey: String, _ registered: [Cluster], _ values: [ValueText]
  ) throws(RenderError) -> GeneratorOutput {
    let hasInCluster = registered.contains { $0.serverURL == Cluster.inClusterURL }
    let known = hasInCluster ? registered : registered + [.inCluster]
    var literal: [(String, String)] = []
    // They are taken as they stand, unlike the values of every other generator.
    for value in values { literal.append((value.key, (try? value.text.settled(renderer)) ?? "")) }
    var keys: [(key: String, text: String)] = []
    var maps: [TemplateMap] = []
    for decision in decisions {
      guard case .map(let map) = TemplateValue(decision), let wanted = map[matchKey].map(GoText.text) else { continue }
      guard let cluster = known.first(where: { ByteOrder.equal($0.name, wanted) }) else { continue }
      var entries: [(String, TemplateValue)] = [("name", .string(cluster.name)), ("server", .string(cluster.serverURL))]
      entries += map.entries.map { ($0.key, .string(GoText.text($0.value))) }
      if renderer.goTemplate {
        if !literal.isEmpty, map["values"] != nil {
          // Argo CD crashes here.
          throw RenderError("the decision for \(cluster.name) has a key \"values\", which the generator's own values need")
        }
        if !literal.isEmpty { entries.append(("values", .stringMap(literal))) }
      } else {
        entries += literal.map { ("values.\($0.0)", .string($0.1)) }
      }
      maps.append(TemplateMap(entries))
      keys.append(("cluster=\(cluster.name)", "decision for cluster \(cluster.name)"))
    }
    let unique = ElementKeys.unique(keys)
    return GeneratorOutput(sets: zip(maps, unique).map { ParameterSet($0, key: $1.key, element: $1.text) })
  }

  /// Whether a plural resource name, as the ConfigMap has it under `kind`, means a kind.
  private func names(_ resource: String, of kind: String) -> Bool {
    let lower = kind.lowercased()
    if [lower, "\(lower)s", "\(lower)es"].contains(resource) { return true }
    return lower.hasSuffix("y") && resource == "\(lower.dropLast())ies"
  }
}
