import Document

/// The forges that scmProvider knows, by the name of their field.
public enum RepositoryProvider: String, Sendable, Hashable, CaseIterable {
  // In the order in which Argo CD looks for them: of several in one generator, the first one counts.
  case github
  case gitlab
  case gitea
  case bitbucketServer
  case azureDevOps
  case bitbucket
  case awsCodeCommit
}

/// The question for the repositories of an organisation, group or project and for their branches.
public struct RepositoryQuery: Sendable, Hashable {
  /// The forge.
  public var provider: RepositoryProvider
  /// The provider's own fields as the definition has them after templates: `organization`, `api`, `tokenRef`, `allBranches`, ….
  public var settings: Object
  /// `ssh`, `https` or `https-fips`: which of a repository's addresses is wanted. Empty: the provider's default, `ssh`.
  public var cloneProtocol: String
  /// The paths of which the answer must say whether a branch has them, sorted, without `/` at their end.
  public var paths: [String]
  /// The namespace whose Secrets and ConfigMaps the settings refer to.
  public var namespace: String

  /// Makes a query.
  public init(provider: RepositoryProvider, settings: Object, cloneProtocol: String = "", paths: [String] = [], namespace: String) {
    self.provider = provider
    self.settings = settings
    self.cloneProtocol = cloneProtocol
    self.paths = paths
    self.namespace = namespace
  }

  /// The organisation, group, owner or project.
  public var owner: String {
    let fields = provider == .bitbucketServer ? ["project"] : ["organization", "group", "owner", "region"]
    return fields.lazy.compactMap { settings[$0]?.stringValue }.first { !$0.isEmpty } ?? ""
  }

  /// `github repositories of acme`.
  public var description: String { "\(provider.rawValue) repositories of \(owner)" }
}

/// One branch of one repository, as a forge lists it.
public struct RepositoryBranch: Sendable, Hashable {
  /// The organisation, group or owner.
  public var organization: String
  /// The name of the repository.
  public var repository: String
  /// The forge's own identity of it; a number, text or null.
  public var repositoryID: Value
  /// The address to clone from.
  public var url: String
  /// The branch.
  public var branch: String
  /// The commit of the branch; may be empty where the forge does not say.
  public var sha: String
  /// Labels or topics of the repository, in the forge's order.
  public var labels: [String]
  /// Those of the paths that were asked for that the branch has.
  public var paths: Set<String>

  /// Makes a branch.
  public init(
    organization: String, repository: String, repositoryID: Value = .null, url: String, branch: String, sha: String, labels: [String] = [],
    paths: Set<String> = []
  ) {
    self.organization = organization
    self.repository = repository
    self.repositoryID = repositoryID
    self.url = url
    self.branch = branch
    self.sha = sha
    self.labels = labels
    self.paths = paths
  }
}
