import Document
import Templating

/// Rendering of a generator's definition with the parameters of another one, in matrix generators.
///
/// The texts are visited in the order of Argo CD's structs, so that of several errors the same one comes first.
extension GeneratorNode {
  func interpolated(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> GeneratorNode {
    var copy = self
    copy.kinds = []
    for kind in kinds { copy.kinds.append(try kind.interpolated(parameters, renderer)) }
    return copy
  }

  /// Whether parameters of other generators change nothing in it.
  func isStatic(_ renderer: TextRenderer) -> Bool { kinds.allSatisfy { $0.isStatic(renderer) } }
}

extension GeneratorKind {
  func interpolated(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> GeneratorKind {
    switch self {
    case .list(var list):
      if list.elementsAreTemplates {
        if renderer.goTemplate {
          var elements: [Value] = []
          for element in list.elements {
            elements.append(
              try JSONTemplates.rendered(element) { text throws(RenderError) in
                try renderer.render(text, parameters)
              })
          }
          list.elements = elements
          list.elementsAreTemplates = false
        } else {
          list.outer.append(parameters)
        }
      }
      list.elementsYaml = try list.elementsYaml?.interpolated(parameters, renderer)
      return .list(list)
    case .clusters(var clusters):
      clusters.selector = try clusters.selector.interpolated(parameters, renderer)
      clusters.values = try GeneratorKind.preResolved(clusters.values, parameters, renderer)
      return .clusters(clusters)
    case .git(var git):
      git.repoURL = try git.repoURL.interpolated(parameters, renderer)
      git.directories = try GeneratorKind.interpolated(git.directories, parameters, renderer)
      git.files = try GeneratorKind.interpolated(git.files, parameters, renderer)
      git.revision = try git.revision.interpolated(parameters, renderer)
      git.pathParamPrefix = try git.pathParamPrefix.interpolated(parameters, renderer)
      git.values = try GeneratorKind.preResolved(git.values, parameters, renderer)
      return .git(git)
    case .matrix(var matrix):
      matrix.generators = try GeneratorKind.interpolated(matrix.generators, parameters, renderer)
      return .matrix(matrix)
    case .merge(var merge):
      merge.generators = try GeneratorKind.interpolated(merge.generators, parameters, renderer)
      for index in merge.mergeKeys.indices { merge.mergeKeys[index] = try merge.mergeKeys[index].interpolated(parameters, renderer) }
      return .merge(merge)
    case .decision(var decision):
      decision.configMapRef = try decision.configMapRef.interpolated(parameters, renderer)
      decision.name = try decision.name.interpolated(parameters, renderer)
      decision.labelSelector = try decision.labelSelector.interpolated(parameters, renderer)
      decision.values = try GeneratorKind.preResolved(decision.values, parameters, renderer)
      return .decision(decision)
    case .repositories(var repositories):
      repositories.settings = try repositories.settings.interpolated(parameters, renderer)
      repositories.filters = try repositories.filters.interpolated(parameters, renderer)
      repositories.cloneProtocol = try repositories.cloneProtocol.interpolated(parameters, renderer)
      repositories.values = try GeneratorKind.preResolved(repositories.values, parameters, renderer)
      return .repositories(repositories)
    case .pullRequests(var requests):
      requests.settings = try requests.settings.interpolated(parameters, renderer)
      requests.filters = try requests.filters.interpolated(parameters, renderer)
      requests.values = try GeneratorKind.preResolved(requests.values, parameters, renderer)
      return .pullRequests(requests)
    case .plugin(var plugin):
      plugin.configMapName = try plugin.configMapName.interpolated(parameters, renderer)
      plugin.parameters = try plugin.parameters.interpolated(parameters, renderer)
      plugin.values = try GeneratorKind.preResolved(plugin.values, parameters, renderer)
      return .plugin(plugin)
    }
  }

  func isStatic(_ renderer: TextRenderer) -> Bool {
    switch self {
    case .list(let list):
      let elements = !list.elementsAreTemplates || list.elements.allSatisfy { JSONTemplates.isLiteral($0, renderer) }
      return elements && list.elementsYaml?.isStatic(renderer) ?? true
    case .clusters(let clusters): return clusters.selector.isStatic(renderer) && clusters.values.allSatisfy { $0.text.isStatic(renderer) }
    case .git(let git):
      let texts = [git.repoURL, git.revision, git.pathParamPrefix] + git.directories.map(\.path) + git.files.map(\.path)
      return texts.allSatisfy { $0.isStatic(renderer) } && git.values.allSatisfy { $0.text.isStatic(renderer) }
    case .matrix(let matrix): return matrix.generators.allSatisfy { $0.isStatic(renderer) }
    case .merge(let merge):
      return merge.generators.allSatisfy { $0.isStatic(renderer) } && merge.mergeKeys.allSatisfy { $0.isStatic(renderer) }
    case .decision(let decision):
      return [decision.configMapRef, decision.name].allSatisfy { $0.isStatic(renderer) } && decision.labelSelector.isStatic(renderer)
        && decision.values.allSatisfy { $0.text.isStatic(renderer) }
    case .repositories(let generator):
      return generator.settings.isStatic(renderer) && generator.filters.isStatic(renderer) && generator.cloneProtocol.isStatic(renderer)
        && generator.values.allSatisfy { $0.text.isStatic(renderer) }
    case .pullRequests(let generator):
      return generator.settings.isStatic(renderer) && generator.filters.isStatic(renderer)
        && generator.values.allSatisfy { $0.text.isStatic(renderer) }
    case .plugin(let generator):
      return generator.configMapName.isStatic(renderer) && generator.parameters.isStatic(renderer)
        && generator.values.allSatisfy { $0.text.isStatic(renderer) }
    }
  }

  private static func interpolated(
    _ items: [GitGenerator.Item], _ parameters: ParameterSet, _ renderer: TextRenderer
  ) throws(RenderError) -> [GitGenerator.Item] {
    var result = items
    for index in result.indices { result[index].path = try result[index].path.interpolated(parameters, renderer) }
    return result
  }

  private static func interpolated(
    _ children: [GeneratorNode], _ parameters: ParameterSet, _ renderer: TextRenderer
  ) throws(RenderError) -> [GeneratorNode] {
    var result: [GeneratorNode] = []
    for child in children { result.append(try child.interpolated(parameters, renderer)) }
    return result
  }

  private static func preResolved(
    _ values: [ValueText], _ parameters: ParameterSet, _ renderer: TextRenderer
  ) throws(RenderError) -> [ValueText] {
    var result = values
    for index in result.indices {
      do {
        result[index].text = try result[index].text.preResolved(parameters, renderer)
      } catch {
        throw error.within("failed to pre-resolve Values key \(JSON.string(.string(result[index].key))): ")
      }
    }
    return result
  }
}

extension SelectorText {
  func interpolated(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> SelectorText {
    var copy = self
    for index in matchLabels.indices {
      copy.matchLabels[index].value = try matchLabels[index].value.interpolated(parameters, renderer)
      copy.matchLabels[index].key = try matchLabels[index].key.interpolated(parameters, renderer)
    }
    for index in matchExpressions.indices {
      copy.matchExpressions[index].key = try matchExpressions[index].key.interpolated(parameters, renderer)
      copy.matchExpressions[index].comparison = try matchExpressions[index].comparison.interpolated(parameters, renderer)
      for value in matchExpressions[index].values.indices {
        copy.matchExpressions[index].values[value] = try matchExpressions[index].values[value].interpolated(parameters, renderer)
      }
    }
    return copy
  }

  func isStatic(_ renderer: TextRenderer) -> Bool {
    matchLabels.allSatisfy { $0.key.isStatic(renderer) && $0.value.isStatic(renderer) }
      && matchExpressions.allSatisfy { requirement in
        ([requirement.key, requirement.comparison] + requirement.values).allSatisfy { $0.isStatic(renderer) }
      }
  }
}

/// Free JSON whose texts and keys are templates.
enum JSONTemplates {
  static func rendered(
    _ value: Value, _ render: (String) throws(RenderError) -> String
  ) throws(RenderError) -> Value {
    switch value {
    case .string(let text): return .string(try render(text))
    case .array(let elements):
      var result: [Value] = []
      result.reserveCapacity(elements.count)
      for element in elements { result.append(try rendered(element, render)) }
      return .array(result)
    case .object(let object):
      var members: [Member] = []
      members.reserveCapacity(object.count)
      for member in object where !member.value.isNull {
        let value = try rendered(member.value, render)
        members.append(Member(key: try render(member.key), value: value))
      }
      return .object(Object(members))
    case .int, .double: return number(value)
    case .null, .bool: return value
    }
  }

  /// A number after it has been a float64, as every number of free JSON is in Argo CD.
  static func number(_ value: Value) -> Value {
    switch value {
    case .int(let number):
      let double = Double(number)
      return Int64(exactly: double).map { .int($0) } ?? .double(double)
    case .double(let double): return Int64(exactly: double).map { .int($0) } ?? value
    default: return value
    }
  }

  static func isLiteral(_ value: Value, _ renderer: TextRenderer) -> Bool {
    switch value {
    case .string(let text): renderer.isLiteral(text)
    case .array(let elements): elements.allSatisfy { isLiteral($0, renderer) }
    case .object(let object): object.members.allSatisfy { renderer.isLiteral($0.key) && isLiteral($0.value, renderer) }
    default: true
    }
  }
}
