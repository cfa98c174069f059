import Synchronization

/// Waiting for a task that others wait for too: the one who waits can give up, the task goes on.
enum SharedTask {
  /// Hands over one result to one who waits, whichever of them comes first.
  private final class Exchange<Success: Sendable>: Sendable {
    typealias Outcome = Result<Success, KubernetesError>

    private enum State {
      case empty
      case waiting(CheckedContinuation<Outcome, Never>)
      case ready(Outcome)
      case over
    }

    private let state = Mutex(State.empty)

    func wait(_ continuation: CheckedContinuation<Outcome, Never>) {
      let ready = state.withLock { state -> Outcome? in
        guard case .ready(let outcome) = state else {
          state = .waiting(continuation)
          return nil
        }
        state = .over
        return outcome
      }
      if let ready { continuation.resume(returning: ready) }
    }

    func deliver(_ outcome: Outcome) {
      let waiting = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
        switch state {
        case .empty:
          state = .ready(outcome)
          return nil
        case .waiting(let continuation):
          state = .over
          return continuation
        case .ready, .over: return nil
        }
      }
      waiting?.resume(returning: outcome)
    }
  }

  /// What the task brings, or an error that says `cancelled` as soon as the caller's own task is cancelled.
  static func outcome<Success: Sendable>(
    of task: Task<Result<Success, KubernetesError>, Never>
  ) async -> Result<Success, KubernetesError> {
    let exchange = Exchange<Success>()
    return await withTaskCancellationHandler {
      Task.detached { exchange.deliver(await task.value) }
      return await withCheckedContinuation { exchange.wait($0) }
    } onCancel: {
      exchange.deliver(.failure(KubernetesError("cancelled", transport: .cancelled)))
    }
  }
}
