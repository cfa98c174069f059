import Document
import FleetModel

/// One application as a plan sees it: what it is, where it goes, and digests of all that it applies.
public struct PlannedApplication: Sendable, Hashable {
  /// The generator element that it stands for.
  public var id: InstanceID
  /// The name of the application.
  public var name: String
  /// The destination cluster; empty when it names none that is known.
  public var cluster: String
  /// The revision that its objects were rendered at.
  public var revision: String
  /// The digest of the Application's own spec.
  public var definitionDigest: String
  /// The digest of each object that it applies.
  public var objects: [ObjectIdentity: String]
  /// Whether its objects go when it does.
  public var cascades: Bool
  /// Why it cannot be rendered; nil when it can.
  public var problem: String?

  /// Makes a planned application.
  public init(
    id: InstanceID, name: String, cluster: String, revision: String, definitionDigest: String, objects: [ObjectIdentity: String],
    cascades: Bool = true, problem: String? = nil
  ) {
    self.id = id
    self.name = name
    self.cluster = cluster
    self.revision = revision
    self.definitionDigest = definitionDigest
    self.objects = objects
    self.cascades = cascades
    self.problem = problem
  }
}

/// What a change of the definitions or of their sources does to the fleet: the difference of two states, in the order in which it will happen.
///
/// The command line prints it and the hub acts on the same comparison; there is no second way to find out what changes.
public struct FleetPlan: Sendable, Hashable {
  /// What happens to one application.
  public enum Action: String, Sendable, Hashable {
    case create
    case change
    case remove
    case rename
  }

  /// What happens to one object of an application.
  public struct ObjectChange: Sendable, Hashable {
    /// What happens.
    public let action: Action
    /// The object.
    public let identity: ObjectIdentity
  }

  /// One application that changes.
  public struct Change: Sendable, Hashable {
    /// What happens to it.
    public let action: Action
    /// The application as it will be; as it is, when it is removed.
    public let application: PlannedApplication
    /// The name that it had, when it is renamed.
    public let previousName: String?
    /// The revisions from and to, when the revision changes.
    public let revisions: [String]
    /// Whether its own spec changes.
    public let definitionChanges: Bool
    /// The objects that change, sorted by identity.
    public let objects: [ObjectChange]
    /// The step of the order: everything in a lower step comes first. Removals count from the other end.
    public let step: Int
    /// Names of the applications that it waits for, sorted.
    public let waitsFor: [String]
    /// Why it does not happen although the definitions ask for it; nil when it happens.
    public let held: String?
  }

  /// The changes: creations and changes by step and name, then removals.
  public let changes: [Change]
  /// How many applications stay as they are.
  public let unchanged: Int

  /// Whether nothing happens.
  public var isEmpty: Bool { changes.isEmpty }

  /// How many changes have this action.
  public func count(_ action: Action) -> Int { changes.count { $0.action == action && $0.held == nil } }

  /// How many changes do not happen for now.
  public var heldCount: Int { changes.count { $0.held != nil } }
}

extension FleetPlan {
  /// Compares two states of the fleet.
  ///
  /// - Parameters:
  ///   - steps: for each application of either state its step in the dependency order.
  ///   - waitsFor: for each application the names of those that it depends on directly.
  ///   - held: why changes do not happen.
  public init(
    from current: [PlannedApplication], to next: [PlannedApplication], steps: [InstanceID: Int], waitsFor: [InstanceID: [String]],
    held: [InstanceID: String] = [:]
  ) {
    let before = Dictionary(current.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let nextIDs = Set(next.map(\.id))
    var changes: [Change] = []
    var unchanged = 0
    for application in next {
      let step = steps[application.id] ?? 0
      let waits = (waitsFor[application.id] ?? []).sorted(by: ByteOrder.less)
      guard let previous = before[application.id] else {
        changes.append(
          Change(
            action: .create, application: application, previousName: nil, revisions: [], definitionChanges: true,
            objects: FleetPlan.objectChanges(from: [:], to: application.objects), step: step, waitsFor: waits, held: held[application.id]))
        continue
      }
      // What cannot be rendered now keeps what it has: that is no removal of its objects.
      let objects = application.problem == nil ? FleetPlan.objectChanges(from: previous.objects, to: application.objects) : []
      let renamed = !ByteOrder.equal(previous.name, application.name)
      let definitionChanges = previous.definitionDigest != application.definitionDigest || previous.cluster != application.cluster
      guard renamed || definitionChanges || !objects.isEmpty else {
        unchanged += 1
        continue
      }
      let revisions = previous.revision == application.revision ? [] : [previous.revision, application.revision]
      changes.append(
        Change(
          action: renamed ? .rename : .change, application: application, previousName: renamed ? previous.name : nil, revisions: revisions,
          definitionChanges: definitionChanges, objects: objects, step: step, waitsFor: waits, held: held[application.id]))
    }
    changes.sort { ($0.step, $0.application.name) < ($1.step, $1.application.name) }
    let removals = current.filter { !nextIDs.contains($0.id) }.map { application in
      Change(
        action: .remove, application: application, previousName: nil, revisions: [], definitionChanges: false,
        objects: application.cascades ? FleetPlan.objectChanges(from: application.objects, to: [:]) : [],
        step: steps[application.id] ?? 0, waitsFor: [], held: held[application.id])
    }
    self.changes = changes + removals.sorted { ($1.step, $0.application.name) < ($0.step, $1.application.name) }
    self.unchanged = unchanged
  }

  private static func objectChanges(from before: [ObjectIdentity: String], to after: [ObjectIdentity: String]) -> [ObjectChange] {
    var changes: [ObjectChange] = []
    for (identity, digest) in after {
      guard let previous = before[identity] else {
        changes.append(ObjectChange(action: .create, identity: identity))
        continue
      }
      if previous != digest { changes.append(ObjectChange(action: .change, identity: identity)) }
    }
    for identity in before.keys where after[identity] == nil { changes.append(ObjectChange(action: .remove, identity: identity)) }
    return changes.sorted { $0.identity < $1.identity }
  }
}
