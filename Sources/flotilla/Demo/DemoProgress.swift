import Document

/// What one look at the hub showed: how far each cluster is.
struct DemoProgress: Equatable {
  struct Row: Equatable {
    let cluster: String
    let state: String
    let applications: Int
    let healthy: Int
    let busy: [String]
  }

  let rows: [Row]
  let isConverged: Bool
  let problems: [String]

  init(clusters: [Value], applications: [Value], status: Value) {
    rows = clusters.map { cluster in
      let own = applications.filter { $0.text("status", "cluster") == cluster.name }
      let done = own.filter { $0.text("status", "sync", "status") == "Synced" && $0.text("status", "health", "status") == "Healthy" }
      let busy = own.filter { $0.text("status", "sync", "status") == "Syncing" || $0.text("status", "health", "status") == "Progressing" }
      return Row(
        cluster: cluster.name, state: cluster.text("status", "state"), applications: own.count, healthy: done.count, busy: busy.map(\.name))
    }
    isConverged = status["converged"]?.boolValue ?? false
    problems = status["problems"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  /// One line for each cluster: a bar, how many are done, and what is under way.
  func lines(_ terminal: Terminal) -> [String] {
    let width = rows.map(\.cluster.count).max() ?? 0
    return rows.map { row in
      let cells = 20
      let filled = row.applications == 0 ? 0 : row.healthy * cells / row.applications
      let bar =
        terminal.styled(String(repeating: "█", count: filled), .good) + terminal.styled(String(repeating: "░", count: cells - filled), .dim)
      let name = row.cluster + String(repeating: " ", count: width - row.cluster.count)
      let state = row.state == "Online" ? "" : "  " + terminal.styled(row.state, .bad)
      let busy = row.busy.isEmpty ? "" : "  " + terminal.styled(row.busy.prefix(3).joined(separator: ", "), .busy)
      return "  \(name)  \(bar)  \(row.healthy)/\(row.applications)\(state)\(busy)"
    }
  }

  /// The same in one line, for output that is no terminal.
  var line: String { rows.map { "\($0.cluster) \($0.healthy)/\($0.applications)" }.joined(separator: "   ") }
}
