import Document
import FleetModel
import Templating

extension GeneratorRunner {
  /// One element for each registered cluster that the selector matches, sorted by name; without a selector also the cluster that
  /// the hub runs in, last, unless it is registered.
  func clusters(_ generator: ClusterGenerator, _ path: [PathComponent]) throws(RenderError) -> GeneratorOutput {
    let registered: [Cluster]
    switch inputs.clusters {
    case .clusters(let clusters): registered = clusters
    case .failed(let reason): return .failed("error getting cluster secrets: \(reason)", path)
    }
    let selector: LabelSelector
    do {
      selector = try generator.selector.settled(renderer)
    } catch {
      return .failed("error getting cluster secrets: error converting label selector: \(error.message)", path + ["selector"])
    }
    let matching = registered.filter { selector.matches($0.labels) }.sorted { ByteOrder.less($0.name, $1.name) }
    var output = GeneratorOutput()
    for cluster in matching { add(cluster, generator, path, "cluster", &output) }
    if selector.isEmpty && !matching.contains(where: { $0.serverURL == Cluster.inClusterURL }) {
      add(.inCluster, generator, path, "local cluster", &output)
    }
    guard generator.flatList else { return output }
    // One element cannot be had without one of its clusters.
    guard output.problems.isEmpty else { return GeneratorOutput(problems: output.problems) }
    let list = TemplateList(output.sets.map { .map($0.values) }, type: .anyMapList)
    let values = TemplateMap([("clusters", .list(list))])
    return GeneratorOutput(sets: [ParameterSet(values, key: "clusters", element: "\(output.sets.count) clusters")])
  }

  private func add(
    _ cluster: Cluster, _ generator: ClusterGenerator, _ path: [PathComponent], _ what: String, _ output: inout GeneratorOutput
  ) {
    let key = "cluster=\(cluster.name)"
    let parameters = ParameterSet(clusterParameters(cluster), key: key, element: "cluster \(cluster.name)")
    do {
      output.sets.append(try addingValues(generator.values, to: parameters))
    } catch {
      let message = "error appending templated values for \(what): \(error.message)"
      output.problems.append(GeneratorProblem(message: message, element: key, path: path + ["values"]))
    }
  }

  private func clusterParameters(_ cluster: Cluster) -> TemplateMap {
    var entries: [(String, TemplateValue)] = [
      ("name", .string(cluster.name)), ("nameNormalized", .string(Names.normalize(cluster.name))),
      ("project", .string(cluster.project)), ("server", .string(cluster.serverURL)),
    ]
    guard cluster.isRegistered else { return TemplateMap(entries) }
    let annotations = cluster.annotations.sorted { ByteOrder.less($0.key, $1.key) }
    let labels = cluster.labels.sorted { ByteOrder.less($0.key, $1.key) }
    if renderer.goTemplate {
      var metadata: [(String, TemplateValue)] = []
      if !annotations.isEmpty { metadata.append(("annotations", .stringMap(annotations.map { ($0.key, $0.value) }))) }
      if !labels.isEmpty { metadata.append(("labels", .stringMap(labels.map { ($0.key, $0.value) }))) }
      entries.append(("metadata", .dictionary(metadata)))
    } else {
      for (key, value) in annotations { entries.append(("metadata.annotations.\(key)", .string(value))) }
      for (key, value) in labels { entries.append(("metadata.labels.\(key)", .string(value))) }
    }
    return TemplateMap(entries)
  }
}
