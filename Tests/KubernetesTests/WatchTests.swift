import Document
import Testing

@testable import Kubernetes

@Suite("watch events out of pieces")
struct WatchTests {
  /// A generator of numbers that is the same on every run.
  struct Random {
    var state: UInt64
    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  static let text = """
    {"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"},"data":{"k":"line\\nbreak \\u00e4 ü"}}}
    {"type":"MODIFIED","object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a","resourceVersion":"2"}}}

    {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"5","annotations":{"k8s.io/initial-events-end":"true"}}}}
    {"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}

    """

  static func decoder(limit: Int = 1000) -> WatchDecoder {
    WatchDecoder(resource: Kinds.configMaps, limit: limit, operation: "watch", cluster: "c")
  }

  @Test("however the bytes are cut, the events are the same", arguments: 1...30)
  func cuts(seed: UInt64) {
    var whole = WatchTests.decoder()
    let expected = whole.decode(Array(WatchTests.text.utf8))
    #expect(expected.map(\.resourceVersion) == ["1", "2", "5", "6"])
    #expect(expected[1].object?.objectIdentity == nil || expected[1].object?["kind"] == "ConfigMap")
    #expect(expected[2] == .bookmark(resourceVersion: "5", initialEventsEnd: true))
    var random = Random(state: seed)
    var decoder = WatchTests.decoder()
    var events: [WatchEvent] = []
    var rest = Array(WatchTests.text.utf8)[...]
    while !rest.isEmpty {
      let count = 1 + random.next(below: Int(seed) * 4)
      events += decoder.decode(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    #expect(events == expected)
    #expect(decoder.failure == nil)
  }

  @Test(
    "what ends a watch",
    arguments: [
      (
        #"{"type":"ERROR","object":{"kind":"Status","message":"too old resource version: 1 (5)","reason":"Expired","code":410}}"#,
        "cluster c: watch: too old resource version: 1 (5) (410 Expired): list again and go on from there"
      ),
      (#"{"type":"ADDED"}"#, "cluster c: watch: an event has no type or no object"),
      (#"{"type":"NEW","object":{}}"#, "cluster c: watch: an event has the unknown type NEW"),
    ])
  func failures(_ line: String, _ message: String) {
    var decoder = WatchTests.decoder()
    let first = WatchTests.text.split(separator: "\n")[0]
    let events = decoder.decode(Array("\(first)\n\(line)\n\(first)\n".utf8))
    #expect(events.count == 1)
    #expect(decoder.failure?.description == message)
    #expect(decoder.failure?.isGone == line.contains("410"))
    #expect(decoder.decode(Array("\(first)\n".utf8)).isEmpty)
  }

  @Test("an event without end, and one that is no JSON")
  func endless() {
    var decoder = WatchTests.decoder(limit: 100)
    for _ in 0..<10 { _ = decoder.decode([UInt8](repeating: 0x20, count: 30)) }
    #expect(decoder.failure?.message == "an event is larger than 100 bytes")
    var second = WatchTests.decoder()
    _ = second.decode(Array("{\"type\":\n".utf8))
    #expect(second.failure?.message.hasPrefix("an event cannot be read") == true)
  }

  @Test("all recorded watches decode", .enabled(if: Recordings.folder != nil, "needs the recordings"))
  func recorded() throws {
    var count = 0
    for exchange in try Recordings.read("05-watch") where exchange.path.contains("watch=true") && exchange.status == 200 {
      // On one named object, the parameter is ignored and the object itself comes back.
      guard exchange.contentType.hasPrefix("application/json"), !exchange.accept.contains("Table"),
        !exchange.path.contains("/configmaps/a?")
      else { continue }
      var decoder = WatchTests.decoder(limit: 4 << 20)
      var rest = Array(exchange.body.utf8)[...]
      while !rest.isEmpty {
        count += decoder.decode(Array(rest.prefix(1000))).count
        rest = rest.dropFirst(1000)
      }
      #expect(
        decoder.failure == nil || exchange.body.contains("\"ERROR\""), "line \(exchange.line): \(String(describing: decoder.failure))")
    }
    #expect(count > 90)
  }
}
