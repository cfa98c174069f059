import Foundation
import Glibc

/// Other programs, started without Foundation's `Process`, which leaves groups, signal masks and open descriptors as they are: an API server
/// must hold on to nothing of the tests, and the shell beside it must hear of its end.
enum ChildProgram {
  /// Starts a program in a group of its own, with nothing of ours open but what `files` says: an interrupt from the terminal must not end
  /// it before it has cleaned up.
  static func spawn(
    _ words: [String], environment: [String], files: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    files(&actions)
    closeFrom(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    posix_spawnattr_setpgroup(&attributes, 0)
    // Threads of the test process block signals: a shell that inherited that would never hear of its child's end.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) }
    variables.append(nil)
    defer { for word in arguments + variables { free(word) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, words[0], &actions, &attributes, &arguments, &variables)
    guard result == 0 else { throw ControlPlaneError("\(words[0]) could not be started: \(String(cString: strerror(result)))") }
    return process
  }

  /// Runs a program to its end, with files for its input and output; answers its exit code.
  static func run(_ words: [String], environment: [String], input: String, output: String) async throws -> CInt {
    let process = try spawn(words, environment: environment) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    var status: CInt = 0
    while waitpid(process, &status, WNOHANG) == 0 { try? await Task.sleep(for: .milliseconds(10)) }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }

  /// Has the program begin with all descriptors from this one on closed. Only newer versions of the C library can, and hide it from Swift.
  private static func closeFrom(_ actions: inout posix_spawn_file_actions_t, _ first: CInt) {
    typealias Function = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
    _ = unsafeBitCast(symbol, to: Function.self)(&actions, first)
  }
}
