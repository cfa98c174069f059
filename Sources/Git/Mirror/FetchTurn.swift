import Synchronization

/// One fetch at a time per mirror. Who waited while a whole fetch ran from start to end need not run another.
final class FetchTurn: Sendable {
  private struct State {
    var isTaken = false
    var nextID: UInt64 = 0
    var waiters: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    var cancelledEarly: Set<UInt64> = []
    /// Counts fetches as they start; `finished` is the number of the newest one that ended well.
    var started: UInt64 = 0
    var finished: UInt64 = 0
  }

  private let state = Mutex(State())

  /// The number of the newest fetch that has started: one with a higher number has seen all that the caller has.
  var mark: UInt64 { state.withLock { $0.started } }

  /// Whether a fetch that started after the mark has ended well.
  func isCovered(since mark: UInt64) -> Bool { state.withLock { $0.finished > mark } }

  /// Waits for the turn; false when the task was cancelled meanwhile.
  func take() async -> Bool {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if state.cancelledEarly.remove(id) != nil { return false }
          if !state.isTaken {
            state.isTaken = true
            return true
          }
          state.waiters.append((id, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
          state.cancelledEarly.insert(id)
          return nil
        }
        return state.waiters.remove(at: index).continuation
      }
      waiter?.resume(returning: false)
    }
  }

  /// Notes that a fetch starts; gives its number.
  func start() -> UInt64 {
    state.withLock { state in
      state.started += 1
      return state.started
    }
  }

  /// Notes that a fetch has ended well.
  func finish(_ number: UInt64) { state.withLock { $0.finished = max($0.finished, number) } }

  /// Passes the turn on.
  func give() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard !state.waiters.isEmpty else {
        state.isTaken = false
        state.cancelledEarly = []
        return nil
      }
      return state.waiters.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
