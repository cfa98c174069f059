import Document
import FleetModel

/// Answers from files, for tests, examples and working offline; the format is that of the conformance corpus.
public struct RecordedAnswers: QueryProvider {
  private var branches: [RepositoryBranch]?
  private var pullRequests: [String: ExternalAnswer]?
  private var replies: Value?

  /// Answers nothing yet.
  public init() {}

  /// Takes a list of `{organization, repository, url, branch, sha, labels, repository_id, paths}`, which is the answer to every
  /// question for repositories.
  ///
  /// - Throws: the first entry that is no such object.
  public mutating func take(repositories document: Value) throws(DocumentError) {
    guard let entries = document.arrayValue else { throw DocumentError("a file of repositories is a list, not \(document.kindName)") }
    var result: [RepositoryBranch] = []
    for (index, entry) in entries.enumerated() {
      let reader = try Reader(
        entry, "[\(index)]", ["organization", "repository", "repository_id", "url", "branch", "sha", "labels", "paths"])
      result.append(
        RepositoryBranch(
          organization: try reader.text("organization"), repository: try reader.text("repository"),
          repositoryID: entry["repository_id"] ?? .null, url: try reader.text("url"), branch: try reader.text("branch"),
          sha: try reader.text("sha"), labels: try reader.texts("labels"), paths: Set(try reader.texts("paths"))))
    }
    branches = result
  }

  /// Takes an object of lists of `{number, title, branch, target_branch, head_sha, labels, author}` by repository
  /// (``PullRequestQuery/repository``); `{error: TEXT, notFound: true}` in place of a list is a listing that failed.
  ///
  /// - Throws: the first entry that is no such thing.
  public mutating func take(pullRequests document: Value) throws(DocumentError) {
    guard let object = document.objectValue else { throw DocumentError("a file of pull requests is an object, not \(document.kindName)") }
    var result: [String: ExternalAnswer] = [:]
    for member in object {
      if let reason = member.value["error"]?.stringValue {
        result[member.key] = member.value["notFound"]?.boolValue == true ? .notFound(reason) : .failed(reason)
        continue
      }
      guard let entries = member.value.arrayValue else {
        throw DocumentError("pull requests of \(member.key): must be a list, not \(member.value.kindName)")
      }
      var list: [PullRequest] = []
      for (index, entry) in entries.enumerated() {
        let reader = try Reader(
          entry, "\(member.key)[\(index)]", ["number", "title", "branch", "target_branch", "head_sha", "labels", "author"])
        var request =
          PullRequest(
            number: try reader.number("number"), title: try reader.text("title"), branch: try reader.text("branch"),
            targetBranch: try reader.text("target_branch"), headSHA: try reader.text("head_sha"), labels: try reader.texts("labels"),
            author: try reader.text("author"))
        request.hasNoLabels = entry["labels"]?.arrayValue == nil
        list.append(request)
      }
      result[member.key] = .pullRequests(list)
    }
    pullRequests = result
  }

  /// Takes the body of a plugin's answer by the plugin's address.
  public mutating func take(plugins document: Value) { replies = document }

  /// The recorded answer; a failure that says so where nothing was recorded.
  public func recorded(_ query: ExternalQuery) -> ExternalAnswer {
    switch query {
    case .repositories: return branches.map { .repositories($0) } ?? .failed("no file of repositories was given")
    case .pullRequests(let query):
      guard let pullRequests else { return .failed("no file of pull requests was given") }
      return pullRequests[query.repository] ?? .failed("the file of pull requests has no entry \"\(query.repository)\"")
    case .plugin(let query):
      guard let replies else { return .failed("no file of plugin answers was given") }
      guard let reply = replies[query.baseURL] else { return .failed("the file of plugin answers has no entry \"\(query.baseURL)\"") }
      return query.answer(status: 200, body: Array(JSON.string(reply).utf8))
    }
  }

  /// The recorded answer.
  public func answer(_ query: ExternalQuery) async -> ExternalAnswer { recorded(query) }

  private struct Reader {
    let value: Value
    let place: String

    /// - Throws: the first field that no such entry has: a slip would otherwise be an empty text in every application.
    init(_ value: Value, _ place: String, _ known: [String]) throws(DocumentError) {
      self.value = value
      self.place = place
      guard let object = value.objectValue else { throw DocumentError("\(place) must be an object, not \(value.kindName)") }
      if let unknown = object.keys.first(where: { !known.contains($0) }) {
        throw DocumentError("\(place) has an unknown field \"\(unknown)\"\(NearestName.hint(unknown, in: known))")
      }
    }

    func text(_ field: String) throws(DocumentError) -> String {
      switch value[field] {
      case .string(let text): return text
      case .none, .null: return ""
      case .some(let other): throw DocumentError("\(place).\(field) must be text, not \(other.kindName)")
      }
    }

    func number(_ field: String) throws(DocumentError) -> Int64 {
      guard let number = value[field]?.intValue else { throw DocumentError("\(place).\(field) must be an integer") }
      return number
    }

    func texts(_ field: String) throws(DocumentError) -> [String] {
      var result: [String] = []
      for entry in value[field]?.arrayValue ?? [] {
        guard let text = entry.stringValue else { throw DocumentError("\(place).\(field) must be a list of texts") }
        result.append(text)
      }
      return result
    }
  }
}
