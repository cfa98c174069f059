import Document

/// The scmProvider generator.
struct RepositoryGenerator: Sendable {
  /// Nil where the definition names no provider.
  var provider: RepositoryProvider?
  var settings: GeneratorTree
  var filters: GeneratorTree
  var cloneProtocol: GeneratorText
  var values: [ValueText]
  var requeueAfter: Int64?
  var template: Value?
  /// Whether the definition has been rendered with the parameters of another generator.
  var wasRendered = false
}

/// The pullRequest generator.
struct PullRequestGenerator: Sendable {
  /// Nil where the definition names no provider.
  var provider: PullRequestProvider?
  var settings: GeneratorTree
  var filters: GeneratorTree
  var values: [ValueText]
  var continuesWithoutRepository: Bool
  var requeueAfter: Int64?
  var template: Value?
}

/// The plugin generator.
struct PluginGenerator: Sendable {
  var configMapName: GeneratorText
  var parameters: GeneratorTree
  var values: [ValueText]
  var requeueAfter: Int64?
  var template: Value?
}
