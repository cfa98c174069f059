import Document
import Syncing

extension SyncPlan {
  /// The form in which the API and `flotilla plan --live -o json` tell it. The values of secrets are not in it.
  public var value: Value {
    var body: Value = [
      "application": .string(owner.name), "summary": .string(summary), "refusals": .array(refusals.map { .string($0) }),
      "operations": .array(steps.flatMap { step in step.operations.map { SyncPlan.value(of: $0, in: step) } }),
      "skipped": .array(
        skipped.map { ["object": .string("\($0.identity)"), "reason": .string($0.reason), "isError": .bool($0.isError)] }),
    ]
    if let held { body["held"] = .string(held) }
    if let namespace = createsNamespace { body["createsNamespace"] = .string(namespace) }
    return body
  }

  private static func value(of operation: PlannedOperation, in step: SyncStep) -> Value {
    var body: Value = [
      "action": .string(operation.adoption == nil ? operation.action.rawValue : "adopt"), "object": .string("\(operation.identity)"),
      "phase": .string("\(step.phase)"), "wave": .int(Int64(step.wave)), "reason": .string(operation.reason),
      "differences": .array(operation.differences.map(value(of:))),
    ]
    if let adoption = operation.adoption { body["adopts"] = .string("\(adoption)") }
    return body
  }

  private static func value(of difference: Difference) -> Value {
    var body: Value = ["path": .string(difference.path)]
    if difference.isMasked { body["secret"] = true }
    if let live = difference.live { body["live"] = .string(live) }
    if let desired = difference.desired { body["desired"] = .string(desired) }
    return body
  }
}
