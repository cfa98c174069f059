import Document
import Templating

extension GeneratorRunner {
  /// Every element of the first generator with every element of the second, whose definition is rendered with the first's parameters;
  /// further generators, which Argo CD does not have, see the parameters of all before them.
  func matrix(_ matrix: MatrixGenerator, _ node: GeneratorNode) -> GeneratorOutput {
    guard matrix.generators.count >= 2, let first = matrix.generators.first else {
      return .failed("found less than two generators, Matrix support only two", node.path + ["matrix", "generators"])
    }
    var result = child(first).within("error failed to get params for first generator in matrix generator: ")
    for (index, node) in matrix.generators.enumerated().dropFirst() {
      result = combined(result, node, index)
    }
    return result
  }

  private func combined(_ left: GeneratorOutput, _ node: GeneratorNode, _ index: Int) -> GeneratorOutput {
    let ordinal = index == 1 ? "second generator" : "generator \(index + 1)"
    let prefix = "failed to get params for \(ordinal) in the matrix generator: "
    // What does not change with the left side runs once, not once for each of its elements.
    var shared: GeneratorOutput?
    if node.isStatic(renderer), left.sets.contains(where: { !$0.isEmpty }) { shared = child(node.unchangedByRendering).within(prefix) }
    var result = GeneratorOutput(problems: left.problems)
    if let shared {
      result.problems += shared.problems
      result.sets.reserveCapacity(min(left.sets.count * shared.sets.count, limits.combinations))
    }
    for element in left.sets {
      // An element without parameters renders nothing.
      let own = element.isEmpty ? nil : shared
      let right = own ?? child(node, outer: element).within(prefix)
      if own == nil { result.problems += right.problems.map { $0.inside(element) } }
      for other in right.sets {
        guard result.sets.count < limits.combinations else {
          return .failed("makes more than \(limits.combinations) combinations: narrow the generators of the matrix", node.path)
        }
        do throws(RenderError) {
          result.sets.append(
            try derived(node, element.values, other.values) { () throws(RenderError) in
              element.joined(with: other, values: try self.combinedValues(element.values, other.values))
            })
        } catch {
          let key = "\(element.key),\(other.key)"
          result.problems.append(GeneratorProblem(message: error.message, element: key, path: node.path))
        }
      }
    }
    return result
  }

  private func combinedValues(_ first: TemplateMap, _ second: TemplateMap) throws(RenderError) -> TemplateMap {
    if renderer.goTemplate { return try GoMerge.merged(second, over: first) }
    do {
      return try GoMerge.combined(first, second)
    } catch {
      throw error.within("failed to combine string maps with merging params for the matrix generator: ")
    }
  }
}

extension GeneratorProblem {
  /// A problem of a combination.
  func inside(_ outer: ParameterSet) -> GeneratorProblem {
    var copy = self
    copy.element = element.map { "\(outer.key),\($0)" }
    return copy
  }
}
