/// Rows under a heading, aligned as kubectl prints them: upper-case titles, three spaces between columns.
struct Table {
  /// The titles of the columns.
  let columns: [String]
  /// The rows; each has a cell for each column.
  private(set) var rows: [[Cell]] = []

  /// One cell: its text, and the colour it has on a terminal.
  struct Cell: ExpressibleByStringLiteral {
    let text: String
    let style: Terminal.Style

    init(_ text: String, _ style: Terminal.Style = .plain) {
      self.text = text
      self.style = style
    }

    init(stringLiteral value: String) { self.init(value) }
  }

  init(_ columns: String...) { self.columns = columns }

  init(columns: [String]) { self.columns = columns }

  mutating func append(_ cells: Cell...) { rows.append(cells) }

  mutating func append(row: [Cell]) { rows.append(row) }

  /// The lines of the table, the heading first; without trailing spaces.
  func lines(_ terminal: Terminal) -> [String] {
    var widths = columns.map(\.count)
    for row in rows {
      for (index, cell) in row.enumerated() where index < widths.count { widths[index] = max(widths[index], cell.text.count) }
    }
    let heading = line(columns.map { Cell($0.uppercased(), .bold) }, widths, terminal)
    return [heading] + rows.map { line($0, widths, terminal) }
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ terminal: Terminal) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      text += terminal.styled(cell.text, cell.style)
      if index < cells.count - 1 { text += String(repeating: " ", count: max(0, widths[index] - cell.text.count) + 3) }
    }
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
