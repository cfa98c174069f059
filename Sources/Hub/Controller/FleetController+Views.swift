import Document
import FleetModel
import Foundation
import Scheduling
import StateStore
import Syncing

extension FleetController {
  /// At what it should be at, and the cluster says so.
  static func isSynced(_ entry: FleetBoard.Entry) -> Bool {
    guard let desired = entry.scheduling.desired, entry.scheduling.problem == nil else { return false }
    return entry.scheduling.synced?.target.digest == desired.digest && entry.scheduling.drift == nil && entry.status?.sync == .synced
      && entry.status?.revision == desired.digest
  }

  /// Synced and healthy, with nothing under way.
  static func isDone(_ entry: FleetBoard.Entry) -> Bool {
    isSynced(entry) && entry.scheduling.runningSince == nil && !entry.scheduling.isRemoved && entry.scheduling.health?.isHealthy == true
      && entry.scheduling.health?.digest == entry.scheduling.desired?.digest
  }

  static func syncWord(_ entry: FleetBoard.Entry) -> String {
    if entry.scheduling.runningSince != nil { return entry.scheduling.isRemoved ? "Removing" : "Syncing" }
    if isSynced(entry) { return "Synced" }
    guard entry.scheduling.desired != nil, let status = entry.status else {
      return entry.scheduling.synced == nil ? "OutOfSync" : "Unknown"
    }
    return status.sync == .unknown ? "Unknown" : "OutOfSync"
  }

  static func healthWord(_ entry: FleetBoard.Entry) -> String {
    entry.status?.health.status.rawValue ?? (entry.scheduling.synced == nil ? "Missing" : entry.scheduling.health?.status ?? "Unknown")
  }

  func view(_ entry: FleetBoard.Entry, at time: Date) -> ApplicationView {
    let id = entry.instance.id
    return ApplicationView(
      id: id, name: entry.name, namespace: entry.instance.namespace, project: entry.application.project, labels: entry.instance.labels,
      cluster: entry.cluster, destinationNamespace: entry.application.destination.namespace, provenance: entry.instance.provenance,
      desiredRevision: entry.scheduling.desired?.revision ?? "", syncedRevision: entry.scheduling.synced?.target.revision,
      sync: FleetController.syncWord(entry), health: FleetController.healthWord(entry), healthMessage: entry.status?.health.message ?? "",
      reason: reason(entry, at: time), objects: entry.status?.counts.total ?? 0, isRequested: entry.scheduling.isRequested,
      operation: entry.operation)
  }

  private func reason(_ entry: FleetBoard.Entry, at time: Date) -> String {
    if let problem = entry.scheduling.problem, latest != nil { return "cannot be synced: \(problem)" }
    if entry.scheduling.isRemoved, entry.scheduling.runningSince != nil { return "is being removed" }
    if let waits = board.decisions.waiting[entry.instance.id] { return waits.text(at: time) }
    if let hold = entry.instance.id.set.flatMap({ board.holds[$0] }), hold.instances.contains(entry.instance.id) {
      return "its removal is held: \(hold.message)"
    }
    if let problem = entry.status?.problems.first { return problem }
    guard entry.scheduling.runningSince == nil else { return "" }
    return entry.status.map { $0.health.status == .healthy ? "" : $0.health.message } ?? ""
  }
}

/// States of objects in words.
enum ObjectWords {
  static func sync(_ sync: ObjectSync) -> String {
    switch sync {
    case .synced: "Synced"
    case .unknown: "Unknown"
    default: "OutOfSync"
    }
  }

  static func message(_ object: ObjectStatus) -> String {
    switch object.sync {
    case .missing: "is missing"
    case .outOfSync(let differences):
      differences.isEmpty
        ? "its manifest changed" : "differs in " + differences.prefix(5).map(\.description).joined(separator: ", ")
    case .extra: "is no longer wanted"
    case .claimed(let other): "belongs to application \(other)"
    case .deleting: "is being deleted"
    case .synced, .unknown: object.health.status == .healthy ? "" : object.health.message
    }
  }
}

/// Events in words.
public enum EventWords {
  /// One line without the names of application and cluster.
  public static func message(_ stored: StoredEvent) -> String {
    let event = stored.event
    var text = event.message.isEmpty ? event.reason : event.message
    if event.message.isEmpty, event.from == nil, let to = event.to, to == event.reason { return to }
    if let from = event.from, let to = event.to {
      text += (text.isEmpty ? "" : ": ") + "\(short(from)) → \(short(to))"
    } else if let to = event.to {
      text += (text.isEmpty ? "" : ": ") + short(to)
    }
    return text.isEmpty ? stored.kindName : text
  }

  private static func short(_ text: String) -> String {
    text.utf8.count == 40 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      ? Revisions.short(text)
      : text.hasPrefix("folder-") ? Revisions.short(text) : text
  }
}
