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
  /// The same as text, by which the entry is known within its set.
  var id: String
}

/// A generator of one kind.
indirect enum GeneratorKind: Sendable {
  case list(ListGenerator)
  case clusters(ClusterGenerator)
  case git(GitGenerator)
  case matrix(MatrixGenerator)
  case merge(MergeGenerator)
  case decision(DecisionGenerator)
  case repositories(RepositoryGenerator)
  case pullRequests(PullRequestGenerator)
  case plugin(PluginGenerator)
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
  var requeueAfter: Int64?
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
  /// Whether Argo CD takes the selector for given. In the second place of a matrix it always does, because what was left out becomes
  /// an empty map there when the definition is rendered.
  var hasSelector: Bool
  var values: [ValueText]
  var requeueAfter: Int64?
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
    case .repositories: "scmProvider"
    case .pullRequests: "pullRequest"
    case .plugin: "plugin"
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
    case .repositories(let generator): generator.template
    case .pullRequests(let generator): generator.template
    case .plugin(let generator): generator.template
    }
  }
}

extension GeneratorKind {
  /// After how many seconds the generator wants to run again without an event; nil: only on events. The defaults are Argo CD's.
  var requeueAfter: Int64? {
    switch self {
    case .list, .clusters: nil
    case .git(let generator): generator.requeueAfter ?? 180
    case .decision(let generator): generator.requeueAfter ?? 180
    case .repositories(let generator): generator.requeueAfter ?? 1800
    case .pullRequests(let generator): generator.requeueAfter ?? 1800
    case .plugin(let generator): generator.requeueAfter ?? 1800
    case .matrix(let generator): generator.generators.compactMap(\.requeueAfter).min()
    case .merge(let generator): generator.generators.compactMap(\.requeueAfter).min()
    }
  }
}

extension GeneratorNode {
  /// The shortest time after which one of the entry's generators wants to run again, in seconds; zero means never.
  var requeueAfter: Int64? { kinds.compactMap(\.requeueAfter).filter { $0 > 0 }.min() }

  /// The kind as people call it.
  var title: String { kinds.first?.title ?? "unknown" }
}
