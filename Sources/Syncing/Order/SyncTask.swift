import Document

/// One thing that a sync does to one object, as the order sees it.
public struct SyncTask: Sendable, Hashable {
  /// Which object.
  public var identity: ObjectIdentity
  /// In which phase.
  public var phase: SyncPhase
  /// In which wave of the phase.
  public var wave: Int
  /// Whether the object is removed.
  public var isPrune: Bool
  /// Whether it is removed after everything else.
  public var pruneLast: Bool
  /// For a CustomResourceDefinition: the kind that it defines.
  public var defines: GroupKind?
  /// What the maker of the list knows it by.
  var reference = 0

  /// Makes a task.
  public init(
    _ identity: ObjectIdentity, phase: SyncPhase = .sync, wave: Int = 0, isPrune: Bool = false, pruneLast: Bool = false,
    defines: GroupKind? = nil
  ) {
    self.identity = identity
    self.phase = phase
    self.wave = wave
    self.isPrune = isPrune
    self.pruneLast = pruneLast
    self.defines = defines
  }
}

/// The order of a sync: phase, wave, kind, name, with namespaces before what lives in them and definitions before their custom resources.
public enum SyncOrder {
  /// The tasks in order, with the waves and phases that they end up in.
  public static func sort(_ tasks: [SyncTask]) -> [SyncTask] {
    var tasks = tasks
    mirrorPruneWaves(&tasks)
    tasks.sort(by: precedes)
    moveForward(&tasks, where: { $0.identity.group.isEmpty && $0.identity.kind == "Namespace" }) { namespace, task in
      task.identity.namespace == namespace.identity.name
    }
    moveForward(&tasks, where: { $0.defines != nil }) { definition, task in
      definition.defines == task.identity.groupKind
    }
    return tasks
  }

  /// Phase, wave, prunes, rank of the kind, name; the rest of the identity only to have one order.
  static func precedes(_ left: SyncTask, _ right: SyncTask) -> Bool {
    if left.phase != right.phase { return left.phase < right.phase }
    if left.wave != right.wave { return left.wave < right.wave }
    if left.isPrune != right.isPrune { return left.isPrune }
    if left.isPrune { return after(left.identity, right.identity) }
    return before(left.identity, right.identity)
  }

  static func before(_ left: ObjectIdentity, _ right: ObjectIdentity) -> Bool {
    let (leftRank, rightRank) = (KindOrder.rank(of: left.kind), KindOrder.rank(of: right.kind))
    if leftRank != rightRank { return leftRank < rightRank }
    let kind = ByteOrder.compare(left.kind, right.kind)
    if leftRank == 0, kind != 0 { return kind < 0 }
    let name = ByteOrder.compare(left.name, right.name)
    return name == 0 ? left < right : name < 0
  }

  /// Removal runs through kinds backwards.
  static func after(_ left: ObjectIdentity, _ right: ObjectIdentity) -> Bool { before(right, left) }

  /// What was made last is removed first: the waves of prunes are swapped around their middle. `PruneLast` then moves to one past the
  /// last wave.
  static func mirrorPruneWaves(_ tasks: inout [SyncTask]) {
    let waves = Set(tasks.filter(\.isPrune).map(\.wave)).sorted()
    var mirrored: [Int: Int] = [:]
    for (index, wave) in waves.enumerated() { mirrored[wave] = waves[waves.count - 1 - index] }
    for index in tasks.indices where tasks[index].isPrune { tasks[index].wave = mirrored[tasks[index].wave] ?? tasks[index].wave }

    let last = tasks.filter { $0.phase == .sync }.map(\.wave).max() ?? 0
    for index in tasks.indices where tasks[index].isPrune && tasks[index].pruneLast { tasks[index].wave = max(0, last) + 1 }
  }

  /// Moves each task of a sort (namespaces, definitions) before the first task that needs it; it takes that task's phase and wave.
  private static func moveForward(
    _ tasks: inout [SyncTask], where isProvider: (SyncTask) -> Bool, needs: (SyncTask, SyncTask) -> Bool
  ) {
    var index = 0
    while index < tasks.count {
      defer { index += 1 }
      guard !tasks[index].isPrune, isProvider(tasks[index]) else { continue }
      guard let first = tasks[..<index].firstIndex(where: { !$0.isPrune && needs(tasks[index], $0) }) else { continue }
      var provider = tasks.remove(at: index)
      provider.phase = tasks[first].phase
      provider.wave = tasks[first].wave
      tasks.insert(provider, at: first)
    }
  }
}
