import Foundation
import Glibc

/// A server that never outlives the test process.
///
/// A small shell stands between: it holds the read end of a pipe whose write end only the test process has. However that process ends, by
/// itself, by a crash or by SIGKILL, the pipe closes with it; the shell then kills the server and removes its folder.
final class ServerProcess: Sendable {
  let name: String
  let log: String
  private let shell: pid_t
  private let lifeline: CInt

  private static let script = """
    log=$1; trash=$2; shift 2
    exec 3<&0
    "$@" 3<&- </dev/null >>"$log" 2>&1 &
    server=$!
    { read -r _ <&3; [ -e "$log.exit" ] || kill -KILL "$server"; } &
    wait "$server"
    echo "$?" >"$log.exit"
    wait
    for attempt in 1 2 3; do [ -z "$trash" ] || rm -rf -- "$trash"; [ -d "$trash" ] && sleep 1; done
    """

  /// Starts a program.
  /// - Parameters:
  ///   - log: the file that its output is added to
  ///   - trash: a folder that is removed once the server is gone
  init(_ name: String, _ arguments: [String], log: String, trash: String? = nil) throws {
    self.name = name
    self.log = log
    unlink(log + ".exit")
    var ends: [CInt] = [0, 0]
    guard pipe(&ends) == 0 else { throw ControlPlaneError("\(name): no pipe: \(String(cString: strerror(errno)))") }
    // Neither end must get into another program that a test starts.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    do {
      shell = try ChildProgram.spawn(
        ["/bin/sh", "-c", ServerProcess.script, "sh", log, trash ?? ""] + arguments,
        environment: ["PATH=/usr/bin:/bin", "HOME=/nonexistent"]
      ) { actions in
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
      }
    } catch {
      close(ends[1])
      throw error
    }
    lifeline = ends[1]
  }

  /// Whether the server ended by itself, and with which code.
  var exitCode: String? {
    (try? String(contentsOfFile: log + ".exit", encoding: .utf8)).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
  }

  /// The last lines of its log.
  var lastWords: String {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").suffix(15).map { $0.prefix(300) }.joined(separator: "\n")
  }

  /// Kills the server and waits until it is gone. To be called once at most; without, the end of the test process does the same.
  func kill() async {
    close(lifeline)
    var status: CInt = 0
    while waitpid(shell, &status, WNOHANG) == 0 { try? await Task.sleep(for: .milliseconds(5)) }
  }
}

/// A loopback port that nobody else gets: bound for the life of the test process, and shared with the one server that is told to use it
/// (`SO_REUSEPORT`). Connections go to whoever listens, which this end never does.
final class ReservedPort: Sendable {
  let number: Int
  private let descriptor: CInt

  init() throws {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var on: CInt = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, socklen_t(MemoryLayout<CInt>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
      }
    }
    self.descriptor = descriptor
    number = Int(UInt16(bigEndian: address.sin_port))
    guard result, number > 0 else { throw ControlPlaneError("no free port on 127.0.0.1: \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }
}
