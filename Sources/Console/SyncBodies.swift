import Document
import Hub
import Syncing

/// What a sync would do or did, as the API tells it.
enum SyncBody {
  static func plan(_ plan: SyncPlan) -> Value {
    var body: Value = [
      "application": .string(plan.owner.name), "summary": .string(plan.summary), "refusals": .array(plan.refusals.map { .string($0) }),
      "operations": .array(plan.steps.flatMap { step in step.operations.map { operation($0, step) } }),
      "skipped": .array(
        plan.skipped.map { ["object": .string("\($0.identity)"), "reason": .string($0.reason), "isError": .bool($0.isError)] }),
    ]
    if let held = plan.held { body["held"] = .string(held) }
    if let namespace = plan.createsNamespace { body["createsNamespace"] = .string(namespace) }
    return body
  }

  private static func operation(_ operation: PlannedOperation, _ step: SyncStep) -> Value {
    var body: Value = [
      "action": .string(operation.adoption == nil ? operation.action.rawValue : "adopt"), "object": .string("\(operation.identity)"),
      "phase": .string("\(step.phase)"), "wave": .int(Int64(step.wave)), "reason": .string(operation.reason),
      "differences": .array(operation.differences.map(difference)),
    ]
    if let adoption = operation.adoption { body["adopts"] = .string("\(adoption)") }
    return body
  }

  private static func difference(_ difference: Difference) -> Value {
    var body: Value = ["path": .string(difference.path)]
    if difference.isMasked { body["secret"] = true }
    if let live = difference.live { body["live"] = .string(live) }
    if let desired = difference.desired { body["desired"] = .string(desired) }
    return body
  }

  static func result(_ name: String, _ result: SyncResult) -> Value {
    [
      "application": .string(name), "outcome": .string(result.outcome.rawValue), "message": .string(result.message),
      "objects": .array(
        result.objects.map {
          [
            "object": .string("\($0.identity)"), "action": .string($0.action.rawValue), "done": .bool($0.isDone),
            "message": .string($0.message),
          ]
        }),
    ]
  }

  static func orphans(_ report: FleetController.OrphanReport) -> Value {
    var body: Value = [
      "project": .string(report.project), "cluster": .string(report.cluster),
      "objects": .array(
        report.objects.map {
          [
            "group": .string($0.group), "kind": .string($0.kind), "namespace": .string($0.namespace), "name": .string($0.name),
          ]
        }),
    ]
    if let problem = report.problem { body["problem"] = .string(problem) }
    return body
  }
}
