import Synchronization

/// Passes the outcome of work on a thread to the one task that waits for it. A task that gives up before the work has begun is answered
/// at once, and the work is not done: all threads may be busy with other servers.
final class Handover<Answer: Sendable>: Sendable {
  typealias Outcome = Result<Answer, GitError>

  private struct State {
    var waiting: CheckedContinuation<Outcome, Never>?
    var hasBegun = false
    var givenUp: GitError?
  }

  private let state = Mutex(State())

  /// Takes the task that waits; false when it has given up already, and was answered.
  func wait(_ continuation: CheckedContinuation<Outcome, Never>) -> Bool {
    let early = state.withLock { state in
      if state.givenUp == nil { state.waiting = continuation }
      return state.givenUp
    }
    if let early { continuation.resume(returning: .failure(early)) }
    return early == nil
  }

  /// Whether the work is still wanted. From now on it is told to stop by other means, and its outcome is waited for.
  func begin() -> Bool {
    state.withLock { state in
      state.hasBegun = true
      return state.givenUp == nil
    }
  }

  /// Answers the task, unless it was answered.
  func finish(_ outcome: Outcome) { state.withLock { $0.waiting.take() }?.resume(returning: outcome) }

  /// The task no longer waits.
  func giveUp(_ error: GitError) {
    let waiting = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
      guard !state.hasBegun else { return nil }
      state.givenUp = error
      return state.waiting.take()
    }
    waiting?.resume(returning: .failure(error))
  }
}
