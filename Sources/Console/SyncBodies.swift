import Document
import Hub
import Syncing

/// What a sync would do or did, as the API tells it.
enum SyncBody {
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
