/// What will happen by itself, by the time at which it is due: a binary heap, so that nothing is ever scanned.
struct TimerQueue: Sendable {
  /// What is due.
  enum Action: Sendable, Hashable {
    /// A workload gets its status.
    case progress(ObjectReference, uid: String, generation: Int64)
    /// A deployment that did not become ready is reported as stuck.
    case progressDeadline(ObjectReference, uid: String, generation: Int64)
    /// A pod's grace period is over.
    case graceElapsed(ObjectReference, uid: String)
    /// A definition is accepted, or not.
    case definition(String)
    /// The names of a definition are free, or not.
    case definitionNames(String)
    /// A definition that is being deleted deletes its instances.
    case definitionGoes(String)
    /// A workload is compared with what it owns.
    case reconcile(ObjectReference)
    /// Which aggregated APIs are available is looked at.
    case aggregation
    /// The disruption budgets of a namespace are counted.
    case budgets(String)
    /// A namespace that is being deleted looks at what is left in it.
    case namespace(String)
    /// An object whose owners may be gone.
    case collect(ObjectReference, uid: String)
    /// A watch that wants bookmarks gets one.
    case bookmark(watch: Int, repeats: Bool)
    /// The time that a watch asked for is over.
    case watchTimeout(watch: Int)
  }

  private struct Entry: Sendable {
    var due: SimulatedTime
    var order: UInt64
    var action: Action

    static func before(_ left: Entry, _ right: Entry) -> Bool {
      left.due == right.due ? left.order < right.order : left.due < right.due
    }
  }

  private var heap: [Entry] = []
  private var counter: UInt64 = 0

  var next: SimulatedTime? { heap.first?.due }

  mutating func schedule(_ action: Action, at due: SimulatedTime) {
    counter += 1
    heap.append(Entry(due: due, order: counter, action: action))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Entry.before(heap[child], heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// The first action that is due; nil when none is.
  mutating func pop(dueBy now: SimulatedTime) -> Action? {
    guard let first = heap.first, first.due <= now else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var smallest = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && Entry.before(heap[child], heap[smallest]) {
          smallest = child
        }
        if smallest == parent { break }
        heap.swapAt(parent, smallest)
        parent = smallest
      }
    }
    return first.action
  }
}
