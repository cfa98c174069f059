import Glibc

/// Runs a program to its end on the calling thread, which must be one that may block.
enum ChildProcess {
  /// What a program left behind.
  struct Output: Sendable, Hashable {
    /// The exit code; 128 and the signal's number when a signal ended it.
    var code: Int32
    var standardOutput: [UInt8]
    var standardError: [UInt8]
  }

  enum Failure: Error, Sendable, Hashable {
    /// There is no such program, or it may not be run.
    case notFound
    case notStarted(String)
    case timedOut
    case tooMuchOutput
  }

  /// Where a command lies: itself when it has a slash, else looked up in the absolute folders of `PATH`, as Go's `exec` does.
  static func locate(_ command: String, path: String?) -> String? {
    if command.contains("/") { return isProgram(command) ? command : nil }
    for folder in (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") where folder.hasPrefix("/") {
      let candidate = "\(folder)/\(command)"
      if isProgram(candidate) { return candidate }
    }
    return nil
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  /// Runs a program and collects what it prints.
  /// - Parameters:
  ///   - program: its path
  ///   - inheritsInput: whether it shares our standard input, and with it the terminal; else it reads nothing
  ///   - timeoutSeconds: after which it is killed, with all that it has started
  ///   - outputLimit: the bytes that each of its outputs may have
  static func run(
    _ program: String, arguments: [String], environment: [String: String], inheritsInput: Bool = false, timeoutSeconds: Double,
    outputLimit: Int = 1 << 20
  ) throws(Failure) -> Output {
    guard let output = Pipe(), let errors = Pipe() else { throw .notStarted("there are no free file descriptors") }
    let process = try spawn(program, arguments, environment, inheritsInput, output.writeEnd, errors.writeEnd)
    output.closeWriteEnd()
    errors.closeWriteEnd()
    let deadline = now() + timeoutSeconds
    var collected: [[UInt8]] = [[], []]
    var open = [true, true]
    var status: Int32?
    var failure: Failure?
    while failure == nil {
      var descriptors = [
        pollfd(fd: open[0] ? output.readEnd : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: open[1] ? errors.readEnd : -1, events: Int16(POLLIN), revents: 0),
      ]
      // A program may leave something behind that holds its output open: look now and then whether it has ended.
      if status == nil { poll(&descriptors, 2, 50) }
      for index in 0..<2 where open[index] {
        open[index] = drain(index == 0 ? output.readEnd : errors.readEnd, into: &collected[index], limit: outputLimit)
        if collected[index].count > outputLimit { failure = .tooMuchOutput }
      }
      if status != nil { break }
      var code: Int32 = 0
      if waitpid(process, &code, WNOHANG) == process {
        // Once more around, for what it wrote last.
        status = code
      } else if now() > deadline {
        failure = .timedOut
      }
    }
    // What it started goes with it: it is the leader of its own group, unless it needs the terminal.
    if !inheritsInput { kill(-process, SIGKILL) }
    if status == nil {
      kill(process, SIGKILL)
      var code: Int32 = 0
      while waitpid(process, &code, 0) < 0 && errno == EINTR {}
    }
    if let failure { throw failure }
    let word = status ?? 0
    let code = word & 0x7F == 0 ? (word >> 8) & 0xFF : 128 + (word & 0x7F)
    return Output(code: code, standardOutput: collected[0], standardError: collected[1])
  }

  private static func spawn(
    _ program: String, _ arguments: [String], _ environment: [String: String], _ inheritsInput: Bool, _ output: Int32, _ errors: Int32
  ) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if !inheritsInput { posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // All other descriptors of ours, sockets and files of other threads, are marked to be closed on exec.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    if !inheritsInput { flags |= POSIX_SPAWN_SETPGROUP }
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawnattr_setpgroup(&attributes, 0)
    // Our threads block SIGPIPE, which programs expect to die of.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let words = CStrings([program] + arguments)
    let variables = CStrings(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    var process: pid_t = 0
    var code = posix_spawn(&process, program, &actions, &attributes, words.pointers, variables.pointers)
    for _ in 0..<20 where code == ETXTBSY {
      // It is being written: by an update, or by a process that another thread has just started and that has not let go of our files yet.
      // On a thread of the pool for credential plugins, which may block.
      usleep(10_000)
      code = posix_spawn(&process, program, &actions, &attributes, words.pointers, variables.pointers)
    }
    switch code {
    case 0: return process
    case ENOENT, EACCES: throw .notFound
    default: throw .notStarted(String(cString: strerror(code)))
    }
  }

  /// Reads what is there; false at the end.
  private static func drain(_ descriptor: Int32, into bytes: inout [UInt8], limit: Int) -> Bool {
    var piece = [UInt8](repeating: 0, count: 16384)
    while bytes.count <= limit {
      let count = read(descriptor, &piece, piece.count)
      if count > 0 {
        bytes += piece[..<count]
      } else if count < 0 && errno == EINTR {
        continue
      } else {
        return count < 0 && errno == EAGAIN
      }
    }
    return true
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A pipe that is read without waiting; closed when let go of.
private final class Pipe {
  let readEnd: Int32
  let writeEnd: Int32
  private var isWriteEndOpen = true

  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    readEnd = ends[0]
    writeEnd = ends[1]
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
  }

  func closeWriteEnd() {
    guard isWriteEndOpen else { return }
    isWriteEndOpen = false
    close(writeEnd)
  }

  deinit {
    closeWriteEnd()
    close(readEnd)
  }
}

/// Texts as C wants a program's arguments; freed when let go of.
private final class CStrings {
  private(set) var pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

  deinit { for pointer in pointers { free(pointer) } }
}
