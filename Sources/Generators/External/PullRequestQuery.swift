import Document

/// The forges that pullRequest knows, by the name of their field.
public enum PullRequestProvider: String, Sendable, Hashable, CaseIterable {
  // In the order in which Argo CD looks for them: of several in one generator, the first one counts.
  case github
  case gitlab
  case gitea
  case bitbucketServer
  case bitbucket
  case azureDevOps = "azuredevops"
}

/// The question for the open pull requests of a repository.
public struct PullRequestQuery: Sendable, Hashable {
  /// The forge.
  public var provider: PullRequestProvider
  /// The provider's own fields as the definition has them after templates: `owner`, `repo`, `api`, `tokenRef`, `labels`, ….
  public var settings: Object
  /// The namespace whose Secrets and ConfigMaps the settings refer to.
  public var namespace: String

  /// Makes a query.
  public init(provider: PullRequestProvider, settings: Object, namespace: String) {
    self.provider = provider
    self.settings = settings
    self.namespace = namespace
  }

  /// The labels that a pull request must carry, all of them. The evaluation checks it again, so a forge may ignore them.
  public var labels: [String] { (settings["labels"]?.arrayValue ?? []).compactMap(\.stringValue) }

  /// The repository as the forge's users write it: `owner/repo`, for GitLab the project, for Azure DevOps `organization/project/repo`.
  public var repository: String {
    let fields =
      switch provider {
      case .github, .gitea, .bitbucket: ["owner", "repo"]
      case .gitlab: ["project"]
      case .bitbucketServer: ["project", "repo"]
      case .azureDevOps: ["organization", "project", "repo"]
      }
    return fields.map { settings[$0]?.stringValue ?? "" }.joined(separator: "/")
  }

  /// `github pull requests of acme/shop`.
  public var description: String { "\(provider.rawValue) pull requests of \(repository)" }
}

/// A pull request (merge request) as a forge lists it.
public struct PullRequest: Sendable, Hashable {
  /// Its number.
  public var number: Int64
  /// Its title.
  public var title: String
  /// The branch that it wants to merge.
  public var branch: String
  /// The branch that it wants to merge into.
  public var targetBranch: String
  /// The newest commit of its branch.
  public var headSHA: String
  /// Its labels, in the forge's order.
  public var labels: [String]
  /// Whether the forge gave no list of labels, as Bitbucket does: to templates an empty list, but `null` in JSON.
  public var hasNoLabels = false
  /// Who opened it.
  public var author: String

  /// Makes a pull request.
  public init(
    number: Int64, title: String, branch: String, targetBranch: String, headSHA: String, labels: [String] = [], author: String = ""
  ) {
    self.number = number
    self.title = title
    self.branch = branch
    self.targetBranch = targetBranch
    self.headSHA = headSHA
    self.labels = labels
    self.author = author
  }
}
