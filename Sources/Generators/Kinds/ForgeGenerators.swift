import Document
import Templating

extension GeneratorRunner {
  /// One element for each branch of each repository that the filters let through, in the order of the forge.
  func repositories(_ generator: RepositoryGenerator, _ path: [PathComponent]) throws(RenderError) -> GeneratorOutput {
    guard let provider = generator.provider else {
      return .failed("no SCM provider implementation configured", path)
    }
    let place = path + [.key(provider.rawValue)]
    var filters: [RepositoryFilter] = []
    do throws(RenderError) {
      for entry in try generator.filters.settled(renderer).arrayValue ?? [] {
        filters.append(try RepositoryFilter(entry, wasRendered: generator.wasRendered))
      }
    } catch {
      return .failed("error listing repos: \(error.message)", path + ["filters"])
    }
    let query = RepositoryQuery(
      provider: provider, settings: try generator.settings.settled(renderer).objectValue ?? Object(),
      cloneProtocol: try generator.cloneProtocol.settled(renderer), paths: Array(Set(filters.flatMap(\.paths))).sorted(by: ByteOrder.less),
      namespace: namespace)
    switch answer(.repositories(query)) {
    case .repositories(let branches):
      return elements(RepositoryFilter.apply(filters, to: branches), generator.values, path) { branch in
        (
          "repo=\(branch.organization)/\(branch.repository)@\(branch.branch)",
          "repository \(branch.organization)/\(branch.repository), branch \(branch.branch)", self.parameters(branch)
        )
      }
    case .none: return .waiting("waiting for the \(query)", place)
    case .failed(let reason), .notFound(let reason): return .failed("error listing repos: \(reason)", place)
    case .pullRequests, .plugin: return .failed("error listing repos: the answer is none of repositories", place)
    }
  }

  /// One element for each pull request that carries the labels and passes one of the filters, in the order of the forge.
  func pullRequests(_ generator: PullRequestGenerator, _ path: [PathComponent]) throws(RenderError) -> GeneratorOutput {
    guard let provider = generator.provider else {
      return .failed("failed to select pull request service provider: no Pull Request provider implementation configured", path)
    }
    let place = path + [.key(provider.rawValue)]
    var filters: [PullRequestFilter] = []
    do throws(RenderError) {
      for entry in try generator.filters.settled(renderer).arrayValue ?? [] { filters.append(try PullRequestFilter(entry)) }
    } catch {
      return .failed("error listing repos: \(error.message)", path + ["filters"])
    }
    let settings = try generator.settings.settled(renderer).objectValue ?? Object()
    let query = PullRequestQuery(provider: provider, settings: settings, namespace: namespace)
    switch answer(.pullRequests(query)) {
    case .pullRequests(let requests):
      let wanted = query.labels
      let matching = requests.filter { request in
        wanted.allSatisfy { request.labels.contains($0) } && (filters.isEmpty || filters.contains { $0.matches(request) })
      }
      return elements(matching, generator.values, path) { request in
        ("pr=\(request.number)", "pull request \(request.number) of \(query.repository)", self.parameters(request))
      }
    case .none: return .waiting("waiting for the \(query)", place)
    case .notFound(let reason):
      guard generator.continuesWithoutRepository else { return .failed("error listing repos: \(reason)", place) }
      // Argo CD goes on without a word; but a forge says "not found" to a revoked token too, and then every preview would be removed.
      return .silent("\(query.repository) was not found (\(reason)): none of the set is removed while it is so", place)
    case .failed(let reason): return .failed("error listing repos: \(reason)", place)
    case .repositories, .plugin: return .failed("error listing repos: the answer is none of pull requests", place)
    }
  }

  private func elements<Entry>(
    _ entries: [Entry], _ values: [ValueText], _ path: [PathComponent],
    _ describe: (Entry) -> (key: String, text: String, values: TemplateMap)
  ) -> GeneratorOutput {
    let described = entries.map(describe)
    let keys = ElementKeys.unique(described.map { ($0.key, $0.text) })
    var output = GeneratorOutput()
    for (entry, key) in zip(described, keys) {
      let parameters = ParameterSet(entry.values, key: key.key, element: key.text)
      do {
        output.sets.append(try addingValues(values, to: parameters))
      } catch {
        let message = "failed to append templated values: \(error.message)"
        output.problems.append(GeneratorProblem(message: message, element: key.key, path: path + ["values"]))
      }
    }
    return output
  }

  private func parameters(_ branch: RepositoryBranch) -> TemplateMap {
    TemplateMap([
      ("branch", .string(branch.branch)), ("branchNormalized", .string(Names.normalize(branch.branch))),
      ("labels", .string(branch.labels.joined(separator: ","))), ("organization", .string(branch.organization)),
      ("repository", .string(branch.repository)), ("repository_id", GeneratorRunner.identity(branch.repositoryID)),
      ("sha", .string(branch.sha)), ("short_sha", .string(GeneratorRunner.prefix(branch.sha, 8))),
      ("short_sha_7", .string(GeneratorRunner.prefix(branch.sha, 7))), ("url", .string(branch.url)),
    ])
  }

  private func parameters(_ request: PullRequest) -> TemplateMap {
    var entries: [(String, TemplateValue)] = [
      ("author", .string(request.author)), ("branch", .string(request.branch)), ("branch_slug", .string(BranchSlug.make(request.branch))),
      ("head_sha", .string(request.headSHA)), ("head_short_sha", .string(GeneratorRunner.prefix(request.headSHA, 8))),
      ("head_short_sha_7", .string(GeneratorRunner.prefix(request.headSHA, 7))),
    ]
    if renderer.goTemplate { entries.append(("labels", request.hasNoLabels ? .list(.none(.stringList)) : .strings(request.labels))) }
    entries += [
      ("number", .string(String(request.number))), ("target_branch", .string(request.targetBranch)),
      ("target_branch_slug", .string(BranchSlug.make(request.targetBranch))), ("title", .string(request.title)),
    ]
    return TemplateMap(entries)
  }

  /// The identity with the type that the forge's client gives it: an `int` or text.
  private static func identity(_ value: Value) -> TemplateValue {
    switch value {
    case .int(let number): .int(Int(number))
    default: TemplateValue(value)
    }
  }

  /// The first bytes of a commit, or all of a shorter one.
  private static func prefix(_ sha: String, _ count: Int) -> String { String(decoding: sha.utf8.prefix(count), as: UTF8.self) }
}
