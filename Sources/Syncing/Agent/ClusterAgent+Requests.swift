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
    for (kind, all) in Dictionary(grouping: identities, by: \.groupKind).sorted(by: { $0.key.description < $1.key.description }) {
      // A list is in the watched version: what is wanted in another one is read in that one.
      let watched = watchedType(kind)
      let members = all.filter { index.wantedType($0) ?? watched == watched }
      guard members.count > ClusterAgent.readsUntilList, !listing.contains(kind), let first = members.first, let type = type(of: first),
        let resource = try? await lookUp(type), !listing.contains(kind), await (try? list(resource)) != nil
      else {
        rest += all
        continue
      }
      rest += all.filter { index.wantedType($0) ?? watched != watched }
    }
    return rest
  }

  /// So many objects of one kind are read one by one; for more it is listed.
  private static let readsUntilList = 4

  /// Reads one object; false when that has to be tried again.
  func fetch(_ identity: ObjectIdentity) async -> Bool {
    guard var type = type(of: identity) else { return true }
    do {
      // Fields may have other names in other versions: the object is read in the version in which it is wanted, where there is one.
      if let wanted = index.wantedType(identity), wanted != type, try await lookUp(wanted) != nil { type = wanted }
      report(try await read(identity, type).map { index.observe($0, isBestVersion: true) } ?? index.deleted(identity, uid: ""))
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

  /// How a kind is served. Mostly answered from memory, so it is no sign that the cluster answers.
  func lookUp(_ type: GroupVersionKind) async throws(SpokeError) -> ServedResource? {
    try await persistently(isContact: false) { api throws(SpokeError) in try await api.resource(for: type) }
  }

  /// Sends something, with at most so many requests under way as the settings allow, and keeps account of whether the cluster answers.
  /// - Parameter isContact: false for what may be answered from memory
  func request<Answer: Sendable>(
    isContact: Bool = true, _ body: @Sendable (any SpokeAPI) async throws(SpokeError) -> Answer
  ) async throws(SpokeError) -> Answer {
    guard await gate.acquire() else { throw SpokeError(.cancelled, "cancelled") }
    guard !Task.isCancelled, isRunning else {
      gate.release()
      throw SpokeError(.cancelled, "cancelled")
    }
    do {
      let answer = try await body(api)
      gate.release()
      if isContact { answered() }
      return answer
    } catch {
      gate.release()
      if error.kind == .unreachable { failed(error) } else if error.kind != .cancelled { answered() }
      throw error
    }
  }

  /// As ``request(isContact:_:)``, repeated with growing pauses while it may still succeed.
  func persistently<Answer: Sendable>(
    isContact: Bool = true, _ body: @Sendable (any SpokeAPI) async throws(SpokeError) -> Answer
  ) async throws(SpokeError) -> Answer {
    var attempt = 1
    while true {
      do {
        return try await request(isContact: isContact, body)
      } catch {
        guard error.isRetryable, attempt < settings.attempts, connectivity.state != .offline, !Task.isCancelled else { throw error }
        let delay = max(Backoff.delay(attempt, random: environment.random()), error.retryAfter ?? .zero)
        attempt += 1
        try? await environment.sleep(delay)
      }
    }
  }
}
