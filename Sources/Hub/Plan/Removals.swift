import Document
import FleetModel
import Generators
import Scheduling

/// What becomes of instances that an evaluation no longer produces: the one judgement that the hub acts on and `flotilla plan` shows.
public struct Removals: Sendable {
  /// Removals of one set that wait for an approval.
  public struct Hold: Sendable, Hashable {
    /// Why, and what releases them.
    public var message: String
    /// The instances that would go.
    public var instances: Set<InstanceID>
  }

  /// The instances to remove, and why.
  public private(set) var allowed: [InstanceID: String] = [:]
  /// What waits for an approval, by the name of the set; `-` stands for applications without one.
  public private(set) var holds: [String: Hold] = [:]
  /// The instances that stay although nothing produces them: an error hides them, or the set's policy keeps them.
  public private(set) var kept: Set<InstanceID> = []

  /// Judges.
  ///
  /// - Parameters:
  ///   - known: all instances that exist, those that are being removed not among them.
  ///   - evaluated: what the definitions produce now.
  ///   - approved: instances whose removal somebody approved.
  ///   - removedInLastHour: how many instances were removed within the last hour.
  public init(of known: [InstanceID], in evaluated: EvaluatedFleet, approved: Set<InstanceID> = [], removedInLastHour: Int = 0) {
    let produced = Set(evaluated.evaluation.instances.map(\.id))
    let judge = RemovalJudge(evaluated)
    let guards = evaluated.definitions.fleet.guards
    var removed = removedInLastHour
    let bySet = Dictionary(grouping: known, by: { $0.set ?? "" })
    for (set, members) in bySet.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
      let missing = members.filter { !produced.contains($0) }
      let candidates = missing.filter(judge.mayBeRemoved)
      kept.formUnion(Set(missing).subtracting(candidates))
      guard !candidates.isEmpty else { continue }
      let verdict = DeletionGuard.judge(
        set: set.isEmpty ? "-" : set, existing: set.isEmpty ? Int.max : members.count, removals: candidates.count,
        removedInLastHour: removed, guards: guards, isApproved: candidates.allSatisfy(approved.contains))
      switch verdict {
      case .allow:
        removed += candidates.count
        for id in candidates { allowed[id] = set.isEmpty ? "its definition is gone" : "set \(set) no longer produces it" }
      case .hold(let message):
        holds[set.isEmpty ? "-" : set] = Hold(message: message, instances: Set(candidates))
      }
    }
  }
}

/// Tells instances that nobody wants any more from those that only an error hides or that their set's policy keeps.
struct RemovalJudge {
  private let incomplete: Set<String>
  private let policies: [String: ApplicationSet.Policy]
  private let hasBrokenFiles: Bool
  private let brokenSubjects: Set<String>
  private let failedElements: Set<InstanceID>

  init(_ evaluated: EvaluatedFleet) {
    let sets = evaluated.evaluation.sets
    incomplete = Set(sets.filter { !$0.complete }.map(\.id))
    failedElements = sets.reduce(into: []) { $0.formUnion($1.failedElements) }
    policies = evaluated.policies
    hasBrokenFiles = !evaluated.definitions.brokenFiles.isEmpty
    brokenSubjects = evaluated.definitions.brokenSubjects
  }

  /// Whether an instance that an evaluation does not produce may be taken for removed.
  func mayBeRemoved(_ id: InstanceID) -> Bool {
    guard let set = id.set else {
      return !hasBrokenFiles && !brokenSubjects.contains("Application \(id.namespace)/\(id.element)")
    }
    let name = "\(id.namespace)/\(set)"
    if failedElements.contains(id) || incomplete.contains(name) { return false }
    if brokenSubjects.contains("ApplicationSet \(name)") { return false }
    // A set that is gone may stand in a file that cannot be read.
    guard let policy = policies[name] else { return !hasBrokenFiles }
    return policy.deletes
  }
}

extension EvaluatedFleet {
  /// The policies of the application sets by `namespace/name`.
  var policies: [String: ApplicationSet.Policy] {
    Dictionary(definitions.applicationSets.map { ("\($0.namespace)/\($0.name)", $0.syncPolicy) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether the policy of an instance's set lets it be changed once it exists.
  public func mayBeUpdated(_ id: InstanceID) -> Bool {
    guard let set = id.set, let policy = policies["\(id.namespace)/\(set)"] else { return true }
    return policy.updates
  }
}

extension ApplicationSet.Policy {
  fileprivate var deletes: Bool { applicationsSync != .createOnly && applicationsSync != .createUpdate }
  var updates: Bool { applicationsSync != .createOnly && applicationsSync != .createDelete }
}
