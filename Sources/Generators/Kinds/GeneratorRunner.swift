import Document
import FleetModel
import Git
import Templating

/// Runs the generators of one application set.
///
/// Everything in here is decided by the set and the inputs; what it remembers only saves work.
final class GeneratorRunner {
  let renderer: TextRenderer
  let inputs: EvaluationInputs
  let limits: EvaluationLimits
  let configMaps: [Value]
  let otherObjects: [Value]
  let listings: SourceListings
  /// Sources that were asked for.
  private(set) var asked: Set<SourceKey> = []
  private var depth = 0

  init(
    _ renderer: TextRenderer, inputs: EvaluationInputs, limits: EvaluationLimits, definitions: Definitions, listings: SourceListings
  ) {
    self.renderer = renderer
    self.inputs = inputs
    self.limits = limits
    configMaps = definitions.configMaps
    otherObjects = definitions.otherObjects
    self.listings = listings
  }

  /// Runs all generators of one entry; each gives its own result.
  ///
  /// - Parameter outer: The parameters of an outer element, in matrix generators.
  func run(_ node: GeneratorNode, outer: ParameterSet? = nil) -> [GeneratorResult] {
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
    do {
      let kind = if let outer, !outer.isEmpty { try kind.interpolated(outer, renderer) } else { kind }
      switch kind {
      case .list(let list): return try self.list(list, node.path + ["list"])
      case .clusters(let clusters): return try self.clusters(clusters, node.path + ["clusters"])
      case .git(let git): return try self.git(git, node.path + ["git"])
      case .matrix(let matrix): return self.matrix(matrix, node.path + ["matrix"])
      case .merge(let merge): return try self.merge(merge, node.path + ["merge"])
      case .decision(let decision): return try self.decision(decision, node.path + ["clusterDecisionResource"])
      case .unavailable(let name, _):
        return .failed("the \(name) generator is not yet available in this version", node.path + [.key(name)])
      }
    } catch {
      let prefix = outer == nil ? "" : "failed to replace parameters in generator: "
      let isInterpolation = outer.map { !$0.isEmpty } ?? false
      return .failed((isInterpolation ? prefix : "") + error.message, node.path)
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
      if problems.isEmpty { return .failed("found more than one generator in matrix.Generators", node.path) }
      return GeneratorOutput(problems: problems).within("child generator returned an error on parameter generation: ")
    }
    return first.output.within("child generator returned an error on parameter generation: ")
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

  /// The state of a source; what is asked for is remembered.
  func source(_ key: SourceKey) -> SourceState {
    asked.insert(key)
    return inputs.source(key)
  }
}
