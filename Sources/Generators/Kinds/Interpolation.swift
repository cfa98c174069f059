import Document
import FleetModel
import Templating

/// Rendering of a generator's definition with the parameters of another one, in matrix generators.
///
/// The texts are visited in the order of Argo CD's structs, so that of several errors the same one comes first.
extension GeneratorNode {
  func interpolated(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> GeneratorNode {
    var copy = self
    copy.kinds = []
    for kind in kinds { copy.kinds.append(try kind.interpolated(parameters, renderer)) }
    try checkSelector(parameters, renderer)
    return copy
  }

  /// Whether parameters of other generators change nothing in it.
  func isStatic(_ renderer: TextRenderer) -> Bool {
    selectorTexts.allSatisfy { renderer.isLiteral($0) }
      && kinds.allSatisfy { kind in kind.isStatic(renderer) && kind.renderedTemplate.map { JSONTemplates.isLiteral($0, renderer) } ?? true }
  }

  /// The definition after a rendering that changed none of its texts: that alone makes what was left out empty instead of missing, and
  /// takes the nulls out of free JSON.
  var unchangedByRendering: GeneratorNode {
    var copy = self
    copy.kinds = kinds.map(\.unchangedByRendering)
    return copy
  }

  /// Renders the texts of the selector for their errors alone: the elements are then filtered with the selector as it is written.
  func checkSelector(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) {
    for text in selectorTexts where !renderer.isLiteral(text) { _ = try renderer.render(text, parameters) }
  }

  private var selectorTexts: [String] {
    guard let selector else { return [] }
    let labels = selector.matchLabels.sorted { ByteOrder.less($0.key, $1.key) }
    return labels.flatMap { [$0.value, $0.key] } + selector.matchExpressions.flatMap { [$0.key] + $0.values }
  }
}

extension GeneratorKind {
  /// The definition with an element's parameters in it.
  ///
  /// The generator's own template is rendered too, for its errors alone: no application is made with it.
  func interpolated(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> GeneratorKind {
    let result = try bodyInterpolated(parameters, renderer)
    if let template = renderedTemplate, !JSONTemplates.isLiteral(template, renderer) {
      try TemplateCheck(renderer, parameters).object(template, ApplicationSetSchema.template)
    }
    return result
  }

  /// The generator's own template as far as a rendering of the definition meets it: Argo CD drops that of a nested combination.
  fileprivate var renderedTemplate: Value? {
    switch self {
    case .matrix, .merge: nil
    default: template
    }
  }

  fileprivate var unchangedByRendering: GeneratorKind {
    switch self {
    case .list(var list):
      list.elements = list.elements.map(JSONTemplates.withoutNulls)
      return .list(list)
    case .matrix(var matrix):
      matrix.generators = matrix.generators.map(\.unchangedByRendering)
      return .matrix(matrix)
    case .merge(var merge):
      merge.generators = merge.generators.map(\.unchangedByRendering)
      return .merge(merge)
    case .decision(var decision):
      decision.hasSelector = true
      return .decision(decision)
    case .repositories(var repositories):
      repositories.wasRendered = true
      return .repositories(repositories)
    case .clusters, .git, .pullRequests, .plugin: return self
    }
  }

  private func bodyInterpolated(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> GeneratorKind {
    switch self {
    case .list(var list):
      if list.elementsAreTemplates {
        // In classic mode only what is broken matters here, which Argo CD would find now.
        let elements = try JSONTemplates.free(list.elements, parameters, renderer)
        if renderer.goTemplate {
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
      decision.hasSelector = true
      return .decision(decision)
    case .repositories(var repositories):
      repositories.settings = try repositories.settings.interpolated(parameters, renderer)
      repositories.filters = try repositories.filters.interpolated(parameters, renderer)
      repositories.cloneProtocol = try repositories.cloneProtocol.interpolated(parameters, renderer)
      repositories.values = try GeneratorKind.preResolved(repositories.values, parameters, renderer)
      repositories.wasRendered = true
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
  /// Free JSON fields of a generator, each rendered by itself.
  static func free(_ values: [Value], _ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(values.count)
    for value in values {
      do {
        result.append(try rendered(value) { text throws(RenderError) in try renderer.render(text, parameters) })
      } catch {
        throw error.within(freeField)
      }
    }
    return result
  }

  /// How Argo CD begins the errors of what stands in free JSON.
  static let freeField = "failed to deeply replace JSON field contents: "

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

  /// Free JSON as a rendering leaves it that finds no template: without the nulls of its objects.
  static func withoutNulls(_ value: Value) -> Value {
    switch value {
    case .array(let elements): return .array(elements.map(withoutNulls))
    case .object(let object):
      return .object(
        Object(sortedMembers: object.members.filter { !$0.value.isNull }.map { Member(key: $0.key, value: withoutNulls($0.value)) }))
    default: return number(value)
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
