import Document

/// What a generator has to ask of somebody outside: a forge, or a plugin.
///
/// The evaluation itself asks nobody. It names what it would have to know, somebody at the edge finds the answer
/// (``QueryProvider``), and the next evaluation has it among its inputs.
public enum ExternalQuery: Sendable, Hashable {
  /// The repositories of an organisation, for scmProvider.
  case repositories(RepositoryQuery)
  /// The open pull requests of a repository, for pullRequest.
  case pullRequests(PullRequestQuery)
  /// The parameters that a plugin gives, for plugin.
  case plugin(PluginQuery)
}

/// What somebody at the edge found out.
///
/// There is no answer for "a part of the list": a page that is missing makes the whole answer a failure.
public enum ExternalAnswer: Sendable, Hashable {
  /// One entry for each branch, the entries of a repository in the order of its branches, the default branch first.
  case repositories([RepositoryBranch])
  /// The pull requests that the forge lists.
  case pullRequests([PullRequest])
  /// What the plugin answered.
  case plugin(PluginReply)
  /// The repository does not exist, or may not be seen; the text is the forge's.
  case notFound(String)
  /// There is no answer, and why.
  case failed(String)
}

/// Somebody who answers queries: over the network, or from files.
public protocol QueryProvider: Sendable {
  /// The answer; what goes wrong is ``ExternalAnswer/failed(_:)``, never a shorter list.
  func answer(_ query: ExternalQuery) async -> ExternalAnswer
}

extension ExternalQuery: CustomStringConvertible {
  /// What is asked, for people.
  public var description: String {
    switch self {
    case .repositories(let query): query.description
    case .pullRequests(let query): query.description
    case .plugin(let query): query.description
    }
  }
}
