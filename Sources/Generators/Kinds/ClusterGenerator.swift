import Document
import FleetModel
import Templating

extension GeneratorRunner {
  /// The label by which Argo CD knows the Secrets that register clusters.
  private static let clusterLabel = "argocd.argoproj.io/secret-type"

  /// One element for each registered cluster that the selector matches, sorted by name; without a selector also the cluster that
  /// the hub runs in, last, unless it is registered.
  func clusters(_ generator: ClusterGenerator, _ node: GeneratorNode) throws(RenderError) -> GeneratorOutput {
    let path = node.path + ["clusters"]
    if let reason = clusterFailure { return .failed("error getting cluster secrets: \(reason)", path) }
    var selector: LabelSelector
    do throws(RenderError) {
      selector = try generator.selector.settled(renderer)
      // Argo CD puts its own requirement among the labels, whatever was asked for there.
      if selector.matchLabels[GeneratorRunner.clusterLabel] != nil { selector.matchLabels[GeneratorRunner.clusterLabel] = "cluster" }
      if let problem = selector.listingProblem { throw RenderError(problem) }
    } catch {
      return .failed("error getting cluster secrets: error converting label selector: \(error.message)", path + ["selector"])
    }
    let matching = clusters(matching: selector)
    var output = GeneratorOutput()
    output.sets.reserveCapacity(matching.count + 1)
    for entry in matching { add(entry, generator, node, "cluster", &output) }
    if selector.isEmpty && !matching.contains(where: \.isInCluster) {
      add(context.world.clusters.inCluster, generator, node, "local cluster", &output)
    }
    guard generator.flatList else { return output }
    // One element cannot be had without one of its clusters.
    guard output.problems.isEmpty else { return GeneratorOutput(problems: output.problems) }
    let list: TemplateList =
      output.sets.isEmpty ? .none(.anyMapList) : TemplateList(output.sets.map { .map($0.values) }, type: .anyMapList)
    let values = TemplateMap([("clusters", .list(list))])
    return GeneratorOutput(sets: [ParameterSet(values, key: "clusters", element: "\(output.sets.count) clusters")])
  }

  private func add(
    _ entry: ClusterEntry, _ generator: ClusterGenerator, _ node: GeneratorNode, _ what: String, _ output: inout GeneratorOutput
  ) {
    let parameters = entry.parameters(goTemplate: renderer.goTemplate)
    if generator.values.isEmpty {
      output.sets.append(parameters)
      return
    }
    do throws(RenderError) {
      output.sets.append(
        try derived(node, parameters.values, nil) { () throws(RenderError) in try self.addingValues(generator.values, to: parameters) })
    } catch {
      let message = "error appending templated values for \(what): \(error.message)"
      output.problems.append(
        GeneratorProblem(message: message, element: parameters.key, path: node.path + ["clusters", "values"]))
    }
  }
}
