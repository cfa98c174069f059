import Document
import Foundation
import Glibc
import Logging

/// Writes log events to standard error: a constant message and its metadata, as text or as one JSON object a line.
public struct LogWriter: LogHandler {
  /// How a line looks.
  public enum Format: String, Sendable, CaseIterable {
    /// `2026-01-02T03:04:05.678Z info message key=value …`
    case text
    /// One JSON object.
    case json
  }

  private let label: String
  private let format: Format
  /// What is added to each event.
  public var metadata: Logger.Metadata = [:]
  /// The lowest level that is written.
  public var logLevel: Logger.Level

  /// Makes a handler.
  public init(label: String, format: Format, level: Logger.Level) {
    self.label = label
    self.format = format
    logLevel = level
  }

  /// One piece of the metadata.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line with one call, so that lines of several threads never mix.
  public func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { ByteOrder.less($0.key, $1.key) }
    let time = Timestamps.text(Date())
    var line: String
    switch format {
    case .text:
      line = "\(time) \(event.level) \(event.message)"
      for (key, value) in all { line += " \(key)=\(LogWriter.quoted("\(value)"))" }
    case .json:
      var object: Object = [
        "time": .string(time), "level": .string("\(event.level)"), "logger": .string(label), "message": .string("\(event.message)"),
      ]
      for (key, value) in all { object[key] = .string("\(value)") }
      line = JSON.string(.object(object))
    }
    line += "\n"
    line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }

  private static func quoted(_ text: String) -> String {
    text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=") } || text.isEmpty
      ? JSON.string(.string(text)) : text
  }
}
