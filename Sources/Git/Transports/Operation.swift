import CGit2
import Synchronization
import Transport

/// One conversation with a remote: what it may use, when it must end, and what went wrong.
///
/// Lives on one blocking thread; only ``cancel()`` is called from elsewhere.
final class Operation: Sendable {
  let address: GitAddress
  let credentials: GitCredentials?
  let http: HTTPClient
  let settings: GitSettings
  /// Which references are of interest: full names, or patterns with one `*`.
  let wanted: [String]
  let timeout: Duration

  private struct State {
    var deadline: ContinuousClock.Instant
    var isCancelled = false
    var failure: GitError?
    var interrupt: (@Sendable () -> Void)?
  }

  private let state: Mutex<State>

  init(
    address: GitAddress, credentials: GitCredentials?, http: HTTPClient, settings: GitSettings, wanted: [String], timeout: Duration
  ) {
    self.address = address
    self.credentials = credentials
    self.http = http
    self.settings = settings
    self.wanted = wanted
    self.timeout = timeout
    state = Mutex(State(deadline: ContinuousClock.now + timeout))
  }

  /// Starts the clock: the time in which all threads were busy with other remotes is not this one's fault.
  func begin() { state.withLock { $0.deadline = ContinuousClock.now + timeout } }

  /// Makes the conversation end soon, from any thread.
  func cancel() {
    let interrupt = state.withLock { state in
      state.isCancelled = true
      return state.interrupt
    }
    interrupt?()
  }

  /// What ``cancel()`` calls besides setting its flag; called at once when it came first.
  func onCancel(_ interrupt: (@Sendable () -> Void)?) {
    let isLate = state.withLock { state in
      state.interrupt = interrupt
      return state.isCancelled
    }
    if isLate { interrupt?() }
  }

  /// Throws when the conversation was cancelled or takes too long.
  func checkpoint() throws(GitError) {
    if state.withLock({ $0.isCancelled }) { throw cancelledError }
    if remaining == .zero { throw timeoutError }
  }

  var remaining: Duration { max(.zero, state.withLock { $0.deadline } - ContinuousClock.now) }

  var cancelledError: GitError { GitError(.cancelled, "the caller gave up waiting", repository: address.display) }

  var timeoutError: GitError {
    GitError(.timeout, "it took longer than \(timeout); the repository may be large or slow: raise the timeout")
  }

  /// Keeps the first reason, since libgit2 passes on no more than a number.
  func fail(_ error: GitError) { state.withLock { $0.failure = $0.failure ?? error } }

  /// Why a call of libgit2 failed: the reason kept, or else the library's own.
  func reason(_ code: Int32, _ doing: String) -> GitError {
    var own = GitLibrary.error(code, doing)
    if code == GIT_EEOF.rawValue {
      own = GitError(
        .network,
        "\(doing): the server ended its answer in the middle; it may be overloaded, or a proxy cut the connection: try again later")
    }
    return (state.withLock { $0.failure } ?? own).at(address.display)
  }
}
