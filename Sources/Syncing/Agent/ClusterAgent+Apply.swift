import Document

extension ClusterAgent {
  /// Applies the objects of a step in runs of equal kind; a run that fails is the last.
  func applyAll(_ operations: [PlannedOperation], _ run: inout SyncRun) async {
    var rest = operations[...]
    while let first = rest.first, run.failure == nil {
      run.stopIfCancelled()
      guard run.failure == nil else { return }
      let end = rest.firstIndex { $0.identity.groupKind != first.identity.groupKind } ?? rest.endIndex
      let batch = rest[..<end].map { named($0, &run) }
      rest = rest[end...]
      let order = WriteOrder(
        label: run.label, timeout: run.request.waveTimeout, isForced: run.request.force, redefined: run.plan.definedKinds)
      let outcomes = await bounded(batch) { agent, operation in await agent.apply(operation, order) }
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

  /// What all writes of a run have in common.
  struct WriteOrder: Sendable {
    let label: String
    let timeout: Duration
    let isForced: Bool
    /// The kinds whose definitions the run writes.
    let redefined: Set<GroupKind>
  }

  /// A hook without a name gets one for this run.
  private func named(_ operation: PlannedOperation, _ run: inout SyncRun) -> PlannedOperation {
    guard let object = operation.object, object.generateName != nil else { return operation }
    // The reason begins with the phase: `PreSync hook`.
    let phase = operation.reason.prefix { $0 != " " }
    let concrete = object.named(
      revision: run.set.revision, phase: String(phase), seconds: environment.now() / 1000, owner: run.set.owner)
    run.hookNames[object.identity] = concrete.identity
    return PlannedOperation(
      action: operation.action, identity: concrete.identity, reason: operation.reason, differences: [], object: concrete, uid: "")
  }

  private func apply(_ operation: PlannedOperation, _ order: WriteOrder) async -> Result<String, SpokeError> {
    guard let object = operation.object else { return .success("") }
    do {
      if let obstacle = index.record(object.identity), operation.action == .hook || obstacle.flags.contains(.deleting) {
        try await clear(object, obstacle, order)
      }
      return .success(try await sendOnceDefined(object, order))
    } catch {
      return .failure(error)
    }
  }

  /// Sends an object. Where this run has just written the definition of its kind, the server may for a moment still judge by the old one: a
  /// new field is unknown to it. Such a refusal counts only when it stays.
  private func sendOnceDefined(_ object: DesiredObject, _ order: WriteOrder) async throws(SpokeError) -> String {
    var attempt = 1
    while true {
      do {
        return try await send(object, order)
      } catch {
        let mayPass = order.redefined.contains(object.identity.groupKind) && (error.kind == .invalid || error.kind == .other)
        guard mayPass, attempt < 6, !Task.isCancelled else { throw error }
        try? await environment.sleep(
          Backoff.delay(attempt, first: .milliseconds(200), most: .seconds(1), random: environment.random()))
        attempt += 1
      }
    }
  }

  /// Removes what stands in the way of an object: an earlier run of a hook, or the object itself on its way out.
  private func clear(_ object: DesiredObject, _ obstacle: LiveRecord, _ order: WriteOrder) async throws(SpokeError) {
    if !obstacle.flags.contains(.deleting), let error = await delete(object.identity, obstacle.uid, .background) { throw error }
    if let stuck = await waitUntilGone([(object.identity, obstacle.uid)], order.label, order.timeout) {
      throw SpokeError(.unavailable, stuck)
    }
  }

  private func send(_ object: DesiredObject, _ order: WriteOrder) async throws(SpokeError) -> String {
    let resource = try await served(object.type)
    let isNew = index.record(object.identity) == nil
    index.beginWrite(object.identity)
    var notes: [String] = []
    do {
      let isForced = object.options.force || order.isForced
      var answer =
        object.options.replace
        ? try await replace(object, resource, isForced, order, &notes) : try await applyOnce(object, resource, isForced, order, &notes)
      if isNew { answer = try await adopt(answer, object, resource, &notes) }
      report(index.applied(answer, digest: object.digest))
      return notes.joined(separator: "; ")
    } catch {
      report(index.endWrite(object.identity))
      throw explained(error, object)
    }
  }

  /// What a person can do about a refusal, where the server's words do not say it.
  private func explained(_ error: SpokeError, _ object: DesiredObject) -> SpokeError {
    var error = error
    let namespace = object.identity.namespace
    if error.kind == .notFound, !namespace.isEmpty {
      knownNamespaces[namespace] = nil
      if error.message.contains("namespaces \"\(namespace)\" not found") {
        // Made by an earlier sync and gone since: the next one makes it again.
        if object.options.createNamespace {
          error.kind = .unavailable
        } else {
          error.message += ": create the namespace, or set the sync option CreateNamespace=true"
        }
      }
    }
    let fixed = ["is immutable", "updates to ", "may not change once set", "may not be changed", "cannot change roleRef"]
    if error.kind == .invalid, index.record(object.identity) != nil, fixed.contains(where: { error.message.contains($0) }) {
      error.message += ": set the sync option Force=true on the object to have it deleted and made again"
    }
    return error
  }

  /// Applies one object: first politely, so that it is known who held what, then by force, as Argo CD does.
  private func applyOnce(
    _ object: DesiredObject, _ resource: ServedResource, _ isForced: Bool, _ order: WriteOrder, _ notes: inout [String]
  ) async throws(SpokeError) -> Value {
    let manifest = try await toSend(object)
    var options = SpokeWriteOptions(validate: object.options.validate)
    do {
      let polite = options
      return try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, polite) }
    } catch  where error.kind == .conflict {
      notes.append(ClusterAgent.takeover(error))
    } catch {
      return try await recreate(object, resource, error, isForced, order, &notes)
    }
    options.force = true
    let forced = options
    do {
      return try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, forced) }
    } catch {
      return try await recreate(object, resource, error, isForced, order, &notes)
    }
  }

  /// The manifest as it goes out: with `RespectIgnoreDifferences=true`, what does not count is sent as it is in the cluster.
  func toSend(_ object: DesiredObject) async throws(SpokeError) -> Value {
    guard object.options.respectIgnoreDifferences, index.record(object.identity) != nil,
      let fields = index.ignoredFields(of: object.identity)
    else { return object.manifest }
    guard let live = try await read(object.identity, object.type) else { return object.manifest }
    return fields.respecting(live, in: object.manifest)
  }

  /// Writes an object whole: PUT over the version that was just read, POST where there is none; with `Force=true` it is deleted and made
  /// again.
  private func replace(
    _ object: DesiredObject, _ resource: ServedResource, _ isForced: Bool, _ order: WriteOrder, _ notes: inout [String]
  ) async throws(SpokeError) -> Value {
    let options = SpokeWriteOptions(validate: object.options.validate)
    var attempt = 1
    while true {
      let live = try await read(object.identity, object.type)
      do {
        guard let live else {
          let manifest = object.manifest
          return try await persistently { api throws(SpokeError) in try await api.create(manifest, resource, options) }
        }
        if isForced { return try await makeAgain(object, resource, live, "Replace=true, Force=true", order, &notes) }
        var manifest = object.manifest
        if object.options.respectIgnoreDifferences, let fields = index.ignoredFields(of: object.identity) {
          manifest = fields.respecting(live, in: manifest)
        }
        for field in ["uid", "resourceVersion"] { manifest[at: "metadata", field] = live[at: "metadata", field] }
        let body = manifest
        return try await persistently { api throws(SpokeError) in try await api.replace(body, resource, options) }
      } catch  where error.kind == .conflict && attempt < 4 {
        // Somebody wrote in between: what they wrote is replaced as well, but knowingly.
        attempt += 1
      }
    }
  }

  /// With `Force=true` an object that cannot be changed into what is wanted is deleted and made again; without, the error stands.
  private func recreate(
    _ object: DesiredObject, _ resource: ServedResource, _ error: SpokeError, _ isForced: Bool, _ order: WriteOrder, _ notes: inout [String]
  ) async throws(SpokeError) -> Value {
    guard isForced, error.kind == .invalid, let live = try await read(object.identity, object.type) else { throw error }
    return try await makeAgain(object, resource, live, "Force=true, since \(error.message)", order, &notes)
  }

  private func makeAgain(
    _ object: DesiredObject, _ resource: ServedResource, _ live: Value, _ why: String, _ order: WriteOrder, _ notes: inout [String]
  ) async throws(SpokeError) -> Value {
    let uid = live[at: "metadata", "uid"]?.stringValue ?? ""
    // The watch must be heard now: it says when the old object is gone.
    report(index.endWrite(object.identity))
    if let failure = await delete(object.identity, uid, object.options.propagation(for: object.identity.groupKind)) { throw failure }
    if index.record(object.identity)?.uid == uid {
      if let stuck = await waitUntilGone([(object.identity, uid)], order.label, order.timeout) { throw SpokeError(.unavailable, stuck) }
    }
    notes.append("deleted and made again (\(why))")
    let manifest = object.manifest
    index.beginWrite(object.identity)
    let options = SpokeWriteOptions(force: true, validate: object.options.validate)
    return try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, options) }
  }

  /// An object that was thought to be new and was there: says whose it was, and takes over the fields that its former tool wrote, so that
  /// those which Git lacks go.
  private func adopt(
    _ answer: Value, _ object: DesiredObject, _ resource: ServedResource, _ notes: inout [String]
  ) async throws(SpokeError) -> Value {
    let other = object.manifest[at: "metadata", "annotations", Adoption.managerAnnotation]?.stringValue
    guard let adoption = Adoption(of: answer, apiVersion: object.type.apiVersion, other: other) else {
      let others = OwnedFields.otherManagers(answer)
      if !others.isEmpty { notes.append("was there already, with fields of \(others.joined(separator: ", "))") }
      return answer
    }
    notes.append("\(adoption)")
    guard object.options.migrate else { return answer }
    var live = answer
    var attempt = 1
    while let patch = Adoption.patch(live, apiVersion: object.type.apiVersion, other: other) {
      do {
        let identity = object.identity
        _ = try await persistently { api throws(SpokeError) in
          try await api.patch(resource, namespace: identity.namespace, name: identity.name, patch, SpokeWriteOptions())
        }
        let manifest = object.manifest
        let options = SpokeWriteOptions(force: true, validate: object.options.validate)
        return try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, options) }
      } catch  where error.kind == .conflict && attempt < 4 {
        attempt += 1
        guard let newer = try await read(object.identity, object.type) else { throw error }
        live = newer
      }
    }
    return live
  }

  /// How a kind is served; a kind whose definition is there or on its way is waited for.
  func served(_ type: GroupVersionKind) async throws(SpokeError) -> ServedResource {
    var waited = Duration.zero
    var attempt = 1
    while true {
      if let resource = try await lookUp(type) { return resource }
      guard waited < settings.definitionTimeout, isDefined(type.groupKind), !Task.isCancelled else {
        throw SpokeError(.notFound, "the cluster does not serve \(type): apply its CustomResourceDefinition first")
      }
      let delay = Backoff.delay(attempt, first: .milliseconds(100), most: .seconds(2), random: environment.random())
      attempt += 1
      waited += delay
      try? await environment.sleep(delay)
    }
  }

  func isDefined(_ kind: GroupKind) -> Bool {
    index.labels.contains { label in index.desired(label)?.objects.contains { $0.defines == kind } ?? false }
  }

  /// The type under which an object is watched or wanted.
  func type(of identity: ObjectIdentity) -> GroupVersionKind? {
    watchedType(identity.groupKind) ?? index.desiredType(identity.groupKind)
  }

  /// Who held which fields.
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
}
