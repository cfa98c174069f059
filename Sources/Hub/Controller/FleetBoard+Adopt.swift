import Document
import FleetModel
import Foundation
import Generators
import Scheduling

extension FleetBoard.Entry {
  /// This definition with what is known by now of the instance: while an adoption is written to the store, syncs end and clusters change.
  fileprivate func keepingProgress(of current: FleetBoard.Entry) -> FleetBoard.Entry {
    var entry = self
    entry.status = current.status
    entry.operation = current.operation
    entry.wish = current.wish
    entry.unfinished = current.unfinished
    entry.scheduling = current.scheduling
    entry.scheduling.desired = scheduling.desired
    entry.scheduling.isAutomated = scheduling.isAutomated
    entry.scheduling.healsDrift = scheduling.healsDrift
    entry.scheduling.retry = scheduling.retry
    entry.scheduling.isRemoved = scheduling.isRemoved
    entry.scheduling.problem = scheduling.problem
    return entry
  }
}

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
    var holds: [String: Removals.Hold] = [:]
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
    let policies = evaluated.policies
    var rules = ProjectPolicies(evaluated.definitions)
    for instance in evaluation(of: evaluated) {
      let policy = instance.id.set.flatMap { policies["\(instance.id.namespace)/\($0)"] }
      guard let entry = entry(for: instance, rendered: rendered.instances[instance.id], in: evaluated, policy: policy, &rules) else {
        continue
      }
      if let known = entries[instance.id] {
        if known.scheduling.isRemoved { adoption.revived.insert(instance.id) }
        guard differs(entry, from: known) else { continue }
      }
      adoption.changed.append(entry)
    }
    let removals = Removals(
      of: entries.values.filter { !$0.scheduling.isRemoved }.map(\.instance.id), in: evaluated, approved: approved,
      removedInLastHour: removedInLastHour)
    adoption.removals = removals.allowed
    adoption.holds = removals.holds
    return adoption
  }

  private func evaluation(of evaluated: EvaluatedFleet) -> [ApplicationInstance] {
    evaluated.evaluation.instances.sorted { $0.id < $1.id }
  }

  private func differs(_ entry: Entry, from known: Entry) -> Bool {
    entry.instance != known.instance || entry.cluster != known.cluster || entry.scheduling != known.scheduling
      || entry.rendered != known.rendered || entry.policy != known.policy
  }

  /// The entry as it will be: what is known of the instance, with the new definition and manifests.
  private func entry(
    for instance: ApplicationInstance, rendered: RenderedInstance?, in evaluated: EvaluatedFleet, policy: ApplicationSet.Policy?,
    _ rules: inout ProjectPolicies
  ) -> Entry? {
    var instance = instance
    let known = entries[instance.id]
    if let known, policy?.updates == false {
      // The set's policy says that existing applications are not updated.
      instance = known.instance
    }
    guard let application = try? Application(instance.application) else { return nil }
    let destination = evaluated.destinations.cluster(of: application.destination)
    let cluster = destination?.name ?? ""
    var scheduling = known?.scheduling ?? InstanceState(id: instance.id, desired: nil)
    let automated = application.syncPolicy.automated
    scheduling.isAutomated = automated?.enabled ?? false
    scheduling.healsDrift = (automated?.enabled ?? false) && (automated?.selfHeal ?? false)
    scheduling.retry = application.syncPolicy.retry ?? evaluated.definitions.fleet.retry
    scheduling.isRemoved = false
    let projectPolicy = rules.policy(of: application, on: destination)
    scheduling.problem = rendered.map(\.problem) ?? "not rendered yet"
    // Checked before anything is sent; what single objects may not is checked with the plan of the sync.
    if scheduling.problem == nil { scheduling.problem = projectPolicy?.problems(of: application).first }
    let usable = rendered.flatMap { $0.problem == nil ? $0 : nil }
    if let usable {
      scheduling.desired = FleetBoard.target(of: instance, application: application, cluster: cluster, rendered: usable)
    } else if known?.rendered == nil, known?.scheduling.synced == nil {
      scheduling.desired = nil
    }
    return Entry(
      instance: instance, application: application, cluster: cluster, definitionDigest: PlannedApplication.digest(of: instance),
      rendered: usable ?? known?.rendered, status: known?.status, scheduling: scheduling, operation: known?.operation,
      wish: known?.wish ?? SyncWish(), cascades: PlannedApplication.cascades(instance.application),
      policy: projectPolicy, unfinished: known?.unfinished, createdAt: known?.createdAt ?? evaluated.time)
  }

  /// What an instance should be at: everything that decides what is sent to the cluster.
  static func target(of instance: ApplicationInstance, application: Application, cluster: String, rendered: RenderedInstance) -> SyncTarget
  {
    let policy = application.syncPolicy
    let metadata = policy.managedNamespaceMetadata.map { [StringMaps.value($0.labels), StringMaps.value($0.annotations)] } ?? []
    let settings: [Digest] =
      [
        Digest(of: instance.name), Digest(of: cluster), Digest(of: application.destination.namespace),
        Digest(of: policy.syncOptions.joined(separator: ",")),
        Digest(of: instance.application[at: "spec", "ignoreDifferences"] ?? .null),
      ] + metadata.map { Digest(of: $0) }
    return SyncTarget(revision: rendered.revision, digest: Digest(of: [rendered.digest] + settings).description)
  }

  /// Takes an adoption in.
  mutating func take(_ adoption: Adoption) {
    for entry in adoption.changed {
      let id = entry.instance.id
      entries[id] = entries[id].map { entry.keepingProgress(of: $0) } ?? entry
    }
    for id in adoption.revived { entries[id]?.scheduling.isRemoved = false }
    for id in adoption.removals.keys { entries[id]?.scheduling.isRemoved = true }
    holds = adoption.holds
  }
}
