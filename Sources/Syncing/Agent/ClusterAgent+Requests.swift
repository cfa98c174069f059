import Document

/// Single requests: within the limits of the cluster, and repeated while that may help.
extension ClusterAgent {
  /// Reads the objects whose content the index wants to see, some at a time.
  func fetch() {
    guard isRunning, fetching == nil, index.hasFetches else { return }
    fetching = Task { [weak self] in await self?.fetchAll() }
  }

  func fetchAll() async {
    while !Task.isCancelled, isRunning {
      let identities = index.takeFetches()
      guard !identities.isEmpty else { break }
      let rest = await listInstead(of: identities)
      let failed = await bounded(rest) { agent, identity in await agent.fetch(identity) ? nil : identity }.compactMap { $0 }
      guard !Task.isCancelled else { break }
      guard !failed.isEmpty else {
        fetchPauses = 0
        continue
      }
      // What could not be read is asked for again, or nobody would ever know how it stands.
      fetchPauses += 1
      await pause(Backoff.delay(fetchPauses, random: environment.random()))
      for identity in failed { index.fetchLater(identity) }
    }
    fetching = nil
  }

  /// Lists the kinds of which many objects are to be read: after a restart that is one request instead of thousands. Answers what is left to
  /// be read one by one.
  private func listInstead(of identities: [ObjectIdentity]) async -> [ObjectIdentity] {
    var rest: [ObjectIdentity] = []
    for (kind, members) in Dictionary(grouping: identities, by: \.groupKind).sorted(by: { $0.key.description < $1.key.description }) {
      guard members.count > ClusterAgent.readsUntilList, !listing.contains(kind), let first = members.first, let type = type(of: first),
        let resource = try? await request({ api throws(SpokeError) in try await api.resource(for: type) }), !listing.contains(kind),
        await (try? list(resource)) != nil
      else {
        rest += members
        continue
      }
    }
    return rest
  }

  /// So many objects of one kind are read one by one; for more it is listed.
  private static let readsUntilList = 4

  /// Reads one object; false when that has to be tried again.
  func fetch(_ identity: ObjectIdentity) async -> Bool {
    guard let type = type(of: identity) else { return true }
    do {
      report(try await read(identity, type).map { index.observe($0) } ?? index.deleted(identity, uid: ""))
      return true
    } catch {
      // What may not be read does not become readable by asking again; its next change asks once more.
      return !error.isRetryable
    }
  }

  /// One object as it is now; nil where there is none.
  func read(_ identity: ObjectIdentity, _ type: GroupVersionKind) async throws(SpokeError) -> Value? {
    try await request { api throws(SpokeError) in
      guard let resource = try await api.resource(for: type) else { return Value?.none }
      return try await api.get(resource, namespace: identity.namespace, name: identity.name)
    }
  }

  /// Sends something, with at most so many requests under way as the settings allow, and keeps account of whether the cluster answers.
  func request<Answer: Sendable>(
    _ body: @Sendable (any SpokeAPI) async throws(SpokeError) -> Answer
  ) async throws(SpokeError) -> Answer {
    guard await gate.acquire() else { throw SpokeError(.cancelled, "cancelled") }
    guard !Task.isCancelled, isRunning else {
      gate.release()
      throw SpokeError(.cancelled, "cancelled")
    }
    do {
      let answer = try await body(api)
      gate.release()
      answered()
      return answer
    } catch {
      gate.release()
      if error.kind == .unreachable { failed(error) } else if error.kind != .cancelled { answered() }
      throw error
    }
  }

  /// As ``request(_:)``, repeated with growing pauses while it may still succeed.
  func persistently<Answer: Sendable>(
    _ body: @Sendable (any SpokeAPI) async throws(SpokeError) -> Answer
  ) async throws(SpokeError) -> Answer {
    var attempt = 1
    while true {
      do {
        return try await request(body)
      } catch {
        guard error.isRetryable, attempt < settings.attempts, connectivity.state != .offline, !Task.isCancelled else { throw error }
        let delay = max(Backoff.delay(attempt, random: environment.random()), error.retryAfter ?? .zero)
        attempt += 1
        try? await environment.sleep(delay)
      }
    }
  }
}
