import Document
import Foundation

/// Looks at the hub of a demo and shows what it sees.
struct DemoWatcher {
  let session: DemoSession
  let terminal: Terminal

  /// Shows progress until the fleet has converged; false when that takes longer than it may.
  func waitForConvergence(seconds: Int) async throws -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    var shown: DemoProgress?
    while clock.now - start < .seconds(seconds) {
      try session.superviseHub()
      if let progress = try? await look() {
        if progress != shown { show(progress, over: shown) }
        shown = progress
        if progress.isConverged {
          terminal.print("\nConverged in \(format(clock.now - start)).\n")
          return true
        }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    return false
  }

  /// Shows what changes, for ever.
  func follow() async throws {
    var since = try await events(since: nil).last?["sequence"]?.intValue ?? 0
    while true {
      try await Task.sleep(for: .milliseconds(300))
      try session.superviseHub()
      guard let new = try? await events(since: since), !new.isEmpty else { continue }
      since = new.last?["sequence"]?.intValue ?? since
      for line in Events.table(new).lines(terminal).dropFirst() { terminal.print(line) }
    }
  }

  func printSummary() async throws {
    try await printTable()
    terminal.print("\n\(terminal.styled("In this order", .bold))")
    let finished = try await events(since: 0).filter { $0.text("reason") == "SyncSucceeded" }
    for (index, event) in finished.enumerated() {
      terminal.print(
        "  \(String(index + 1).count < 2 ? " " : "")\(index + 1). \(event.text("time").dropFirst(11).prefix(12))  \(event.text("application"))"
      )
    }
  }

  func printTable() async throws {
    let items = try await session.client.get("/api/v1/applications")["items"]?.arrayValue ?? []
    for line in ResourceKind.applications.table(items, wide: false).lines(terminal) { terminal.print(line) }
  }

  private func events(since: Int64?) async throws -> [Value] {
    var query = [("limit", "5000")]
    if let since { query.append(("since", String(since))) }
    return try await session.client.get("/api/v1/events", query)["items"]?.arrayValue ?? []
  }

  private func look() async throws -> DemoProgress {
    let clusters = try await session.client.get("/api/v1/clusters")["items"]?.arrayValue ?? []
    let applications = try await session.client.get("/api/v1/applications")["items"]?.arrayValue ?? []
    return DemoProgress(clusters: clusters, applications: applications, status: try await session.client.get("/api/v1/status"))
  }

  private func show(_ progress: DemoProgress, over previous: DemoProgress?) {
    guard terminal.isInteractive else {
      if progress.line != previous?.line { terminal.print(progress.line) }
      return
    }
    if let previous, !previous.rows.isEmpty { terminal.write("\u{1B}[\(previous.rows.count)A") }
    for line in progress.lines(terminal) { terminal.write("\u{1B}[2K\(line)\n") }
  }

  private func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    return "\(seconds).\(attoseconds / 100_000_000_000_000_000) s"
  }
}
