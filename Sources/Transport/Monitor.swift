import CCurl
import Glibc

/// A value behind a lock that threads can wait on. For plain threads only: waiting blocks, so no task of the cooperative pool may do it.
final class Monitor<State>: @unchecked Sendable {
  // Unchecked: `state` is touched only while `mutex` is held, and the two C objects live at fixed addresses until deinit.
  private var state: State
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init(_ state: sending State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Changes the value and wakes all who wait.
  func change<Result>(_ body: (inout State) -> sending Result) -> sending Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    return body(&state)
  }

  /// Changes the value and wakes one who waits.
  func changeWakingOne(_ body: (inout State) -> Void) {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_signal(condition)
      pthread_mutex_unlock(mutex)
    }
    body(&state)
  }

  /// Blocks the thread until the body returns something.
  func wait<Result>(_ body: (inout State) -> sending Result?) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&state) { return result }
      pthread_cond_wait(condition, mutex)
    }
  }
}

/// Threads of the operating system, outside all pools.
enum NativeThread {
  private final class Body {
    let name: String
    let run: @Sendable () -> Void
    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Starts a detached thread; false when the system gives none.
  static func start(name: String, _ run: @escaping @Sendable () -> Void) -> Bool {
    let body = Unmanaged.passRetained(Body(name: name, run: run))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { raw in
        guard let raw else { return nil }
        let body = Unmanaged<Body>.fromOpaque(raw).takeRetainedValue()
        fl_name_thread(body.name)
        // Writing to a connection that the other side has closed is an error to handle, not a reason to die: libcurl leaves the
        // signal alone when told, as it must be in a process with threads, not to use signals.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        body.run()
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      body.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}
