import Document
import Glibc
import Synchronization
import Testing
import Transport

@testable import Kubernetes

@Suite("following objects")
struct FollowerTests {
  /// A server that plays a list of scenes: each says which request it expects, and what it does then.
  final class Play: Sendable {
    enum Scene: Sendable {
      case answer(String, String, String)
      /// Events, then an orderly end.
      case events(String, [String])
      /// Events, then the end of the connection in the midst of the answer.
      case broken(String, [String])
      /// Events, then silence.
      case open(String, [String])
    }

    private let log: Log
    let server: TestServer

    final class Log: Sendable { let state = Mutex<(next: Int, mistakes: [String])>((0, [])) }

    init(_ scenes: [Scene]) {
      let log = Log()
      self.log = log
      server = TestServer { request, connection in
        let index = log.state.withLock { state in
          defer { state.next += 1 }
          return state.next
        }
        guard index < scenes.count else {
          log.state.withLock { $0.mistakes.append("unexpected: \(request.target)") }
          return connection.waitForEnd()
        }
        func check(_ part: String) {
          if !request.target.contains(part) { log.state.withLock { $0.mistakes.append("scene \(index): \(request.target)") } }
        }
        func begin(_ part: String, _ events: [String]) {
          check(part)
          connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
          for event in events { connection.write("\(String(event.utf8.count + 1, radix: 16))\r\n\(event)\n\r\n") }
        }
        switch scenes[index] {
        case .answer(let part, let status, let body):
          check(part)
          connection.answer(status, body)
        case .events(let part, let events):
          begin(part, events)
          connection.write("0\r\n\r\n")
        case .broken(let part, let events):
          begin(part, events)
          shutdown(connection.descriptor, Int32(SHUT_RDWR))
        case .open(let part, let events):
          begin(part, events)
          connection.waitForEnd()
        }
      }
    }

    deinit { server.stop() }
    var mistakes: [String] { log.state.withLock { $0.mistakes } }

    func client() -> ClusterClient {
      var limits = ClusterClient.Limits()
      limits.followPause = .milliseconds(2)
      limits.longestFollowPause = .milliseconds(8)
      return ClusterClient(
        ClusterConnection(name: "east", server: server.url), http: HTTPClient(), limits: limits, retry: .never, random: { 0 })
    }
  }

  static func event(_ type: String, _ name: String, _ version: Int) -> String {
    #"{"type":"\#(type)","object":{"kind":"ConfigMap","metadata":{"name":"\#(name)","resourceVersion":"\#(version)"}}}"#
  }

  static func bookmark(_ version: Int, end: Bool = false) -> String {
    let annotations = end ? #","annotations":{"k8s.io/initial-events-end":"true"}"# : ""
    return #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"\#(version)"\#(annotations)}}}"#
  }

  static func list(_ names: [String], _ version: Int) -> String {
    let items = names.map { #"{"metadata":{"name":"\#($0)"}}"# }.joined(separator: ",")
    return #"{"metadata":{"resourceVersion":"\#(version)"},"items":[\#(items)]}"#
  }

  static let oldStore = ErrorTests.status(
    500, "InternalError",
    "a watch stream was requested by the client but the required storage feature RequestWatchProgress is disabled")
  static let refusal = ErrorTests.status(422, "Invalid", "sendInitialEvents is forbidden")

  static func name(_ object: Value) -> String? { object[at: "metadata", "name"]?.stringValue }

  static func text(_ event: FollowEvent<String>) -> String {
    switch event {
    case .reset(let list): "= \(list.items.joined(separator: " ")) @\(list.resourceVersion)"
    case .changed(let name, let version): "+ \(name) @\(version)"
    case .removed(let name, let version): "- \(name) @\(version)"
    case .current(let version): ". @\(version)"
    case .interrupted(let error, _): "! \(error.status ?? 0)"
    }
  }

  static func events(_ play: Play, _ count: Int, from: String? = nil) async -> [String] {
    var iterator = play.client().follow(Kinds.configMaps, from: from, transform: name).makeAsyncIterator()
    var texts: [String] = []
    while texts.count < count, let event = await iterator.next() { texts.append(text(event)) }
    return texts
  }

  static let watched = APIResource(
    groupVersionKind: Kinds.configMaps.groupVersionKind, plural: "configmaps", namespaced: true, verbs: ["list", "watch"])

  @Test("nothing is lost or doubled over orderly ends, a reset connection, a refused watch and a version that is too old")
  func resume() async {
    let play = Play([
      .answer("limit=500", "200 OK", Self.list(["a", "b"], 5)),
      .events("resourceVersion=5", [Self.event("ADDED", "c", 6), Self.bookmark(7)]),
      .broken("resourceVersion=7", [Self.event("MODIFIED", "a", 8)]),
      .answer("resourceVersion=8", "503 Service Unavailable", "restarting"),
      .events("resourceVersion=8", [Self.event("DELETED", "b", 9)]),
      .answer("resourceVersion=9", "410 Gone", ErrorTests.status(410, "Expired", "too old")),
      .answer("limit=500", "200 OK", Self.list(["a", "c", "d"], 20)),
      .open("resourceVersion=20", [Self.event("ADDED", "e", 21)]),
    ])
    let texts = await Self.events(play, 9)
    #expect(
      texts == ["= a b @5", "+ c @6", ". @7", "+ a @8", "! 0", "! 503", "- b @9", "= a c d @20", "+ e @21"])
    #expect(play.mistakes == [])
  }

  @Test("a connection that is reset in the midst of a watch")
  func reset() async {
    let arrived = Mutex(false)
    let server = TestServer { request, connection in
      if request.target.contains("resourceVersion=7") { return connection.answer("410 Gone", "") }
      connection.write("HTTP/1.1 200 OK\r\n\r\n" + FollowerTests.event("ADDED", "a", 7) + "\n")
      // A reset overtakes what has not been read.
      while !arrived.withLock({ $0 }) { usleep(1000) }
      connection.reset()
    }
    defer { server.stop() }
    let client = ClusterClient(ClusterConnection(name: "east", server: server.url), http: HTTPClient(), retry: .never, random: { 0 })
    var iterator = client.follow(Kinds.configMaps, from: "3", transform: Self.name).makeAsyncIterator()
    #expect(await iterator.next().map(Self.text) == "+ a @7")
    arrived.withLock { $0 = true }
    guard case .interrupted(let error, _) = await iterator.next() else {
      Issue.record("an interruption was expected")
      return
    }
    #expect(error.isUnreachable && error.description.hasPrefix("cluster east: watch v1 ConfigMap: 127.0.0.1:\(server.port): "))
    #expect(error.description.hasSuffix("look for a proxy or load balancer that cuts connections"))
  }

  @Test("410 inside a watch leads to a new list; a stored version needs none")
  func gone() async {
    let play = Play([
      .events("resourceVersion=3", [#"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"#]),
      .answer("limit=500", "200 OK", Self.list([], 9)), .open("resourceVersion=9", [Self.bookmark(10)]),
    ])
    #expect(await Self.events(play, 2, from: "3") == ["=  @9", ". @10"])
    #expect(play.mistakes == [])
  }

  @Test("a kind that is gone, or not allowed, is said again and again, with pauses that grow, until it works")
  func stubborn() async {
    let play = Play([
      .answer("limit=500", "404 Not Found", "404 page not found\n"), .answer("limit=500", "403 Forbidden", "no"),
      .answer("limit=500", "200 OK", Self.list(["a"], 1)), .open("resourceVersion=1", []),
    ])
    let client = play.client()
    var iterator = client.follow(Kinds.configMaps, transform: Self.name).makeAsyncIterator()
    var pauses: [Duration] = []
    for _ in 0..<2 {
      guard case .interrupted(_, let pause) = await iterator.next() else {
        Issue.record("an interruption was expected")
        return
      }
      pauses.append(pause)
    }
    #expect(pauses == [.milliseconds(1), .milliseconds(2)])
    guard case .reset(let list) = await iterator.next() else {
      Issue.record("a list was expected")
      return
    }
    #expect(list.items == ["a"])
  }

  @Test("cancelling ends it")
  func cancel() async {
    let play = Play([.answer("limit=500", "200 OK", Self.list([], 1)), .open("resourceVersion=1", [])])
    let client = play.client()
    let seen = Counter()
    let task = Task {
      for await _ in client.follow(Kinds.configMaps, transform: FollowerTests.name) { _ = seen.next() }
    }
    #expect(await eventually { seen.value == 1 })
    task.cancel()
    await task.value
  }

  @Test("a streaming list: one request brings the list and the changes after it")
  func streaming() async throws {
    let play = Play([
      .open(
        "sendInitialEvents=true",
        [Self.event("ADDED", "a", 3), Self.event("ADDED", "b", 2), Self.bookmark(7, end: true), Self.event("DELETED", "a", 8)])
    ])
    var iterator = play.client().follow(Self.watched, transform: Self.name).makeAsyncIterator()
    var texts: [String] = []
    while texts.count < 2, let event = await iterator.next() { texts.append(Self.text(event)) }
    #expect(texts == ["= a b @7", "- a @8"])
    #expect(play.mistakes == [])
  }

  @Test(
    "servers without streaming lists are asked for pages, from then on at once",
    arguments: [
      Play.Scene.answer("sendInitialEvents", "422 Unprocessable", refusal), .answer("sendInitialEvents", "400 Bad Request", "what?"),
      // As a server of 1.36 over etcd 3.5.1 says it.
      .answer("sendInitialEvents", "500 Internal Server Error", oldStore),
      // It takes the request for an ordinary watch.
      .events("sendInitialEvents", [event("ADDED", "a", 3), bookmark(4)]), .open("sendInitialEvents", [event("MODIFIED", "a", 3)]),
    ])
  func fallBack(_ first: Play.Scene) async throws {
    let play = Play([first, .answer("limit=500", "200 OK", Self.list(["a"], 5)), .answer("limit=500", "200 OK", Self.list(["a", "b"], 6))])
    let client = play.client()
    #expect(try await client.streamingList(Self.watched, transform: Self.name).items == ["a"])
    #expect(try await client.streamingList(Self.watched, transform: Self.name).items == ["a", "b"])
    #expect(play.mistakes == [])
  }

  @Test("a streaming list that breaks off is an error, not a shorter list, and no reason to give streaming up")
  func incomplete() async throws {
    let play = Play([
      .events("sendInitialEvents", [Self.event("ADDED", "a", 3)]),
      .broken("sendInitialEvents", [Self.event("ADDED", "a", 3)]),
      .answer("sendInitialEvents", "403 Forbidden", "no"),
      .events("sendInitialEvents", [Self.event("ADDED", "a", 3), Self.bookmark(7, end: true)]),
    ])
    let client = play.client()
    for _ in 0..<3 {
      let error = await ClientTests.failure { () async throws(KubernetesError) in
        _ = try await client.streamingList(FollowerTests.watched, transform: FollowerTests.name)
      }
      #expect(error != nil)
    }
    #expect(try await client.streamingList(Self.watched, transform: Self.name).resourceVersion == "7")
    #expect(play.mistakes == [])
  }
}
