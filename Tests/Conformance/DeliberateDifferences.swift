import Document
import Foundation

/// The cases that differ on purpose, each with its reason.
///
/// They stand in one place only: the table of `docs/compatibility.md` below the line `<!-- conformance: deliberate differences -->`.
/// Its first column is the name of a case, the second one what was recorded and is not given, the last one the reason.
public struct DeliberateDifferences: Sendable {
  /// A row of the table.
  public struct Entry: Sendable, Hashable {
    /// A part of what was recorded: another corpus may have a case of the same name, which this reason does not excuse.
    public let recorded: String
    /// Why it differs.
    public let reason: String
  }

  /// The rows by the names of cases.
  public let entries: [String: Entry]

  static let mark = "<!-- conformance: deliberate differences -->"

  /// No difference.
  public init() { entries = [:] }

  /// Reads the table of a Markdown file.
  ///
  /// - Throws: ``CorpusError`` when there is no such file or table, or when a row has no name or no reason.
  public init(file: String) throws(CorpusError) {
    guard let content = FileManager.default.contents(atPath: file) else {
      throw CorpusError("there is no file \(file), where the deliberate differences stand")
    }
    try self.init(markdown: String(decoding: content, as: UTF8.self), file: file)
  }

  init(markdown: String, file: String) throws(CorpusError) {
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    guard let mark = lines.firstIndex(of: Self.mark) else { throw CorpusError("\(file) has no line \(Self.mark)") }
    guard let header = lines[(mark + 1)...].firstIndex(where: { !$0.isEmpty }), lines[header].hasPrefix("|") else {
      throw CorpusError("\(file):\(mark + 1): a table must follow")
    }
    var entries: [String: Entry] = [:]
    let columns = Self.cells(lines[header]).count
    for (offset, line) in lines[header...].prefix(while: { $0.hasPrefix("|") }).enumerated().dropFirst(2) {
      let cells = Self.cells(line)
      let texts = cells.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "`")) }
      guard cells.count == columns, columns >= 3, let reason = cells.last, !texts[0].isEmpty, !texts[1].isEmpty, !reason.isEmpty else {
        throw CorpusError("\(file):\(header + offset + 1): a row is the name of a case, what was recorded, and at its end the reason")
      }
      let name = texts[0]
      guard entries.updateValue(Entry(recorded: texts[1], reason: reason), forKey: name) == nil else {
        throw CorpusError("\(file):\(header + offset + 1): \(name) stands here twice")
      }
    }
    self.entries = entries
  }

  /// Why a case may differ in this way; nil when it may not.
  func reason(_ name: String, _ differences: [Difference]) -> String? {
    guard let entry = entries[name] else { return nil }
    let removed = differences.flatMap { $0.diff.split(separator: "\n").filter { $0.hasPrefix("-") && !$0.hasPrefix("--- ") } }
    return removed.contains { $0.contains(entry.recorded) } ? entry.reason : nil
  }

  /// The cells of a row; `\|` is no end of a cell.
  private static func cells(_ row: String) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isEscaped = false
    for character in row.dropFirst() {
      if isEscaped {
        cell += character == "|" ? "|" : "\\\(character)"
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "|" {
        cells.append(cell.trimmingCharacters(in: .whitespaces))
        cell = ""
      } else {
        cell.append(character)
      }
    }
    return cells
  }
}
