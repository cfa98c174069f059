/// Threads for work that blocks (Git, files, subprocesses) or computes for long (large bodies, rendering).
///
/// Swift's own pool has one thread per core; work that holds one of them for more than a millisecond delays everything else. Such work runs
/// here: ``run(_:)`` for a closure, or `withTaskExecutorPreference(pool) { … }` for a part of a task. Inside the latter, default actors
/// that are called run here too: hop out before calling the hub's actors. Threads start as work comes, up to the limit, and stay.
public final class BlockingPool: TaskExecutor {
  private enum Work {
    case job(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  private struct State {
    var queue: [Work] = []
    var head = 0
    var threads = 0
    var idle = 0
    var closed = false

    mutating func take() -> Work? {
      guard head < queue.count else { return nil }
      let work = queue[head]
      head += 1
      if head == queue.count {
        queue.removeAll(keepingCapacity: queue.capacity <= 1024)
        head = 0
      } else if head >= 1024 {
        queue.removeFirst(head)
        head = 0
      }
      return work
    }
  }

  private let name: String
  private let limit: Int
  private let state: Monitor<State>

  /// Makes a pool.
  /// - Parameters:
  ///   - name: what the threads are called in a debugger; the first 15 characters count
  ///   - threads: how many threads there are at most
  public init(name: String, threads: Int) {
    self.name = name
    limit = max(1, threads)
    state = Monitor(State())
  }

  deinit { shutdown() }

  /// Lets the threads end once the queue is empty. Work that comes later still runs, on a thread that starts for it.
  public func shutdown() { state.change { $0.closed = true } }

  /// Takes a job of Swift's concurrency runtime.
  public func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

  /// Runs a closure on one of the threads and waits for it without blocking. Cancellation does not interrupt it.
  public func run<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let outcome: Swift.Result<Result, Failure> = await withCheckedContinuation { continuation in
      add(
        .closure {
          do throws(Failure) {
            continuation.resume(returning: .success(try body()))
          } catch {
            continuation.resume(returning: .failure(error))
          }
        })
    }
    return try outcome.get()
  }

  private func add(_ work: Work) {
    var needsThread = false
    state.changeWakingOne { state in
      state.queue.append(work)
      if state.threads < limit && state.queue.count - state.head > state.idle {
        state.threads += 1
        needsThread = true
      }
    }
    guard needsThread else { return }
    // The thread holds the queue, not the pool, so that letting go of the pool ends its threads.
    let executor = asUnownedTaskExecutor()
    let started = NativeThread.start(name: name) { [state] in BlockingPool.work(state, executor: executor) }
    if !started { state.change { $0.threads -= 1 } }
  }

  private static func work(_ monitor: Monitor<State>, executor: UnownedTaskExecutor) {
    while true {
      // A thread that waits is counted, so that work which comes meanwhile starts no other one.
      var isIdle = false
      let work: Work? = monitor.wait { state -> Work?? in
        let work = state.take()
        let isDone = work != nil || state.closed
        if isIdle == isDone {
          state.idle += isDone ? -1 : 1
          isIdle = !isDone
        }
        guard isDone else { return nil }
        if work == nil { state.threads -= 1 }
        return .some(work)
      }
      switch work {
      case .job(let job): job.runSynchronously(on: executor)
      case .closure(let closure): closure()
      case nil: return
      }
    }
  }
}
