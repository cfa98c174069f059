import Document
import Foundation

/// One recorded exchange with a real API server.
struct RecordedExchange {
  var line: Int
  /// Who sends it: nil for the administrator, `none` without any credentials, `token:NAME`.
  var identity: String?
  var method: String
  var path: String
  var headers: [String: String]
  var body: String?
  var status: Int
  var answer: String?
  var warnings: [String]
  var note: String
  var milliseconds: Int64
  var closedAfter: Int?
  /// When the last event of a watch arrived.
  var lastLine: Int64?
  var isTrimmed: Bool

  /// The beginning of a name that the server was to make up.
  var generateName: String? {
    guard let body, body.contains("generateName"), let value = try? JSON.decode(body) else { return nil }
    return value[at: "metadata", "generateName"]?.stringValue
  }

  init(_ value: Value, line: Int) {
    self.line = line
    let request = value["request"] ?? .null
    let response = value["response"] ?? .null
    method = request["method"]?.stringValue ?? ""
    path = Transcript.expanded(request["path"]?.stringValue ?? "")
    headers = ["user-agent": "demo-client/1.0"]
    for member in request["headers"]?.objectValue ?? Object() {
      headers[member.key] =
        member.value.stringValue ?? member.value.arrayValue.map { $0.compactMap(\.stringValue).joined(separator: ", ") }
    }
    identity = request["identity"]?.stringValue
    body = request["body"]?.stringValue.map(Transcript.expanded)
    status = Int(response["status"]?.intValue ?? 0)
    answer = response["body"]?.stringValue.map(Transcript.expanded)
    warnings = (response[at: "headers", "warning"]?.arrayValue ?? []).compactMap(\.stringValue)
    note = value["note"]?.stringValue ?? ""
    milliseconds = value["t_ms"]?.intValue ?? 0
    lastLine = value[at: "watch", "line_t_ms"]?.arrayValue?.last?.intValue
    closedAfter = value[at: "watch", "closed_after_entry"]?.intValue.map(Int.init)
    isTrimmed = answer == nil || answer?.contains("{{trimmed") == true || answer?.contains("{{...") == true
  }
}

/// The recordings; they lie beside the repository, and tests that need them are skipped where they are missing.
enum Transcript {
  static let folder: URL? = {
    var place = URL(fileURLWithPath: #filePath)
    while place.path != "/" {
      place.deleteLastPathComponent()
      let candidate = place.appendingPathComponent("shared/kubernetes/transcripts")
      if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
    }
    return nil
  }()

  static func load(_ topic: String) throws -> [RecordedExchange] {
    guard let folder else { return [] }
    let text = try String(contentsOf: folder.appendingPathComponent("\(topic).jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").enumerated().map { RecordedExchange(try JSON.decode(String($0.element)), line: $0.offset + 1) }
  }

  /// Writes out `{{repeat:x:2000}}`.
  static func expanded(_ text: String) -> String {
    guard text.contains("{{repeat:") else { return text }
    var result = ""
    var rest = Substring(text)
    while let start = rest.range(of: "{{repeat:"), let end = rest.range(of: "}}", range: start.upperBound..<rest.endIndex) {
      result += rest[..<start.lowerBound]
      let parts = rest[start.upperBound..<end.lowerBound].split(separator: ":")
      if parts.count == 2, let count = Int(parts[1]) { result += String(repeating: String(parts[0]), count: count) }
      rest = rest[end.upperBound...]
    }
    return result + rest
  }
}
