import Document
import Foundation

/// The cases that differ on purpose, each with its reason.
///
/// They stand in one place only: the table of `docs/compatibility.md` below the line `<!-- conformance: deliberate differences -->`,
/// whose first column is the name of a case and whose last one the reason.
public struct DeliberateDifferences: Sendable {
  /// The reasons by the names of cases.
  public let reasons: [String: String]

  static let mark = "<!-- conformance: deliberate differences -->"

  /// No difference.
  public init() { reasons = [:] }

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
    var reasons: [String: String] = [:]
    let columns = Self.cells(lines[header]).count
    for (offset, line) in lines[header...].prefix(while: { $0.hasPrefix("|") }).enumerated().dropFirst(2) {
      let cells = Self.cells(line)
      let name = (cells.first ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "`"))
      guard cells.count == columns, columns >= 2, !name.isEmpty, let reason = cells.last, !reason.isEmpty else {
        throw CorpusError("\(file):\(header + offset + 1): a row is the name of a case, \(columns - 2) columns more, and the reason")
      }
      guard reasons.updateValue(reason, forKey: name) == nil else {
        throw CorpusError("\(file):\(header + offset + 1): \(name) stands here twice")
      }
    }
    self.reasons = reasons
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
