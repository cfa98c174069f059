import Document
import Templating

extension GeneratorRunner {
  /// The elements of the first generator in their order, each with what the later generators say of the element with the same
  /// merge keys.
  ///
  /// One child that fails fails all of it: without its overrides the others would be something else than what was asked for.
  func merge(_ merge: MergeGenerator, _ path: [PathComponent]) throws(RenderError) -> GeneratorOutput {
    guard merge.generators.count >= 2 else {
      return .failed("found less than two generators, Merge requires two or more", path + ["generators"])
    }
    var children: [GeneratorOutput] = []
    var problems: [GeneratorProblem] = []
    for (index, node) in merge.generators.enumerated() {
      let output = child(node)
      let prefix =
        "error getting param sets from generators: error getting params from generator \(index + 1) of \(merge.generators.count): "
      problems += output.within(prefix).problems
      children.append(output)
    }
    // What Argo CD takes for an empty list is one here as well, and is reported besides.
    guard problems.allSatisfy(\.isSilent) else { return GeneratorOutput(problems: problems.map(\.ofWhole)) }
    var keys: [String] = []
    for key in merge.mergeKeys { keys.append(try key.settled(renderer)) }
    keys = Array(Set(keys)).sorted(by: ByteOrder.less)
    do throws(RenderError) {
      guard !keys.isEmpty else { throw RenderError("no merge keys were specified, Merge requires at least one") }
      var base = children[0].sets
      let positions = try index(base, keys)
      for child in children.dropFirst() {
        for (key, position) in try index(child.sets, keys) {
          guard let target = positions[key] else { continue }
          base[target] = try merged(base[target], child.sets[position])
        }
      }
      return GeneratorOutput(sets: base, problems: problems.map(\.ofWhole))
    } catch {
      return .failed("error getting param sets by merge key: \(error.message)", path + ["mergeKeys"])
    }
  }

  private func merged(_ base: ParameterSet, _ override: ParameterSet) throws(RenderError) -> ParameterSet {
    var result = base
    if renderer.goTemplate {
      do {
        result.values = try GoMerge.merged(base.values, over: override.values)
      } catch {
        throw error.within("error merging base param set with override param set: ")
      }
    } else {
      result.values = TemplateMap((base.values.entries + override.values.entries).map { ($0.key, $0.value) })
    }
    result.files = Array(Set(base.files + override.files)).sorted(by: ByteOrder.less)
    result.commit = base.commit ?? override.commit
    return result
  }

  /// The position of each element by the JSON of its merge keys.
  private func index(_ sets: [ParameterSet], _ keys: [String]) throws(RenderError) -> [String: Int] {
    var result: [String: Int] = [:]
    result.reserveCapacity(sets.count)
    for (position, set) in sets.enumerated() {
      let members = keys.map { Member(key: $0, value: set.values[$0]?.documentValue ?? .null) }
      let key = JSON.string(.object(Object(members)), escapeHTML: true)
      if result.updateValue(position, forKey: key) != nil {
        throw RenderError(
          "the parameters from a generator were not unique by the given mergeKeys, Merge requires all param sets to be unique. "
            + "Duplicate key was \(key)")
      }
    }
    return result
  }
}

extension GeneratorProblem {
  /// The problem as one of the whole generator.
  var ofWhole: GeneratorProblem {
    var copy = self
    copy.element = nil
    return copy
  }
}
