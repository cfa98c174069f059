import Document

/// What a sync would do, as lines.
struct SyncPlanText {
  let plan: Value
  let terminal: Terminal

  var lines: [String] {
    var lines: [String] = []
    for refusal in plan["refusals"]?.arrayValue ?? [] { lines.append(terminal.styled("refused: \(refusal.stringValue ?? "")", .bad)) }
    if let held = plan["held"]?.stringValue { lines.append(terminal.styled("held: \(held)", .bad)) }
    if let namespace = plan["createsNamespace"]?.stringValue { lines.append("\(terminal.styled("+", .good)) Namespace/\(namespace)") }
    for operation in plan["operations"]?.arrayValue ?? [] {
      var notes = [operation.text("adopts").isEmpty ? operation.text("reason") : operation.text("adopts")]
      if operation.text("phase") != "Sync" { notes.insert(operation.text("phase"), at: 0) }
      if let wave = operation["wave"]?.intValue, wave != 0 { notes.append("wave \(wave)") }
      lines.append(
        "\(symbol(operation.text("action"))) \(operation.text("object"))  \(notes.filter { !$0.isEmpty }.joined(separator: ", "))")
      for difference in operation["differences"]?.arrayValue ?? [] { lines += self.lines(of: difference) }
    }
    for skipped in plan["skipped"]?.arrayValue ?? [] {
      lines.append("\(terminal.styled("·", .dim)) \(skipped.text("object"))  left alone: \(skipped.text("reason"))")
    }
    return lines
  }

  private func lines(of difference: Value) -> [String] {
    let path = difference.text("path")
    if difference["secret"]?.boolValue == true { return ["    \(path): (secret)"] }
    var lines: [String] = []
    if let live = difference["live"]?.stringValue { lines.append("    " + terminal.styled("- \(path): \(live)", .bad)) }
    if let desired = difference["desired"]?.stringValue { lines.append("    " + terminal.styled("+ \(path): \(desired)", .good)) }
    return lines
  }

  private func symbol(_ action: String) -> String {
    switch action {
    case "create": terminal.styled("+", .good)
    case "adopt": terminal.styled("»", .waiting)
    case "update": terminal.styled("~", .waiting)
    case "prune": terminal.styled("-", .bad)
    default: terminal.styled("▸", .busy)
    }
  }
}
