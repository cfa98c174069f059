import Document
import FleetModel

extension ClusterAgent {
  /// What a sync would do, with everything said that the cluster has to be asked for: whose the objects are that are there without our
  /// label, and in which fields objects would change whose manifest is new. Writes nothing.
  ///
  /// The fields come from a comparison here wherever that is certain; an object that was never applied by us is tried out by the server
  /// (dry run). nil when the application wants nothing here.
  /// - Throws: what kept the agent from knowing.
  public func preview(_ id: InstanceID, _ request: SyncRequest = SyncRequest()) async throws(SpokeError) -> SyncPlan? {
    let label = Owner.label(for: id)
    guard let set = index.desired(label) else { return nil }
    if let problem = await learnState(of: set, label, request) { throw SpokeError(.unavailable, problem.message) }
    if let problem = await lookForForeigners(set, request) { throw SpokeError(.unavailable, problem.message) }
    var plan = SyncPlan(set, index: index, request: request)
    if let namespace = plan.createsNamespace, try await hasNamespace(namespace) { plan.createsNamespace = nil }
    for step in plan.steps.indices {
      let operations = plan.steps[step].applies
      let found = await bounded(operations) { agent, operation in await agent.differences(of: operation) }
      for (position, result) in found.enumerated() {
        switch result {
        case .success(let differences): plan.steps[step].applies[position].differences = differences
        case .failure(let error): throw SpokeError(error.kind, "\(operations[position].identity): \(error.message)")
        }
      }
    }
    return plan
  }

  private func hasNamespace(_ name: String) async throws(SpokeError) -> Bool {
    if knownNamespaces[name] != nil { return true }
    let type = GroupVersionKind(group: "", version: "v1", kind: "Namespace")
    let identity = ObjectIdentity(group: "", kind: "Namespace", namespace: "", name: name)
    return try await read(identity, type) != nil
  }

  private func differences(of operation: PlannedOperation) async -> Result<[Difference], SpokeError> {
    guard operation.action == .update, operation.differences.isEmpty, let object = operation.object else {
      return .success(operation.differences)
    }
    do {
      guard let live = try await read(object.identity, object.type) else { return .success([]) }
      let ignored = index.ignoredFields(of: object.identity)
      if Comparison.isCertain(desired: object.manifest, live: live) {
        return .success(Comparison.differences(desired: object.manifest, live: live, ignoring: ignored))
      }
      let resource = try await served(object.type)
      let manifest = try await toSend(object)
      let options = SpokeWriteOptions(force: true, dryRun: true, validate: object.options.validate)
      let after = try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, options) }
      return .success(Comparison.changes(from: live, to: after))
    } catch {
      return .failure(error)
    }
  }

  /// Looks for wanted objects that do not bear our label: whether they are there, and whose they are.
  func lookForForeigners(_ set: DesiredSet, _ request: SyncRequest) async -> SyncResult? {
    let missing = set.objects.filter { object in
      guard object.hook == nil, request.selection?.contains(object.identity) ?? true else { return false }
      return index.sync(of: object, for: set.owner.label) == .missing
    }
    let found = await bounded(missing) { agent, object in await agent.look(for: object) }
    guard let error = found.compactMap({ $0 }).first else { return nil }
    return SyncResult(
      outcome: error.kind == .cancelled ? .cancelled : .failed,
      message: "cluster \(name): what is there could not be read: \(error.message)",
      isRetryable: error.isRetryable, revision: set.revision, objects: [], skipped: [])
  }

  private func look(for object: DesiredObject) async -> SpokeError? {
    let other = object.manifest[at: "metadata", "annotations", Adoption.managerAnnotation]?.stringValue
    do {
      let live = try await read(object.identity, object.type)
      index.looked(
        at: object.identity,
        found: live.flatMap { Adoption(of: $0, apiVersion: object.type.apiVersion, other: other, includingStrangers: true) })
      return nil
    } catch {
      return error
    }
  }

  /// Sends everything of a plan as a dry run: the cluster says what it would refuse, and stores nothing.
  func tryOut(_ run: inout SyncRun) async {
    for step in run.plan.steps where run.failure == nil {
      let options = run.set.options
      let refused = await bounded(step.prunes) { agent, operation in
        await agent.delete(operation.identity, operation.uid, options.propagation(for: operation.identity.groupKind), dryRun: true)
      }
      for (operation, error) in zip(step.prunes, refused) {
        run.results.append(ObjectResult(identity: operation.identity, action: .prune, isDone: error == nil, message: error?.message ?? ""))
        if let error { run.fail(error, "\(operation.identity) could not be deleted: \(error.message)") }
      }
      let tried = await bounded(step.applies) { agent, operation in await agent.tryOut(operation) }
      for (operation, outcome) in zip(step.applies, tried) {
        switch outcome {
        case .success(let note):
          run.results.append(ObjectResult(identity: operation.identity, action: operation.action, isDone: true, message: note))
        case .failure(let error):
          // A namespace or definition that this very sync makes first is not there in a dry run.
          let isEarly = error.kind == .notFound && (run.plan.createsNamespace != nil || makes(operation.identity, in: run.plan))
          let note = isEarly ? "not tried: \(error.message)" : error.message
          run.results.append(ObjectResult(identity: operation.identity, action: operation.action, isDone: isEarly, message: note))
          if !isEarly { run.fail(error, "\(operation.identity): \(error.message)") }
        }
      }
      run.stopIfCancelled()
    }
  }

  /// Whether a plan makes what an object needs: its namespace or the definition of its kind.
  private func makes(_ identity: ObjectIdentity, in plan: SyncPlan) -> Bool {
    isDefined(identity.groupKind)
      || plan.operations.contains {
        $0.identity.group.isEmpty && $0.identity.kind == "Namespace" && $0.identity.name == identity.namespace
      }
  }

  private func tryOut(_ operation: PlannedOperation) async -> Result<String, SpokeError> {
    guard let object = operation.object else { return .success("") }
    // A hook without a name gets one only when it really runs.
    guard object.generateName == nil else { return .success("not tried: its name is made when it runs") }
    do {
      guard let resource = try await lookUp(object.type) else {
        return .failure(SpokeError(.notFound, "the cluster does not serve \(object.type): apply its CustomResourceDefinition first"))
      }
      let manifest = try await toSend(object)
      let options = SpokeWriteOptions(force: true, dryRun: true, validate: object.options.validate)
      _ = try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, options) }
      return .success("")
    } catch {
      return .failure(error)
    }
  }
}
