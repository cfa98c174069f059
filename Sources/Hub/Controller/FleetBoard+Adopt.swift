import Document
import FleetModel
import Foundation
import Generators
import Scheduling

extension FleetBoard {
  /// What a new evaluation changes, worked out before any of it is done.
  struct Adoption {
    /// Entries that are new or differ from what is known, in the order of their identities.
    var changed: [Entry] = []
    /// Instances that are to be removed now.
    var removals: [InstanceID: String] = [:]
    /// Instances that were to be removed and are wanted again.
    var revived: Set<InstanceID> = []
    /// Removals that are held, by set.
    var holds: [String: Hold] = [:]
  }

  /// Compares a new evaluation with what is known.
  ///
  /// - Parameters:
  ///   - approved: instances whose removal somebody approved.
  ///   - removedInLastHour: how many instances were removed within the last hour.
  func adoption(
    of evaluated: EvaluatedFleet, rendered: RenderedFleet, approved: Set<InstanceID>, removedInLastHour: Int
  ) -> Adoption {
    var adoption = Adoption()
    let definitions = evaluated.definitions
    let policies = Dictionary(
      definitions.applicationSets.map { ("\($0.namespace)/\($0.name)", $0.syncPolicy) }, uniquingKeysWith: { first, _ in first })
    var wanted: Set<InstanceID> = []
    for instance in evaluation(of: evaluated) {
      wanted.insert(instance.id)
      let policy = instance.id.set.flatMap { policies["\(instance.id.namespace)/\($0)"] }
      guard let entry = entry(for: instance, rendered: rendered.instances[instance.id], definitions: definitions, policy: policy) else { continue }
      if let known = entries[instance.id] {
        if known.scheduling.isRemoved { adoption.revived.insert(instance.id) }
        guard differs(entry, from: known) else { continue }
      }
      adoption.changed.append(entry)
    }
    judgeRemovals(
      evaluated, wanted: wanted, policies: policies, approved: approved, removedInLastHour: removedInLastHour, into: &adoption)
    return adoption
  }

  private func evaluation(of evaluated: EvaluatedFleet) -> [ApplicationInstance] {
    evaluated.evaluation.instances.sorted { $0.id < $1.id }
  }

  private func differs(_ entry: Entry, from known: Entry) -> Bool {
    entry.instance != known.instance || entry.cluster != known.cluster || entry.scheduling != known.scheduling
      || entry.rendered != known.rendered
  }

  /// The entry as it will be: what is known of the instance, with the new definition and manifests.
  private func entry(
    for instance: ApplicationInstance, rendered: RenderedInstance?, definitions: Definitions, policy: ApplicationSet.Policy?
  ) -> Entry? {
    var instance = instance
    let known = entries[instance.id]
    if let known, policy?.applicationsSync == .createOnly || policy?.applicationsSync == .createDelete {
      // The set's policy says that existing applications are not updated.
      instance = known.instance
    }
    guard let application = try? Application(instance.application) else { return nil }
    let cluster = EvaluatedFleet.cluster(of: application, in: definitions.clusters) ?? ""
    var scheduling = known?.scheduling ?? InstanceState(id: instance.id, desired: nil)
    let automated = application.syncPolicy.automated
    scheduling.isAutomated = automated?.enabled ?? false
    scheduling.healsDrift = (automated?.enabled ?? false) && (automated?.selfHeal ?? false)
    scheduling.retry = application.syncPolicy.retry ?? definitions.fleet.retry
    scheduling.isRemoved = false
    scheduling.problem = rendered.map(\.problem) ?? "not rendered yet"
    let usable = rendered.flatMap { $0.problem == nil ? $0 : nil }
    if let usable {
      scheduling.desired = FleetBoard.target(of: instance, application: application, cluster: cluster, rendered: usable)
    } else if known?.rendered == nil, known?.scheduling.synced == nil {
      scheduling.desired = nil
    }
    let destinationFinalizer = application.finalizers.contains { $0.hasPrefix("resources-finalizer.argocd.argoproj.io") }
    return Entry(
      instance: instance, application: application, cluster: cluster, definitionDigest: PlannedApplication.digest(of: instance),
      rendered: usable ?? known?.rendered, status: known?.status, scheduling: scheduling, operation: known?.operation,
      requestPrunes: known?.requestPrunes ?? false, cascades: destinationFinalizer)
  }

  /// What an instance should be at: everything that decides what is sent to the cluster.
  static func target(of instance: ApplicationInstance, application: Application, cluster: String, rendered: RenderedInstance) -> SyncTarget {
    let policy = application.syncPolicy
    let metadata = policy.managedNamespaceMetadata.map { [StringMaps.value($0.labels), StringMaps.value($0.annotations)] } ?? []
    let settings: [Digest] =
      [
        Digest(of: instance.name), Digest(of: cluster), Digest(of: application.destination.namespace),
        Digest(of: policy.syncOptions.joined(separator: ",")),
      ] + metadata.map { Digest(of: $0) }
    return SyncTarget(revision: rendered.revision, digest: Digest(of: [rendered.digest] + settings).description)
  }

  private func judgeRemovals(
    _ evaluated: EvaluatedFleet, wanted: Set<InstanceID>, policies: [String: ApplicationSet.Policy], approved: Set<InstanceID>,
    removedInLastHour: Int, into adoption: inout Adoption
  ) {
    let judge = RemovalJudge(evaluated)
    let guards = evaluated.definitions.fleet.guards
    let bySet = Dictionary(grouping: entries.values, by: { $0.instance.id.set ?? "" })
    var removed = removedInLastHour
    for (set, members) in bySet.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
      let candidates = members.map(\.instance.id).filter { id in
        guard !wanted.contains(id), judge.mayBeRemoved(id), entries[id]?.scheduling.isRemoved == false else { return false }
        switch policies["\(id.namespace)/\(set)"]?.applicationsSync {
        case .createOnly, .createUpdate: return false
        default: return true
        }
      }
      guard !candidates.isEmpty else { continue }
      let verdict = DeletionGuard.judge(
        set: set.isEmpty ? "-" : set, existing: set.isEmpty ? Int.max : members.count, removals: candidates.count, removedInLastHour: removed,
        guards: guards, isApproved: candidates.allSatisfy(approved.contains))
      switch verdict {
      case .allow:
        removed += candidates.count
        for id in candidates { adoption.removals[id] = set.isEmpty ? "its definition is gone" : "set \(set) no longer produces it" }
      case .hold(let message):
        adoption.holds[set.isEmpty ? "-" : set] = Hold(message: message, instances: Set(candidates))
      }
    }
  }

  /// Takes an adoption in.
  mutating func take(_ adoption: Adoption) {
    for entry in adoption.changed { entries[entry.instance.id] = entry }
    for id in adoption.revived { entries[id]?.scheduling.isRemoved = false }
    for id in adoption.removals.keys { entries[id]?.scheduling.isRemoved = true }
    holds = adoption.holds
  }
}
