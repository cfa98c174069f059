import Document
import FleetModel
import Git
import Templating

/// What all sets of one evaluation share.
final class EvaluationContext {
  let inputs: EvaluationInputs
  let limits: EvaluationLimits
  let settings: Fleet.GeneratorSettings
  let world: World
  let listings: SourceListings
  /// What is different from the evaluation before; nil where there was none.
  let change: WorldChange?
  /// Whether what was found out is kept for the next evaluation.
  let remembers: Bool
  private var selections: [LabelSelector: [ClusterEntry]] = [:]

  init(_ definitions: Definitions, _ inputs: EvaluationInputs, _ limits: EvaluationLimits, cache: EvaluationCache?) {
    self.inputs = inputs
    self.limits = limits
    settings = definitions.fleet.generators
    world = World(definitions, inputs, previous: cache?.world)
    remembers = cache != nil
    // What was kept under other limits or settings says nothing.
    if let old = cache?.world, cache?.limits == limits, cache?.settings == settings {
      change = WorldChange(from: old, to: world)
    } else {
      change = nil
    }
    listings = SourceListings(cache?.listings, change)
  }

  /// The registered clusters that a selector matches, sorted by name.
  func clusters(_ selector: LabelSelector) -> [ClusterEntry] {
    if let known = selections[selector] { return known }
    let result = selector.isEmpty ? world.clusters.entries : world.clusters.entries.filter { selector.matches($0.cluster.labels) }
    selections[selector] = result
    return result
  }
}

/// Runs the generators of one application set.
///
/// Everything in here is decided by the set and the inputs; what it remembers only saves work.
final class GeneratorRunner {
  let renderer: TextRenderer
  let context: EvaluationContext
  let setName: String
  let namespace: String
  /// What was looked at.
  private(set) var reads = ReadSet()
  /// What the evaluation before found out, and what this one did.
  private let known: NodeMemos
  private(set) var memos = NodeMemos()
  private var depth = 0
  /// How many generators around the current one have been rendered with an element's parameters: what runs inside them is different
  /// for each element, so that its place alone does not say what it gives.
  private var interpolations = 0

  init(_ set: ApplicationSet, _ renderer: TextRenderer, _ context: EvaluationContext, known: NodeMemos?) {
    self.renderer = renderer
    self.context = context
    setName = set.name
    namespace = set.namespace
    self.known = known ?? NodeMemos()
  }

  var limits: EvaluationLimits { context.limits }
  var listings: SourceListings { context.listings }
  var configMaps: [Value] { context.world.configMaps }
  var otherObjects: [Value] { context.world.otherObjects }

  /// Runs all generators of one entry; each gives its own result.
  ///
  /// - Parameter outer: The parameters of an outer element, in matrix generators.
  func run(_ node: GeneratorNode, outer: ParameterSet? = nil) -> [GeneratorResult] {
    guard context.remembers, interpolations == 0 else { return runAnew(node, outer) }
    let key = NodeMemos.Key(node: node.id, outer: outer.map { ObjectIdentifier($0.values) })
    if let entry = known.entries[key], let change = context.change, !change.touches(entry.reads) {
      reads.formUnion(entry.reads)
      memos.entries[key] = entry
      return entry.results
    }
    let before = reads
    reads = ReadSet()
    let results = runAnew(node, outer)
    memos.entries[key] = NodeMemos.Entry(results: results, reads: reads, outer: outer?.values)
    let own = reads
    reads = before
    reads.formUnion(own)
    return results
  }

  private func runAnew(_ node: GeneratorNode, _ outer: ParameterSet?) -> [GeneratorResult] {
    if let problem = node.selectorError {
      let output = GeneratorOutput.failed("error parsing label selector: \(problem)", node.path + ["selector"])
      return [GeneratorResult(output: output, template: nil, title: node.title)]
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.depth else {
      let output = GeneratorOutput.failed("generators stand more than \(limits.depth) deep in one another", node.path)
      return [GeneratorResult(output: output, template: nil, title: node.title)]
    }
    return node.kinds.map { kind in
      GeneratorResult(output: filtered(run(kind, node, outer), node.selector), template: kind.template, title: kind.title)
    }
  }

  private func run(_ kind: GeneratorKind, _ node: GeneratorNode, _ outer: ParameterSet?) -> GeneratorOutput {
    let interpolates = outer.map { !$0.isEmpty } ?? false
    if interpolates { interpolations += 1 }
    defer { if interpolates { interpolations -= 1 } }
    var kind = kind
    if let outer, interpolates {
      do {
        kind = try kind.interpolated(outer, renderer)
        try node.checkSelector(outer, renderer)
      } catch {
        return .failed("failed to replace parameters in generator: \(error.message)", node.path)
      }
    }
    do {
      switch kind {
      case .list(let list): return try self.list(list, node.path + ["list"])
      case .clusters(let clusters): return try self.clusters(clusters, node)
      case .git(let git): return try self.git(git, node.path + ["git"])
      case .matrix(let matrix): return self.matrix(matrix, node)
      case .merge(let merge): return try self.merge(merge, node.path + ["merge"])
      case .decision(let decision): return try self.decision(decision, node.path + ["clusterDecisionResource"])
      case .repositories(let repositories): return try self.repositories(repositories, node.path + ["scmProvider"])
      case .pullRequests(let requests): return try self.pullRequests(requests, node.path + ["pullRequest"])
      case .plugin(let plugin): return try self.plugin(plugin, node.path + ["plugin"])
      }
    } catch {
      return .failed(error.message, node.path)
    }
  }

  private func filtered(_ output: GeneratorOutput, _ selector: LabelSelector?) -> GeneratorOutput {
    guard let selector, !selector.isEmpty else { return output }
    var result = output
    result.sets = output.sets.filter { selector.matches(Flatten.labels($0.values)) }
    return result
  }

  /// The elements of a child of matrix or merge, which must be of exactly one kind.
  func child(_ node: GeneratorNode, outer: ParameterSet? = nil) -> GeneratorOutput {
    let results = run(node, outer: outer)
    guard let first = results.first else { return .failed("child generator generated no parameters", node.path) }
    let problems = results.flatMap(\.output.problems)
    if results.count > 1 {
      if problems.allSatisfy(\.isSilent) { return .failed("found more than one generator in matrix.Generators", node.path) }
      return GeneratorOutput(problems: problems).within("child generator returned an error on parameter generation: ")
    }
    return first.output.within("child generator returned an error on parameter generation: ")
  }

  /// An element made of one or two others; made anew only where it was not made of the very same ones before.
  func derived(
    _ node: GeneratorNode, _ left: TemplateMap, _ right: TemplateMap?, _ make: () throws(RenderError) -> ParameterSet
  ) throws(RenderError) -> ParameterSet {
    guard context.remembers, interpolations == 0 else { return try make() }
    let key = NodeMemos.Pair(node: node.id, left: ObjectIdentifier(left), right: right.map { ObjectIdentifier($0) })
    if let entry = known.derived[key] {
      memos.derived[key] = entry
      return entry.result
    }
    let result = try make()
    memos.derived[key] = NodeMemos.Derived(left: left, right: right, result: result)
    return result
  }

  /// Adds `values`, each rendered with the parameters that were there before; they cannot see each other.
  func addingValues(_ values: [ValueText], to parameters: ParameterSet) throws(RenderError) -> ParameterSet {
    guard !values.isEmpty else { return parameters }
    var rendered: [(String, String)] = []
    for value in values {
      do {
        rendered.append((value.key, try value.text.rendered(parameters, renderer)))
      } catch {
        throw error.within("failed to replace templated string: failed to replace templated string with rendered values: ")
      }
    }
    if renderer.goTemplate { return parameters.adding([("values", .stringMap(rendered))]) }
    return parameters.adding(rendered.map { ("values.\($0.0)", .string($0.1)) })
  }

  // MARK: What is looked at

  /// The state of a source; what is asked for is remembered.
  func source(_ key: SourceKey) -> SourceState {
    reads.sources.insert(key)
    return context.inputs.source(key)
  }

  /// The answer to a query; nil where nobody has asked it yet.
  func answer(_ query: ExternalQuery) -> ExternalAnswer? {
    reads.queries.insert(query)
    return context.inputs.answers[query]
  }

  /// The registered clusters that a selector matches, sorted by name.
  func clusters(matching selector: LabelSelector) -> [ClusterEntry] {
    reads.selectors.insert(selector)
    return context.clusters(selector)
  }

  /// Why there is no list of clusters; nil where there is one.
  var clusterFailure: String? {
    if context.world.clusters.failure != nil { reads.allClusters = true }
    return context.world.clusters.failure
  }

  /// All registered clusters, for those that look at more than labels.
  var allClusters: [Cluster] {
    reads.allClusters = true
    return context.world.clusters.entries.map(\.cluster)
  }

  /// Remembers that ConfigMaps or other objects were looked at.
  func noteObjects() { reads.objects = true }
}
