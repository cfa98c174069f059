import Document

extension ClusterAgent {
  /// Applies the objects of a step in runs of equal kind; a run that fails is the last.
  func applyAll(_ operations: [PlannedOperation], _ run: inout SyncRun) async {
    var rest = operations[...]
    while let first = rest.first, run.failure == nil {
      run.stopIfCancelled()
      guard run.failure == nil else { return }
      let end = rest.firstIndex { $0.identity.groupKind != first.identity.groupKind } ?? rest.endIndex
      let batch = Array(rest[..<end])
      rest = rest[end...]
      let (label, timeout) = (run.label, run.request.waveTimeout)
      let outcomes = await bounded(batch) { agent, operation in await agent.apply(operation, label, timeout) }
      for (operation, outcome) in zip(batch, outcomes) {
        switch outcome {
        case .success(let note):
          run.results.append(ObjectResult(identity: operation.identity, action: operation.action, isDone: true, message: note))
        case .failure(let error):
          run.results.append(ObjectResult(identity: operation.identity, action: operation.action, isDone: false, message: error.message))
          run.fail(error, "\(operation.identity): \(error.message)")
        }
      }
    }
  }

  private func apply(_ operation: PlannedOperation, _ label: String, _ timeout: Duration) async -> Result<String, SpokeError> {
    guard let object = operation.object else { return .success("") }
    do {
      if let obstacle = index.record(object.identity), operation.action == .hook || obstacle.flags.contains(.deleting) {
        try await clear(object, obstacle, label, timeout)
      }
      return .success(try await send(object, label, timeout))
    } catch {
      return .failure(error)
    }
  }

  /// Removes what stands in the way of an object: an earlier run of a hook, or the object itself on its way out.
  private func clear(_ object: DesiredObject, _ obstacle: LiveRecord, _ label: String, _ timeout: Duration) async throws(SpokeError) {
    if !obstacle.flags.contains(.deleting), let error = await delete(object.identity, obstacle.uid, .background) { throw error }
    if let stuck = await waitUntilGone([(object.identity, obstacle.uid)], label, timeout) { throw SpokeError(.unavailable, stuck) }
  }

  /// Applies one object: first politely, so that it is known who held what, then by force, as Argo CD does.
  private func send(_ object: DesiredObject, _ label: String, _ timeout: Duration) async throws(SpokeError) -> String {
    let resource = try await served(object.type)
    let isNew = index.record(object.identity) == nil
    index.beginWrite(object.identity)
    var notes: [String] = []
    do {
      let answer = try await applyOnce(object, resource, label, timeout, &notes)
      report(index.applied(answer, digest: object.digest))
      if isNew { notes += ClusterAgent.adoption(answer) }
      return notes.joined(separator: "; ")
    } catch {
      report(index.endWrite(object.identity))
      if error.kind == .notFound { knownNamespaces[object.identity.namespace] = nil }
      throw error
    }
  }

  private func applyOnce(
    _ object: DesiredObject, _ resource: ServedResource, _ label: String, _ timeout: Duration, _ notes: inout [String]
  ) async throws(SpokeError) -> Value {
    let manifest = object.manifest
    do {
      return try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, force: false) }
    } catch  where error.kind == .conflict {
      notes.append(ClusterAgent.takeover(error))
      do {
        return try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, force: true) }
      } catch {
        return try await recreate(object, resource, error, label, timeout, &notes)
      }
    } catch {
      return try await recreate(object, resource, error, label, timeout, &notes)
    }
  }

  /// With `Force=true` an object that cannot be changed into what is wanted is deleted and made again; without, the error stands.
  private func recreate(
    _ object: DesiredObject, _ resource: ServedResource, _ error: SpokeError, _ label: String, _ timeout: Duration, _ notes: inout [String]
  ) async throws(SpokeError) -> Value {
    guard object.options.force, error.kind == .invalid, let record = index.record(object.identity) else { throw error }
    _ = index.endWrite(object.identity)
    if let failure = await delete(object.identity, record.uid, object.options.propagation) { throw failure }
    if let stuck = await waitUntilGone([(object.identity, record.uid)], label, timeout) { throw SpokeError(.unavailable, stuck) }
    notes.append("deleted and made again (Force=true), since \(error.message)")
    let manifest = object.manifest
    index.beginWrite(object.identity)
    return try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, force: true) }
  }

  /// How a kind is served; a kind whose definition is there or on its way is waited for.
  func served(_ type: GroupVersionKind) async throws(SpokeError) -> ServedResource {
    var waited = Duration.zero
    var attempt = 1
    while true {
      if let resource = try await persistently({ api throws(SpokeError) in try await api.resource(for: type) }) { return resource }
      guard waited < settings.definitionTimeout, isDefined(type.groupKind), !Task.isCancelled else {
        throw SpokeError(.notFound, "the cluster does not serve \(type): apply its CustomResourceDefinition first")
      }
      let delay = Backoff.delay(attempt, first: .milliseconds(100), most: .seconds(2), random: environment.random())
      attempt += 1
      waited += delay
      try? await environment.sleep(delay)
    }
  }

  private func isDefined(_ kind: GroupKind) -> Bool {
    index.labels.contains { label in
      index.desired(label)?.objects.contains { object in
        object.type.kind == "CustomResourceDefinition" && object.manifest[at: "spec", "group"]?.stringValue == kind.group
          && object.manifest[at: "spec", "names", "kind"]?.stringValue == kind.kind
      } ?? false
    }
  }

  /// The type under which an object is watched or wanted.
  func type(of identity: ObjectIdentity) -> GroupVersionKind? {
    watchedType(identity.groupKind) ?? index.desiredTypes[identity.groupKind]
  }

  // MARK: notes

  static func takeover(_ error: SpokeError) -> String {
    guard !error.holders.isEmpty else { return "took fields over from other managers" }
    var fields: [(manager: String, fields: [String])] = []
    for holder in error.holders {
      if let position = fields.firstIndex(where: { $0.manager == holder.manager }) {
        fields[position].fields.append(holder.field)
      } else {
        fields.append((holder.manager, [holder.field]))
      }
    }
    return "took over " + fields.map { "\($0.fields.joined(separator: ", ")) from \($0.manager)" }.joined(separator: " and ")
  }

  /// What there is to say of an object that was thought to be new: whose it was.
  static func adoption(_ answer: Value) -> [String] {
    var bare = answer
    bare[at: "metadata", "labels", Tracking.label] = nil
    switch Tracking.claim(on: bare) {
    case .argoCD(let application): return ["adopted from Argo CD application \(application)"]
    case .helm(let release): return ["adopted from Helm release \(release)"]
    default:
      let others = OwnedFields.otherManagers(answer)
      return others.isEmpty ? [] : ["was there already, with fields of \(others.joined(separator: ", "))"]
    }
  }
}
