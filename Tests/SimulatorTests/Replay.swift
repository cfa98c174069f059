import Document
import Foundation

@testable import Simulator

/// Sends the requests of a recording to a simulated cluster and compares the answers.
struct Replay {
  /// How it went.
  struct Result {
    var topic: String
    var passed = 0
    var total = 0
    var failures: [String] = []
    var failedLines: [Int] = []
  }

  private var cluster: SimulatedCluster
  private var comparison = AnswerComparison()
  private var result: Result
  private let start: SimulatedTime
  /// Stands for the client certificate of the recordings.
  private static let administrator = "administrators-token"
  /// Open watches: the exchange that opened each, and what it has sent.
  private var watches: [Int: (exchange: RecordedExchange, received: [UInt8])] = [:]

  static func run(_ topic: String, controllers: Bool = false) throws -> Result {
    let exchanges = try Transcript.load(topic)
    var replay = Replay(topic: topic, controllers: controllers, start: begin(of: exchanges))
    for exchange in exchanges { replay.send(exchange) }
    replay.closeWatches(after: .max)
    return replay.result
  }

  /// When the recording began: times that requests carry must lie beside those that the simulator gives.
  private static func begin(of exchanges: [RecordedExchange]) -> SimulatedTime {
    for exchange in exchanges where exchange.status == 201 {
      guard let answer = exchange.answer, let body = try? JSON.decode(answer),
        let time = body[at: "metadata", "creationTimestamp"]?.stringValue.flatMap(SimulatedTime.init(text:))
      else { continue }
      return SimulatedTime(milliseconds: time.milliseconds - exchange.milliseconds + 500)
    }
    return SimulatedTime(milliseconds: 1_795_257_000_000)
  }

  private init(topic: String, controllers: Bool, start: SimulatedTime) {
    self.start = start
    var settings = SimulatedClusterSettings(controllers: controllers)
    settings.customResourcesBecomeReady = false
    settings.readyAfter = .seconds(3600)
    settings.bearerToken = Replay.administrator
    settings.namespaceDeletionDelay = .seconds(5)
    settings.definitionsEstablishAfter = .milliseconds(18)
    cluster = SimulatedCluster(settings: settings, at: start)
    result = Result(topic: topic)
  }

  private mutating func send(_ exchange: RecordedExchange) {
    let now = SimulatedTime(milliseconds: start.milliseconds + exchange.milliseconds)
    var headers = exchange.headers
    if let token = headers["authorization"] { headers["authorization"] = comparison.translated(token) }
    if exchange.identity == nil { headers["authorization"] = "Bearer \(Replay.administrator)" }
    let request = APIRequest(
      method: exchange.method, target: comparison.translated(exchange.path), headers: headers,
      body: Array(comparison.translated(exchange.body ?? "").utf8))
    let response = cluster.handle(request, at: now)
    collect()
    if exchange.closedAfter != nil, let watch = response.watch {
      watches[watch, default: (exchange, [])].received.insert(contentsOf: response.body, at: 0)
    } else {
      judge(exchange, response, compare(exchange, response))
    }
    closeWatches(after: exchange.line)
  }

  private mutating func collect() {
    for delivery in cluster.takeDeliveries() { watches[delivery.watch]?.received += delivery.bytes }
  }

  private mutating func closeWatches(after line: Int) {
    for watch in watches.keys.sorted() {
      guard let exchange = watches[watch]?.exchange, (exchange.closedAfter ?? 0) <= line else { continue }
      if let last = exchange.lastLine { cluster.advance(to: SimulatedTime(milliseconds: start.milliseconds + last)) }
      collect()
      guard let open = watches[watch] else { continue }
      let recorded = Replay.events((open.exchange.answer ?? "").split(separator: "\n"))
      let actual = Replay.events(String(decoding: open.received, as: UTF8.self).split(separator: "\n"))
      var differences: [String] = []
      if recorded.count != actual.count { differences.append("recorded \(recorded.count) events, got \(actual.count)") }
      for (left, right) in zip(recorded, actual) {
        if let left = try? JSON.decode(String(left)), let right = try? JSON.decode(String(right)) {
          differences += comparison.compare(left, right)
        }
      }
      record(open.exchange, differences)
      cluster.closeWatch(watch)
      watches[watch] = nil
    }
  }

  /// A watch's lines without the bookmarks that come by the clock: how often they come is the server's own affair.
  private static func events(_ lines: [Substring]) -> [Substring] {
    lines.filter { line in
      if line.hasPrefix("{\"type\":\"BOOKMARK\"") { return line.contains("initial-events-end") }
      return !AnswerComparison.foreign.contains { line.contains("\"name\":\"\($0)\"") }
    }
  }

  private mutating func compare(_ exchange: RecordedExchange, _ response: APIResponse) -> [String] {
    guard !exchange.isTrimmed, let answer = exchange.answer else { return [] }
    let body = String(decoding: response.body, as: UTF8.self)
    let recorded = (try? JSON.decode(answer)) ?? (try? YAML.decode(answer)) ?? .string(answer)
    let actual = (try? JSON.decode(body)) ?? (try? YAML.decode(body)) ?? .string(body)
    if case .array(let items) = recorded, case .array(let all)? = actual["items"] {
      // Of aggregated discovery the recording keeps only the group that the line is about.
      let names = items.map { $0[at: "metadata", "name"] }
      return comparison.compare(recorded, .array(all.filter { names.contains($0[at: "metadata", "name"]) }))
    }
    if let prefix = exchange.generateName { comparison.learnName(prefix, recorded, actual) }
    return comparison.compare(recorded, actual)
  }

  private mutating func judge(_ exchange: RecordedExchange, _ response: APIResponse, _ differences: [String]) {
    var differences = differences
    if response.status != exchange.status { differences.insert("status: recorded \(exchange.status), got \(response.status)", at: 0) }
    let warnings = response.headers.filter { $0.name == "warning" }.map(\.value)
    if warnings != exchange.warnings.map({ comparison.translated($0) }) {
      differences.append("warnings: recorded \(exchange.warnings), got \(warnings)")
    }
    record(exchange, differences)
  }

  private mutating func record(_ exchange: RecordedExchange, _ differences: [String]) {
    result.total += 1
    if differences.isEmpty {
      result.passed += 1
    } else {
      result.failedLines.append(exchange.line)
      let text = "\(result.topic):\(exchange.line) \(exchange.method) \(exchange.path.prefix(120)) (\(exchange.note.prefix(100)))"
      result.failures.append(([text] + differences.prefix(4).map { "    " + $0 }).joined(separator: "\n"))
    }
  }
}
