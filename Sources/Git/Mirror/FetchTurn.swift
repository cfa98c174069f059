import Synchronization

/// One fetch at a time per mirror. Who waited while a whole fetch ran from start to end takes its outcome, good or bad, and need not run
/// another: twenty callers of a dead server are not answered one timeout after the other.
final class FetchTurn: Sendable {
  private struct State {
    var isTaken = false
    var nextID: UInt64 = 0
    var waiters: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    var cancelledEarly: Set<UInt64> = []
    /// Counts fetches as they start.
    var started: UInt64 = 0
    /// The number and the outcome of the newest fetch that came to its end.
    var last: (number: UInt64, outcome: Result<Bool, GitError>)?
  }

  private let state = Mutex(State())

  /// The number of the newest fetch that has started: one with a higher number has seen all that the caller has.
  var mark: UInt64 { state.withLock { $0.started } }

  /// The outcome of a fetch that started after the mark; nil when none has ended since.
  func outcome(since mark: UInt64) -> Result<Bool, GitError>? {
    state.withLock { state in state.last.flatMap { $0.number > mark ? $0.outcome : nil } }
  }

  /// Waits for the turn; false when the task was cancelled meanwhile.
  func take() async -> Bool {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    let isMine = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if state.cancelledEarly.contains(id) { return false }
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
    state.withLock { _ = $0.cancelledEarly.remove(id) }
    return isMine
  }

  /// Notes that a fetch starts; gives its number.
  func start() -> UInt64 {
    state.withLock { state in
      state.started += 1
      return state.started
    }
  }

  /// Notes how a fetch has ended. One that was given up says nothing to others.
  func finish(_ number: UInt64, _ outcome: Result<Bool, GitError>) {
    if case .failure(let error) = outcome, error.kind == .cancelled { return }
    state.withLock { $0.last = (number, outcome) }
  }

  /// Passes the turn on.
  func give() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard !state.waiters.isEmpty else {
        state.isTaken = false
        return nil
      }
      return state.waiters.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
