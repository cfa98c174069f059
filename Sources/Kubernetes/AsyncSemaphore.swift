import Synchronization

/// Lets a limited number of tasks through; the others wait in order, without blocking a thread.
public final class AsyncSemaphore: Sendable {
  private struct State {
    var free: Int
    var nextID: UInt64 = 0
    /// Waiting tasks in the order in which they came; a cancelled one leaves a gap.
    var order: [UInt64] = []
    var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
  }

  private let state: Mutex<State>

  /// Makes one that lets so many through at a time, at least one.
  public init(limit: Int) { state = Mutex(State(free: max(1, limit))) }

  /// Waits for a place; false when the task was cancelled, and then there is none to give back.
  public func acquire() async -> Bool {
    let id = state.withLock { state -> UInt64? in
      if state.free > 0 {
        state.free -= 1
        return nil
      }
      state.nextID += 1
      return state.nextID
    }
    guard let id else { return true }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let result = state.withLock { state -> Bool? in
          // A place may have become free, or the task may have been cancelled, since we looked.
          if Task.isCancelled { return false }
          if state.free > 0 {
            state.free -= 1
            return true
          }
          state.order.append(id)
          state.waiting[id] = continuation
          return nil
        }
        if let result { continuation.resume(returning: result) }
      }
    } onCancel: {
      let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
      continuation?.resume(returning: false)
    }
  }

  /// Gives a place back.
  public func release() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      while !state.order.isEmpty {
        if let continuation = state.waiting.removeValue(forKey: state.order.removeFirst()) { return continuation }
      }
      state.free += 1
      return nil
    }
    next?.resume(returning: true)
  }

  /// How many tasks wait.
  var waitingCount: Int { state.withLock { $0.waiting.count } }
}
