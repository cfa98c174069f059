import Document
import Templating

/// One entry of scmProvider's `filters`.
struct RepositoryFilter {
  /// What a filter is asked about: repositories, or their branches. It is decided by the last condition that is set.
  enum Subject {
    case nothing
    case repository
    case branch
  }

  private(set) var subject = Subject.nothing
  private var repositoryMatch: RegularExpression?
  private var labelMatch: RegularExpression?
  private var branchMatch: RegularExpression?
  private var pathsExist: [String] = []
  private var pathsDoNotExist: [String] = []

  /// - Parameter wasRendered: Whether it went through the rendering of a matrix, where every list that was left out becomes an empty
  ///   one; and a list of paths, be it empty, makes it a filter for branches.
  /// - Throws: the first expression that does not compile, in Argo CD's words.
  init(_ value: Value, wasRendered: Bool = false) throws(RenderError) {
    repositoryMatch = try FilterExpression.compile(value, "repositoryMatch", "RepositoryMatch")
    labelMatch = try FilterExpression.compile(value, "labelMatch", "LabelMatch")
    branchMatch = try FilterExpression.compile(value, "branchMatch", "BranchMatch")
    pathsExist = RepositoryFilter.paths(value["pathsExist"])
    pathsDoNotExist = RepositoryFilter.paths(value["pathsDoNotExist"])
    if repositoryMatch != nil || labelMatch != nil { subject = .repository }
    let namesPaths = value["pathsExist"]?.arrayValue != nil || value["pathsDoNotExist"]?.arrayValue != nil
    if namesPaths || branchMatch != nil || wasRendered { subject = .branch }
  }

  /// The paths that an answer must know about.
  var paths: [String] { pathsExist + pathsDoNotExist }

  /// Whether all conditions hold.
  func matches(_ branch: RepositoryBranch) -> Bool {
    if let repositoryMatch, !repositoryMatch.matches(branch.repository) { return false }
    if let branchMatch, !branchMatch.matches(branch.branch) { return false }
    if let labelMatch, !branch.labels.contains(where: { labelMatch.matches($0) }) { return false }
    return pathsExist.allSatisfy { branch.paths.contains($0) } && !pathsDoNotExist.contains { branch.paths.contains($0) }
  }

  /// The branches that pass: a repository must match one of the filters for repositories, each branch one of those for branches.
  ///
  /// A repository is judged by its first entry, its default branch.
  static func apply(_ filters: [RepositoryFilter], to branches: [RepositoryBranch]) -> [RepositoryBranch] {
    let forRepositories = filters.filter { $0.subject == .repository }
    let forBranches = filters.filter { $0.subject == .branch }
    var order: [String] = []
    var repositories: [String: [RepositoryBranch]] = [:]
    for branch in branches {
      let name = "\(branch.organization)/\(branch.repository)"
      if repositories[name] == nil { order.append(name) }
      repositories[name, default: []].append(branch)
    }
    return order.flatMap { name -> [RepositoryBranch] in
      guard let entries = repositories[name], let first = entries.first else { return [] }
      guard forRepositories.isEmpty || forRepositories.contains(where: { $0.matches(first) }) else { return [] }
      return entries.filter { entry in forBranches.isEmpty || forBranches.contains { $0.matches(entry) } }
    }
  }

  private static func paths(_ value: Value?) -> [String] {
    (value?.arrayValue ?? []).compactMap(\.stringValue).map { path in
      var path = path[...]
      while path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
      return String(path)
    }
  }
}

/// One entry of pullRequest's `filters`.
struct PullRequestFilter {
  private let branchMatch: RegularExpression?
  private let targetBranchMatch: RegularExpression?
  private let titleMatch: RegularExpression?

  /// - Throws: the first expression that does not compile, in Argo CD's words.
  init(_ value: Value) throws(RenderError) {
    branchMatch = try FilterExpression.compile(value, "branchMatch", "BranchMatch")
    targetBranchMatch = try FilterExpression.compile(value, "targetBranchMatch", "TargetBranchMatch")
    titleMatch = try FilterExpression.compile(value, "titleMatch", "TitleMatch")
  }

  /// Whether all conditions hold.
  func matches(_ request: PullRequest) -> Bool {
    (branchMatch?.matches(request.branch) ?? true) && (targetBranchMatch?.matches(request.targetBranch) ?? true)
      && (titleMatch?.matches(request.title) ?? true)
  }
}

private enum FilterExpression {
  static func compile(_ filter: Value, _ field: String, _ goName: String) throws(RenderError) -> RegularExpression? {
    guard let text = filter[field]?.stringValue else { return nil }
    do {
      return try RegularExpression(text)
    } catch {
      throw RenderError("error compiling \(goName) regexp \(JSON.string(.string(text))): \(error.description)")
    }
  }
}
