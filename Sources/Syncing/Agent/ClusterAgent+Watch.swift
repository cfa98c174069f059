import Document

/// Following the kinds that are wanted or managed here.
extension ClusterAgent {
  func arrangeWatches() {
    guard isRunning else { return }
    var wanted = inventory
    for (kind, type) in index.desiredTypes { wanted[kind] = type }
    for (kind, type) in wanted {
      if let watch = watches[kind] {
        // A watch that has not asked yet takes the wanted version when it does.
        guard !type.version.isEmpty, let resolved = watch.resolved, resolved != type else {
          watches[kind]?.type = type
          continue
        }
        watch.task.cancel()
      }
      watches[kind] = KindWatch(type: type, task: Task { [weak self] in await self?.follow(kind) })
    }
    for (kind, watch) in watches where wanted[kind] == nil && !index.hasRecords(kind) {
      watch.task.cancel()
      watches[kind] = nil
      index.drop(kind)
    }
  }

  /// A definition that is gone took its objects with it: whatever is watched of its group is listed anew, so that nothing is believed to be
  /// there whose deletion no watch told.
  func lookAgainAfterDefinition(_ change: IndexChange) {
    guard isRunning, change.identity.kind == "CustomResourceDefinition", change.kind == .deleted || change.kind == .gone else { return }
    // The name of a definition is `<plural>.<group>`.
    let group = change.identity.name.drop { $0 != "." }.dropFirst()
    for (kind, watch) in watches where ByteOrder.equal(kind.group, String(group)) {
      watch.task.cancel()
      watches[kind] = KindWatch(type: watch.type, task: Task { [weak self] in await self?.follow(kind) })
    }
  }

  /// Follows one kind for as long as it is wanted: list, watch, list again when the server forgot, pause when it does not answer.
  func follow(_ kind: GroupKind) async {
    var attempt = 0
    var expiries = 0
    while !Task.isCancelled, let type = watches[kind]?.type {
      do {
        guard let resource = try await api.resource(for: type) else {
          obstacles[kind] = nil
          answered()
          guard !Task.isCancelled else { return }
          report(index.setUnserved(kind))
          for label in index.labels { mark(label) }
          wakeWaiting()
          attempt += 1
          await pause(Backoff.delay(attempt, first: .seconds(2), most: .seconds(60), random: environment.random()))
          continue
        }
        guard !Task.isCancelled else { return }
        watches[kind]?.resolved = resource.type
        learn(resource)
        var version = try await list(resource)
        obstacles[kind] = nil
        attempt = 0
        while !Task.isCancelled {
          let begun = environment.now()
          version = try await watch(resource, from: version)
          expiries = 0
          // A server that ends watches at once is not asked in a loop.
          attempt = environment.now() - begun < 5000 ? attempt + 1 : 0
          if attempt > 0 { await pause(Backoff.delay(attempt, random: environment.random())) }
        }
      } catch {
        let error = SpokeError(error)
        if Task.isCancelled || error.kind == .cancelled { return }
        if error.kind == .expired {
          // At once the first time; a server that forgets faster than it lists is not asked in a loop.
          expiries += 1
          if expiries > 1 { await pause(Backoff.delay(expiries - 1, random: environment.random())) }
          continue
        }
        // No such collection: the next look at what the server serves decides, without a pause the first time.
        if error.kind == .notFound, attempt == 0 {
          attempt = 1
          continue
        }
        failed(error)
        // Whoever waits for the kind wants to know why it cannot be read.
        obstacles[kind] = error
        for label in index.labels where index.wants(label, kind) { mark(label) }
        attempt += 1
        let delay = Backoff.delay(attempt, random: environment.random())
        await pause(max(delay, error.retryAfter ?? .zero))
      }
    }
  }

  func list(_ resource: ServedResource) async throws(SpokeError) -> String {
    let kind = resource.type.groupKind
    listing.insert(kind)
    defer { listing.remove(kind) }
    index.beginList(kind)
    let version = try await api.list(resource, namespace: "", labelSelector: Tracking.label, metadataOnly: false) { [weak self] page in
      await self?.take(page)
    }
    guard !Task.isCancelled else { throw SpokeError(.cancelled, "cancelled") }
    // Not before: how a kind is served is known from memory, whether the cluster answers or not.
    answered()
    report(index.endList(kind, resourceVersion: version))
    for label in index.labels where index.wants(label, kind) { mark(label) }
    wakeWaiting()
    return version
  }

  func take(_ page: [Value]) {
    answered()
    for object in page { report(index.observe(object)) }
  }

  func watch(_ resource: ServedResource, from version: String) async throws -> String {
    var version = version
    let isLight = Health.isTrivial(resource.type.groupKind)
    let events = try await api.watch(resource, labelSelector: Tracking.label, from: version, metadataOnly: isLight)
    answered()
    for try await event in events {
      guard !Task.isCancelled else { break }
      answered()
      switch event {
      case .changed(let object):
        version = object[at: "metadata", "resourceVersion"]?.stringValue ?? version
        report(index.observe(object, metadataOnly: isLight))
      case .deleted(let object):
        version = object[at: "metadata", "resourceVersion"]?.stringValue ?? version
        guard let identity = object.objectIdentity else { continue }
        report(index.deleted(identity, uid: object[at: "metadata", "uid"]?.stringValue ?? ""))
      case .bookmark(let bookmark): version = bookmark
      }
    }
    return version
  }

  /// Waits; a definition that becomes established ends it early.
  func pause(_ delay: Duration) async {
    let begun = definitions
    _ = await wait(ClusterAgent.pauses, delay) { $0.definitions != begun }
  }

  /// Stands where a label stands for those who wait for kinds instead of an application.
  static let pauses = "pause"
}
