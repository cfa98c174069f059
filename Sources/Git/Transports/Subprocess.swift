#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A program whose input and output are one socket, for a thread that may block.
///
/// A socket in place of pipes, because writing to one whose reader is gone is then an error and not a signal to the whole process.
final class Subprocess {
  private let process: pid_t
  private let channel: Int32
  private let errors: Int32
  private var complaint: [UInt8] = []
  private var errorsOpen = true
  private var hasEnded = false

  /// Starts a program found on the path, with only the environment given, in a process group of its own.
  init(_ arguments: [String], environment: [String: String]) throws(GitError) {
    var sockets: [Int32] = [-1, -1]
    var pipes: [Int32] = [-1, -1]
    guard Self.makePair(&sockets) else { throw Self.systemError("cannot make a socket") }
    guard Self.makePair(&pipes) else {
      _ = close(sockets[0])
      _ = close(sockets[1])
      throw Self.systemError("cannot make a socket")
    }
    defer {
      _ = close(sockets[1])
      _ = close(pipes[1])
    }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, sockets[1], 0)
    posix_spawn_file_actions_adddup2(&actions, sockets[1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF))

    let program = arguments.first ?? ""
    var argumentPointers = arguments.map { strdup($0) } + [nil]
    var environmentPointers = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
    var started: pid_t = 0
    let code = posix_spawnp(&started, program, &actions, &attributes, &argumentPointers, &environmentPointers)
    guard code == 0 else {
      _ = close(sockets[0])
      _ = close(pipes[0])
      throw GitError(.system, "cannot start `\(program)`: \(String(cString: strerror(code))); is it installed?")
    }
    process = started
    channel = sockets[0]
    errors = pipes[0]
    for descriptor in [channel, errors] { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }
  }

  deinit {
    end()
    _ = close(channel)
    _ = close(errors)
  }

  /// Reads at least one byte, 0 at the end. `wait` is called several times a second and throws to give up.
  func read(into buffer: UnsafeMutableRawBufferPointer, wait: (Duration) throws(GitError) -> Void) throws(GitError) -> Int {
    let start = ContinuousClock.now
    while true {
      let count = recv(channel, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK: break
      case ECONNRESET: return 0
      default: throw Self.systemError("cannot read from the program")
      }
      try pause(for: POLLIN)
      try wait(ContinuousClock.now - start)
    }
  }

  /// Sends everything.
  func write(_ bytes: UnsafeRawBufferPointer, wait: (Duration) throws(GitError) -> Void) throws(GitError) {
    let start = ContinuousClock.now
    var offset = 0
    while offset < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
      let count = send(channel, rest.baseAddress, rest.count, Self.noSignal)
      if count > 0 {
        offset += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK: break
      default: throw Self.systemError("the program ended early")
      }
      try pause(for: POLLOUT)
      try wait(ContinuousClock.now - start)
    }
  }

  /// What the program has said on its error output so far, at most a few kilobytes; waits a moment for its end.
  func lastWords() -> String {
    for _ in 0..<20 where errorsOpen {
      var request = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, 100) > 0 else { break }
      drainErrors()
    }
    return String(decoding: complaint, as: UTF8.self)
  }

  /// Ends the program and all that it started, if it still runs, and forgets it.
  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    shutdown(channel, Self.bothWays)
    var status: Int32 = 0
    for _ in 0..<20 {
      if waitpid(process, &status, WNOHANG) != 0 { return }
      // On a thread of the pool, which may block; there is no wait for one child with an end to the patience.
      usleep(5000)
    }
    kill(-process, SIGKILL)
    kill(process, SIGKILL)
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
  }

  private func pause(for event: Int32) throws(GitError) {
    var requests = [pollfd(fd: channel, events: Int16(event), revents: 0)]
    if errorsOpen { requests.append(pollfd(fd: errors, events: Int16(POLLIN), revents: 0)) }
    let count = poll(&requests, nfds_t(requests.count), 100)
    if count < 0 && errno != EINTR { throw Self.systemError("cannot wait for the program") }
    if requests.count > 1, requests[1].revents != 0 { drainErrors() }
  }

  private func drainErrors() {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = systemRead(errors, &chunk, chunk.count)
      if count > 0 {
        if complaint.count < 8192 { complaint.append(contentsOf: chunk[..<count]) }
        continue
      }
      if count == 0 || (errno != EAGAIN && errno != EINTR) { errorsOpen = false }
      return
    }
  }

  private static func systemError(_ message: String) -> GitError {
    GitError(.system, "\(message): \(String(cString: strerror(errno)))")
  }

  // Closed in children from the first moment: a program that another thread starts just then must not keep them open.
  #if os(Linux)

    private static func makePair(_ ends: inout [Int32]) -> Bool {
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    }

    private static let noSignal = Int32(MSG_NOSIGNAL)
    private static let bothWays = Int32(SHUT_RDWR)
  #else
    private static func makePair(_ ends: inout [Int32]) -> Bool {
      let made = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends) == 0
      for end in ends where made { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return made
    }

    private static let noSignal: Int32 = 0
    private static let bothWays = SHUT_RDWR
  #endif
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
