import Document
import FleetModel
import Hub
import StateStore

/// Applications as the API shows them: the field names of Argo CD's status, so that scripts find what they know.
enum ApplicationBody {
  static func summary(_ view: ApplicationView) -> Value {
    var status: Object = [
      "cluster": .string(view.cluster),
      "applicationSet": .string(view.provenance.applicationSet ?? ""),
      "sync": ["status": .string(view.sync), "revision": .string(view.desiredRevision)],
      "health": ["status": .string(view.health), "message": .string(view.healthMessage)],
      "summary": ["objects": .int(Int64(view.objects))],
      "reason": .string(view.reason),
      "requested": .bool(view.isRequested),
    ]
    if let synced = view.syncedRevision { status["syncedRevision"] = .string(synced) }
    if let operation = view.operation { status["operationState"] = self.operation(operation) }
    return [
      "apiVersion": "argoproj.io/v1alpha1",
      "kind": "Application",
      "metadata": [
        "name": .string(view.name), "namespace": .string(view.namespace), "labels": StringMaps.value(view.labels),
      ],
      "spec": [
        "project": .string(view.project),
        "destination": ["name": .string(view.cluster), "namespace": .string(view.destinationNamespace)],
      ],
      "status": .object(status),
    ]
  }

  static func whole(_ view: ApplicationView, objects: [ObjectView]) -> Value {
    var body = summary(view)
    body[at: "status", "provenance"] = provenance(view.provenance, id: view.id)
    body[at: "status", "resources"] = .array(
      objects.map { object in
        [
          "group": .string(object.identity.group), "kind": .string(object.identity.kind),
          "namespace": .string(object.identity.namespace), "name": .string(object.identity.name),
          "status": .string(object.sync), "health": .string(object.health), "message": .string(object.message),
        ]
      })
    return body
  }

  private static func operation(_ view: OperationView) -> Value {
    var body: Object = [
      "phase": .string(view.phase), "message": .string(view.message), "revision": .string(view.revision),
      "attempt": .int(Int64(view.attempt)), "startedAt": .string(view.startedAt),
    ]
    if let finished = view.finishedAt { body["finishedAt"] = .string(finished) }
    return .object(body)
  }

  private static func provenance(_ provenance: Provenance, id: InstanceID) -> Value {
    [
      "id": .string(id.rawValue),
      "applicationSet": .string(provenance.applicationSet ?? ""),
      "generator": .string(provenance.generator),
      "element": .string(provenance.element),
      "files": .array(provenance.files.map { .string($0) }),
      "commit": .string(provenance.commit ?? ""),
      "definedAt": .string(provenance.position?.description ?? ""),
    ]
  }

  static func set(_ view: ApplicationSetView) -> Value {
    [
      "apiVersion": "argoproj.io/v1alpha1",
      "kind": "ApplicationSet",
      "metadata": ["name": .string(view.name), "namespace": .string(view.namespace)],
      "status": [
        "applications": .int(Int64(view.applications)), "synced": .int(Int64(view.synced)), "healthy": .int(Int64(view.healthy)),
        "conditions": .array(view.problems.map { ["type": "ErrorOccurred", "status": "True", "message": .string($0)] }),
      ],
    ]
  }
}

/// Clusters, events, holds and the state for plans, as the API shows them.
enum FleetBody {
  static func cluster(_ view: ClusterView) -> Value {
    [
      "apiVersion": "flotilla.dev/v1alpha1",
      "kind": "Cluster",
      "metadata": ["name": .string(view.name), "labels": StringMaps.value(view.labels)],
      "spec": ["server": .string(view.server)],
      "status": [
        "state": .string(view.state), "version": .string(view.version), "lastContact": .string(view.lastContact ?? ""),
        "message": .string(view.message), "applications": .int(Int64(view.applications)), "healthy": .int(Int64(view.healthy)),
      ],
    ]
  }

  static func hold(_ view: HoldView) -> Value {
    [
      "kind": "Hold",
      "metadata": ["name": .string(view.set)],
      "message": .string(view.message),
      "applications": .array(view.applications.map { .string($0) }),
    ]
  }

  static func event(_ stored: StoredEvent) -> Value {
    let event = stored.event
    var body: Object = [
      "sequence": .int(stored.seq), "time": .string(Timestamps.text(event.at)), "reason": .string(stored.kindName),
      "actor": .string(event.actor), "application": .string(event.name ?? ""), "cluster": .string(event.cluster ?? ""),
      "message": .string(EventWords.message(stored)),
    ]
    if let from = event.from { body["from"] = .string(from) }
    if let to = event.to { body["to"] = .string(to) }
    return .object(body)
  }

  static func planned(_ application: PlannedApplication) -> Value { application.value }

  static func status(_ status: FleetStatus) -> Value {
    [
      "definitionsRevision": .string(status.definitionsRevision),
      "applications": .int(Int64(status.applications)), "synced": .int(Int64(status.synced)), "healthy": .int(Int64(status.healthy)),
      "running": .int(Int64(status.running)), "converged": .bool(status.isConverged),
      "problems": .array(status.problems.map { .string($0) }),
    ]
  }
}
