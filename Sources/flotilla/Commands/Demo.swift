import ArgumentParser
import Document
import Foundation
import Glibc

/// `flotilla demo`: the example fleet on simulated clusters.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the example fleet on simulated clusters.",
    discussion: """
      Makes a Git repository of the fleet, starts one simulated API server for each cluster and a hub, and shows how the fleet converges.
      On a terminal it goes on running afterwards: edit and commit in the repository, and watch. Each part is a process of its own that can be
      killed; the hub is started again.
      """)

  @Option(help: ArgumentHelp("The folder of the fleet.", valueName: "folder"))
  var fleet = "fleet"

  @Option(help: ArgumentHelp("The URL under which the fleet's definitions name its repository.", valueName: "url"))
  var repoURL = "https://git.acme.example/fleet.git"

  @Option(help: ArgumentHelp("Where repository, state and logs are kept; a new temporary folder where none is given.", valueName: "folder"))
  var data: String?

  @Option(help: "The hub's port; 0 for any that is free.")
  var port = 7780

  @Option(help: "How many seconds convergence may take.")
  var timeout = 120

  @Flag(inversion: .prefixedNo, help: "Go on running once converged; the default on a terminal.")
  var serve: Bool?

  func run() async throws {
    let terminal = Terminal.current()
    let session = try DemoSession(
      folder: data ?? DemoSession.temporaryFolder(), repoURL: repoURL, port: try Ports.usable(port), terminal: terminal)
    do {
      try await show(session, terminal)
    } catch {
      await session.stop()
      throw error
    }
    await session.stop()
    // Nobody was told of the folder in order to look into it later.
    if data == nil { try? FileManager.default.removeItem(atPath: session.folder) }
  }

  private func show(_ session: DemoSession, _ terminal: Terminal) async throws {
    try await session.start(fleet: fleet)
    let watcher = DemoWatcher(session: session, terminal: terminal)
    let isConverged = try await watcher.waitForConvergence(seconds: timeout)
    guard isConverged else {
      terminal.note("not converged after \(timeout) s; the hub's log is \(session.hubLog)")
      try await watcher.printTable()
      throw ExitCode(1)
    }
    try await watcher.printSummary()
    guard serve ?? terminal.isInteractive else { return }
    session.printInvitation()
    try await watcher.follow()
  }
}

/// Free ports.
enum Ports {
  /// The port itself where it is free, otherwise any that is.
  static func usable(_ port: Int) throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    for candidate in [port, 0] {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(candidate).bigEndian
      address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0
        }
      }
      if isBound { return Int(in_port_t(bigEndian: address.sin_port)) }
    }
    throw CommandFailure("no free port on 127.0.0.1: \(String(cString: strerror(errno)))")
  }
}
