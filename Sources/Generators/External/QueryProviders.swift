import Document

extension QueryProvider {
  /// The answers to several queries, at most a few of them under way at once.
  public func answers(_ queries: Set<ExternalQuery>, atOnce: Int = 8) async -> [ExternalQuery: ExternalAnswer] {
    await withTaskGroup(of: (ExternalQuery, ExternalAnswer).self) { group in
      var rest = Array(queries)[...]
      for _ in 0..<max(1, atOnce) {
        guard let query = rest.popFirst() else { break }
        group.addTask { (query, await answer(query)) }
      }
      var result: [ExternalQuery: ExternalAnswer] = [:]
      while let (query, answer) = await group.next() {
        result[query] = answer
        if let next = rest.popFirst() { group.addTask { (next, await self.answer(next)) } }
      }
      return result
    }
  }
}

/// Sends each query to the one who can answer it.
public struct RoutedProvider: QueryProvider {
  private let forges: any QueryProvider
  private let plugins: any QueryProvider

  /// Makes a provider of two; what nobody is there for is answered with a failure that says so.
  public init(forges: any QueryProvider = UnavailableProvider(), plugins: any QueryProvider = UnavailableProvider()) {
    self.forges = forges
    self.plugins = plugins
  }

  /// The answer of the one who is asked.
  public func answer(_ query: ExternalQuery) async -> ExternalAnswer {
    switch query {
    case .repositories, .pullRequests: await forges.answer(query)
    case .plugin: await plugins.answer(query)
    }
  }
}

/// Stands where there is nobody to ask: a set that needs the answer says so, instead of waiting in silence.
public struct UnavailableProvider: QueryProvider {
  /// Makes a provider that knows nothing.
  public init() {}

  /// A failure.
  public func answer(_ query: ExternalQuery) async -> ExternalAnswer {
    .failed("there is nobody here to ask for \(query): give the answers in a file, or leave it to a hub that can ask")
  }
}
