import Document

extension SyncPlan {
  /// The plan that leads from what is there to what is wanted. Pure; `flotilla plan` and the hub use the same.
  ///
  /// Against nothing (an empty index in which nothing is listed) everything is created: pass `assumeEmpty`.
  public init(_ set: DesiredSet, index: LiveIndex, request: SyncRequest, assumeEmpty: Bool = false) {
    var builder = PlanBuilder(set: set, index: index, request: request, assumeEmpty: assumeEmpty)
    if set.refusals.isEmpty {
      builder.addApplies()
      builder.addPrunes()
      builder.addHooks()
    }
    refusals = set.refusals
    owner = set.owner
    revision = set.revision
    steps = builder.steps()
    skipped = builder.skipped
    held = builder.held
    unknown = builder.unknown
    let ownNamespace = set.objects.contains { $0.type.group.isEmpty && $0.type.kind == "Namespace" && $0.identity.name == set.namespace }
    let applies = steps.contains { !$0.applies.isEmpty }
    createsNamespace = set.options.createNamespace && applies && !set.namespace.isEmpty && !ownNamespace ? set.namespace : nil
  }
}

/// Gathers the operations of a plan.
private struct PlanBuilder {
  let set: DesiredSet
  let index: LiveIndex
  let request: SyncRequest
  let assumeEmpty: Bool
  var operations: [PlannedOperation] = []
  var tasks: [SyncTask] = []
  var skipped: [SkippedOperation] = []
  var unknown: [ObjectIdentity] = []
  var held: String?

  init(set: DesiredSet, index: LiveIndex, request: SyncRequest, assumeEmpty: Bool) {
    self.set = set
    self.index = index
    self.request = request
    self.assumeEmpty = assumeEmpty
  }

  private func isSelected(_ identity: ObjectIdentity) -> Bool { request.selection?.contains(identity) ?? true }

  private mutating func skip(_ identity: ObjectIdentity, _ reason: String, isError: Bool = false) {
    skipped.append(SkippedOperation(identity: identity, reason: reason, isError: isError))
  }

  mutating func addApplies() {
    for object in set.stateObjects where isSelected(object.identity) {
      switch index.sync(of: object, for: set.owner.label) {
      case .synced:
        if request.all {
          apply(object, .update, "asked for")
        } else if object.options.alwaysApply {
          apply(object, .update, "is applied in every sync (ApplyOutOfSyncOnly=false)")
        }
      case .missing: create(object)
      case .deleting: apply(object, .create, "is being deleted, will be made again once it is gone")
      case .outOfSync(let differences):
        apply(object, .update, differences.isEmpty ? "the manifest changed" : PlanBuilder.summary(differences), differences)
      case .claimed(let other):
        skip(object.identity, "belongs to application \(other), which wants it too: remove it from one of the two", isError: true)
      case .extra: break
      case .unknown:
        if assumeEmpty { apply(object, .create, "is new") } else { unknown.append(object.identity) }
      }
    }
  }

  /// A wanted object that does not bear our label: it is made, or taken over where somebody looked and found it.
  private mutating func create(_ object: DesiredObject) {
    guard let adoption = index.foreigner(object.identity) else { return apply(object, .create, "is not in the cluster") }
    if case .argoCD(let application) = adoption.claim, object.options.failOnSharedResource {
      return skip(object.identity, "is held by Argo CD application \(application) (FailOnSharedResource)", isError: true)
    }
    apply(object, .update, "is \(adoption)", adoption: adoption)
  }

  private mutating func apply(
    _ object: DesiredObject, _ action: PlannedOperation.Action, _ reason: String, _ differences: [Difference] = [],
    adoption: Adoption? = nil
  ) {
    var reason = reason
    if let owner = index.record(object.identity)?.owner, owner != set.owner.label {
      let name = index.desired(owner)?.owner.name
      if object.options.failOnSharedResource {
        return skip(
          object.identity,
          "is held by \(name.map { "application \($0)" } ?? "an application that is not known here") (FailOnSharedResource)", isError: true)
      }
      reason = "is taken over from \(name.map { "application \($0)" } ?? "an application that is not known here")"
    }
    add(
      SyncTask(object.identity, wave: object.wave, defines: object.defines),
      PlannedOperation(
        action: action, identity: object.identity, reason: reason, differences: differences, object: object, uid: "", adoption: adoption))
  }

  private mutating func add(_ task: SyncTask, _ operation: PlannedOperation) {
    var task = task
    task.reference = operations.count
    tasks.append(task)
    operations.append(operation)
  }

  mutating func addPrunes() {
    let extras = index.extras(of: set.owner.label).filter { isSelected($0.identity) }
    guard !extras.isEmpty else { return }
    if set.stateObjects.isEmpty, !request.allowEmpty {
      held = "the application would be left without any object (\(extras.count) would be deleted): set allowEmpty if that is meant"
      return
    }
    for (identity, record) in extras {
      if record.flags.contains(.deleting) {
        skip(identity, "is being deleted")
      } else if set.isIncomplete {
        skip(identity, "is not wanted any more, but not pruned while some manifest cannot be used", isError: true)
      } else if !request.prune {
        skip(identity, "is not wanted any more; pruning is off")
      } else if record.flags.contains(.keepOnPrune) || set.options.prune == .never && !record.flags.contains(.prune) {
        skip(identity, "is not wanted any more; kept because of Prune=false")
      } else if record.flags.contains(.confirmPrune) || set.options.prune == .confirm && !record.flags.contains(.prune), !request.confirmed
      {
        skip(identity, "is not wanted any more; waits for approval (Prune=confirm)")
      } else {
        add(
          SyncTask(identity, wave: record.wave, isPrune: true, pruneLast: record.flags.contains(.pruneLast) || set.options.pruneLast),
          PlannedOperation(
            action: .prune, identity: identity, reason: "is not wanted any more", differences: [], object: nil, uid: record.uid))
      }
    }
  }

  /// Hooks run when there is something to sync; a selective sync runs none.
  mutating func addHooks() {
    guard request.hooks, request.selection == nil, !tasks.isEmpty || request.resumes else { return }
    for object in set.objects {
      guard let hook = object.hook, !hook.skipped else { continue }
      for phase in hook.phases.sorted() {
        add(
          SyncTask(object.identity, phase: phase, wave: object.wave),
          PlannedOperation(
            action: .hook, identity: object.identity, reason: "\(phase) hook", differences: [], object: object, uid: ""))
      }
    }
  }

  func steps() -> [SyncStep] {
    var steps: [SyncStep] = []
    var pending: [SyncTask] = []
    func close() {
      guard let first = pending.first else { return }
      let found = pending.map { operations[$0.reference] }
      steps.append(
        SyncStep(
          phase: first.phase, wave: first.wave, prunes: found.filter { $0.action == .prune }, applies: found.filter { $0.action != .prune })
      )
      pending = []
    }
    for task in SyncOrder.sort(tasks) {
      if let last = pending.last, last.phase != task.phase || last.wave != task.wave { close() }
      pending.append(task)
    }
    close()
    return steps
  }

  private static func summary(_ differences: [Difference]) -> String {
    let paths = differences.prefix(3).map(\.path).joined(separator: ", ")
    let more = differences.count > 3 ? " and \(differences.count - 3) more" : ""
    return "differs in \(paths)\(more)"
  }
}
