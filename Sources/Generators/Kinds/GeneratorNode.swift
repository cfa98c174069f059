import Document
import FleetModel

/// One entry of `generators`, decoded.
struct GeneratorNode: Sendable {
  /// What the entry holds; more than one where several kinds stand in one entry, which all run.
  var kinds: [GeneratorKind]
  /// The filter behind the generator; nil where there is none.
  var selector: LabelSelector?
  /// What is wrong with the filter.
  var selectorError: String?
  /// Keys of the entry that name no generator.
  var unknownKinds: [String]
  /// Where the entry stands in the document.
  var path: [PathComponent]
}

/// A generator of one kind.
indirect enum GeneratorKind: Sendable {
  case list(ListGenerator)
  case clusters(ClusterGenerator)
  case git(GitGenerator)
  case matrix(MatrixGenerator)
  case merge(MergeGenerator)
  case decision(DecisionGenerator)
  /// A kind that this version does not run.
  case unavailable(String, template: Value?)
}

struct ListGenerator: Sendable {
  var elements: [Value]
  /// Whether the elements still are templates.
  var elementsAreTemplates: Bool
  /// In classic mode, the parameters of outer elements for the elements' texts.
  var outer: [ParameterSet] = []
  var elementsYaml: GeneratorText?
  var template: Value?
}

struct ClusterGenerator: Sendable {
  var selector: SelectorText
  var values: [ValueText]
  var flatList: Bool
  var template: Value?
}

struct GitGenerator: Sendable {
  struct Item: Sendable {
    var path: GeneratorText
    var exclude: Bool
  }

  var repoURL: GeneratorText
  var directories: [Item]
  var files: [Item]
  var revision: GeneratorText
  var pathParamPrefix: GeneratorText
  var values: [ValueText]
  var template: Value?
}

struct MatrixGenerator: Sendable {
  var generators: [GeneratorNode]
  var template: Value?
}

struct MergeGenerator: Sendable {
  var generators: [GeneratorNode]
  var mergeKeys: [GeneratorText]
  var template: Value?
}

struct DecisionGenerator: Sendable {
  var configMapRef: GeneratorText
  var name: GeneratorText
  var labelSelector: SelectorText
  var values: [ValueText]
  var template: Value?
}

/// One entry of `values`, sorted by key in its generator.
struct ValueText: Sendable {
  var key: String
  var text: GeneratorText
}

/// A label selector whose texts may be templates.
struct SelectorText: Sendable {
  struct Requirement: Sendable {
    var key: GeneratorText
    var comparison: GeneratorText
    var values: [GeneratorText]
  }

  var matchLabels: [(key: GeneratorText, value: GeneratorText)]
  var matchExpressions: [Requirement]

  var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }
}

extension GeneratorKind {
  /// The kind as people call it.
  var title: String {
    switch self {
    case .list: "list"
    case .clusters: "clusters"
    case .git(let git): git.directories.isEmpty ? "git files" : "git directories"
    case .matrix(let matrix): "matrix[\(matrix.generators.map(\.title).joined(separator: ", "))]"
    case .merge(let merge): "merge[\(merge.generators.map(\.title).joined(separator: ", "))]"
    case .decision: "clusterDecisionResource"
    case .unavailable(let name, _): name
    }
  }

  /// The generator's own template.
  var template: Value? {
    switch self {
    case .list(let generator): generator.template
    case .clusters(let generator): generator.template
    case .git(let generator): generator.template
    case .matrix(let generator): generator.template
    case .merge(let generator): generator.template
    case .decision(let generator): generator.template
    case .unavailable(_, let template): template
    }
  }
}

extension GeneratorNode {
  /// The kind as people call it.
  var title: String { kinds.first?.title ?? "unknown" }
}
