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
  }

  private var cluster: SimulatedCluster
  private var comparison = AnswerComparison()
  private var result: Result
  private let start = SimulatedTime(milliseconds: 1_795_257_000_000)
  /// Open watches: the exchange that opened each, and what it has sent.
  private var watches: [Int: (exchange: RecordedExchange, received: [UInt8])] = [:]

  static func run(_ topic: String, controllers: Bool = false) throws -> Result {
    var replay = Replay(topic: topic, controllers: controllers)
    for exchange in try Transcript.load(topic) { replay.send(exchange) }
    replay.closeWatches(after: .max)
    return replay.result
  }

  private init(topic: String, controllers: Bool) {
    var settings = SimulatedClusterSettings(controllers: controllers)
    settings.customResourcesBecomeReady = false
    settings.readyAfter = .seconds(3600)
    cluster = SimulatedCluster(settings: settings, at: start)
    result = Result(topic: topic)
  }

  private mutating func send(_ exchange: RecordedExchange) {
    let now = SimulatedTime(milliseconds: start.milliseconds + exchange.milliseconds)
    let request = APIRequest(
      method: exchange.method, target: comparison.translated(exchange.path), headers: exchange.headers,
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
    for (watch, open) in watches.sorted(by: { $0.key < $1.key }) where (open.exchange.closedAfter ?? 0) <= line {
      let recorded = (open.exchange.answer ?? "").split(separator: "\n")
      let actual = String(decoding: open.received, as: UTF8.self).split(separator: "\n")
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

  private mutating func compare(_ exchange: RecordedExchange, _ response: APIResponse) -> [String] {
    guard !exchange.isTrimmed, let answer = exchange.answer else { return [] }
    let body = String(decoding: response.body, as: UTF8.self)
    let recorded = (try? JSON.decode(answer)) ?? (try? YAML.decode(answer)) ?? .string(answer)
    let actual = (try? JSON.decode(body)) ?? (try? YAML.decode(body)) ?? .string(body)
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
      let text = "\(result.topic):\(exchange.line) \(exchange.method) \(exchange.path.prefix(120)) (\(exchange.note.prefix(100)))"
      result.failures.append(([text] + differences.prefix(4).map { "    " + $0 }).joined(separator: "\n"))
    }
  }
}
