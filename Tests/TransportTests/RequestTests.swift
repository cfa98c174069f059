import Synchronization
import Testing

@testable import Transport

@Suite("requests over HTTP/1.1")
struct RequestTests {
  /// Answers with what was asked.
  static func echoed(_ request: TestServer.Request, _ connection: TestServer.Connection) {
    let headers = request.headers.filter { $0.key.hasPrefix("x-") || $0.key.hasPrefix("content-") || $0.key == "authorization" }
    let text = headers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    connection.answer("200 OK", "\(request.method) \(request.target) [\(text)] \(String(decoding: request.body, as: UTF8.self))")
  }

  static let requests: [(HTTPRequest, String)] = [
    (HTTPRequest("GET", "/a?b=c"), "GET /a?b=c [] "),
    (HTTPRequest("GET", "/a", headers: [("X-One", "1"), ("x-empty", "")]), "GET /a [x-empty=,x-one=1] "),
    (HTTPRequest("POST", "/p", body: Array("hello".utf8)), "POST /p [content-length=5] hello"),
    (HTTPRequest("POST", "/p", body: []), "POST /p [content-length=0] "),
    (HTTPRequest("POST", "/p"), "POST /p [content-length=0] "),
    (
      HTTPRequest("PATCH", "/p", headers: [("Content-Type", "application/apply-patch+yaml")], body: Array("{}".utf8)),
      "PATCH /p [content-length=2,content-type=application/apply-patch+yaml] {}"
    ),
    (HTTPRequest("PUT", "/p", body: Array("x".utf8)), "PUT /p [content-length=1] x"),
    (HTTPRequest("DELETE", "/d"), "DELETE /d [] "),
    (HTTPRequest("DELETE", "/d", body: Array("{}".utf8)), "DELETE /d [content-length=2] {}"),
  ]

  @Test("method, path, headers and body arrive as given", arguments: requests)
  func send(_ request: HTTPRequest, expected: String) async throws {
    let server = TestServer(RequestTests.echoed)
    defer { server.stop() }
    var request = request
    request.url = server.url + request.url
    let client = HTTPClient()
    let response = try await client.send(request)
    #expect(response.status == 200)
    #expect(response.text == expected)
    let blocking = try await BlockingPool(name: "test", threads: 1).run { [request] () throws(TransportError) in
      try client.sendBlocking(request)
    }
    #expect(blocking == response)
  }

  @Test("user and password of a URL become basic authentication")
  func userinfo() async throws {
    let server = TestServer(RequestTests.echoed)
    defer { server.stop() }
    let response = try await HTTPClient().send(HTTPRequest("GET", "http://me:secret@127.0.0.1:\(server.port)/x"))
    #expect(response.text == "GET /x [authorization=Basic bWU6c2VjcmV0] ")
  }

  @Test("any status is an answer, with its headers; interim answers are skipped")
  func statuses() async throws {
    let server = TestServer { _, connection in
      connection.write("HTTP/1.1 103 Early Hints\r\nX-A: no\r\n\r\n")
      connection.answer("429 Too Many Requests", headers: ["Retry-After:  3 ", "X-A: yes", "x-a: too"], "slow down")
    }
    defer { server.stop() }
    let response = try await HTTPClient().send(HTTPRequest("GET", server.url))
    #expect(response.status == 429)
    #expect(response.headers["RETRY-AFTER"] == "3")
    #expect(response.headers.values("X-a") == ["yes", "too"])
    #expect(RetryPolicy.retryAfter(response.headers) == .seconds(3))
  }

  @Test("one connection serves requests that follow each other")
  func reuse() async throws {
    let server = TestServer(RequestTests.echoed)
    defer { server.stop() }
    let client = HTTPClient()
    for _ in 0..<20 { _ = try await client.send(HTTPRequest("GET", server.url)) }
    #expect(server.connections == 1)
    #expect(client.statistics.requests == 20)
    #expect(client.statistics.connectionsOpened == 1)
  }

  @Test("many requests at once all come back, on at most eight connections")
  func many() async throws {
    let server = TestServer(RequestTests.echoed)
    defer { server.stop() }
    let client = HTTPClient()
    let answers = await withTaskGroup(of: String.self) { group in
      for index in 0..<300 {
        group.addTask { (try? await client.send(HTTPRequest("GET", "\(server.url)/\(index)")).text) ?? "failed" }
      }
      return await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(answers == Set((0..<300).map { "GET /\($0) [] " }))
    #expect(server.connections <= 8)
  }

  @Test("redirects are followed only when asked, and a password does not move to another host")
  func redirects() async throws {
    let target = TestServer(RequestTests.echoed)
    let server = TestServer { _, connection in
      connection.answer("302 Found", headers: ["Location: http://127.0.0.1:\(target.port)/there"], "moved")
    }
    defer {
      server.stop()
      target.stop()
    }
    let client = HTTPClient()
    var request = HTTPRequest("GET", server.url, headers: [("Authorization", "Bearer t")])
    #expect(try await client.send(request).status == 302)
    request.followsRedirects = true
    let response = try await client.send(request)
    #expect(response.status == 200)
    #expect(response.text == "GET /there [] ")
  }

  @Test("a packed body is unpacked")
  func gzip() async throws {
    let packed: [UInt8] = [
      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86, 0xa6, 0x10, 0x36, 0x05,
      0x00, 0x00, 0x00,
    ]
    let server = TestServer { request, connection in
      let asked = request.headers["accept-encoding"] == "gzip"
      connection.answer(asked ? "200 OK" : "406 No", headers: ["Content-Encoding: gzip"], body: packed)
    }
    defer { server.stop() }
    #expect(try await HTTPClient().send(HTTPRequest("GET", server.url)).text == "hello")
  }
}

@Suite("failures are typed and name the host, never a secret")
struct FailureTests {
  /// A port on which nobody listens.
  static let closedPort = ReservedPort()

  func failure(_ request: HTTPRequest, settings: ConnectionSettings = ConnectionSettings(), maximum: Int = 1 << 20) async -> TransportError?
  {
    do throws(TransportError) {
      _ = try await HTTPClient().send(request, settings: settings, maximumBodyBytes: maximum)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "requests that cannot be sent",
    arguments: [
      (HTTPRequest("GET", "ftp://host/x"), "GET ftp://host/x: not an http or https URL"),
      (HTTPRequest("GET", "nonsense"), "GET (malformed URL): not an http or https URL"),
      (HTTPRequest("GET", "http://h/a b"), "GET (malformed URL): not an http or https URL"),
      (HTTPRequest("get", "http://h/"), "get http://h/: not an HTTP method"),
      (HTTPRequest("GET", "http://h/", headers: [("X", "a\r\nY: b")]), "GET http://h/: malformed header X"),
      (HTTPRequest("GET", "http://h/", headers: [("X\n", "a")]), "GET http://h/: malformed header X"),
    ])
  func invalid(_ request: HTTPRequest, message: String) async {
    let error = await failure(request)
    #expect(error?.kind == .invalidRequest)
    #expect(error?.message == message)
    #expect(error?.mayHaveReachedServer == false)
  }

  @Test("nobody listens")
  func refused() async {
    let port = FailureTests.closedPort.number
    let error = await failure(HTTPRequest("GET", "http://user:hunter2@127.0.0.1:\(port)/p?token=abc#f"))
    #expect(error?.kind == .connectionFailed)
    #expect(error?.mayHaveReachedServer == false)
    #expect(error?.message.hasPrefix("GET http://127.0.0.1:\(port)/p: failed to connect to 127.0.0.1 port \(port)") == true)
    #expect(error?.message.contains("hunter2") == false && error?.message.contains("abc") == false)
  }

  @Test("the server never answers")
  func timeout() async {
    let server = TestServer { _, connection in connection.waitForEnd() }
    defer { server.stop() }
    let error = await failure(HTTPRequest("GET", server.url + "/slow", timeout: .milliseconds(150)))
    #expect(error?.kind == .timeout)
    #expect(error?.mayHaveReachedServer == true)
    #expect(error?.message == "GET \(server.url)/slow: no answer within 0.15 seconds")
  }

  @Test("a silent stream is given up")
  func idle() async {
    let server = TestServer { _, connection in
      connection.write("HTTP/1.1 200 OK\r\n\r\n")
      connection.waitForEnd()
    }
    defer { server.stop() }
    var request = HTTPRequest("GET", server.url, timeout: nil)
    request.idleTimeout = .seconds(1)
    let error = await failure(request)
    #expect(error?.kind == .timeout)
    #expect(error?.reason == "no byte for 1.0 seconds")
  }

  @Test("answers that break off or are too large")
  func broken() async {
    let answers: [String: (kind: TransportError.Kind, text: String)] = [
      "/cut": (.connectionLost, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
      "/nothing": (.connectionLost, ""),
      "/large": (.tooLarge, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + String(repeating: "x", count: 100)),
      "/garbage": (.malformedResponse, "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    ]
    let server = TestServer { request, connection in
      connection.write(answers[request.target]?.text ?? "")
      shutdownBoth(connection.descriptor)
    }
    defer { server.stop() }
    for (path, answer) in answers {
      let error = await failure(HTTPRequest("GET", server.url + path), maximum: 50)
      #expect(error?.kind == answer.kind, "\(path): \(String(describing: error))")
    }
  }

  @Test("cancelling a task ends its request and the connection")
  func cancel() async {
    let server = TestServer { _, connection in connection.waitForEnd() }
    defer { server.stop() }
    let client = HTTPClient()
    let url = server.url
    let task = Task { () -> TransportError.Kind? in
      do throws(TransportError) {
        _ = try await client.send(HTTPRequest("GET", url))
        return nil
      } catch {
        return error.kind
      }
    }
    #expect(await eventually { server.connections == 1 })
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(await eventually { server.ended == 1 })
  }

  @Test("a task that is cancelled beforehand sends nothing that lasts")
  func cancelledBefore() async {
    let server = TestServer { _, connection in connection.waitForEnd() }
    defer { server.stop() }
    let client = HTTPClient()
    let url = server.url
    let kinds = await withTaskGroup(of: TransportError.Kind?.self) { group in
      group.cancelAll()
      for _ in 0..<50 {
        group.addTask {
          do throws(TransportError) {
            _ = try await client.send(HTTPRequest("GET", url))
            return nil
          } catch {
            return error.kind
          }
        }
      }
      return await group.reduce(into: Set<TransportError.Kind?>()) { $0.insert($1) }
    }
    #expect(kinds == [.cancelled])
  }

  @Test("shutting down fails what is under way and what comes later")
  func shutdown() async {
    let server = TestServer { _, connection in connection.waitForEnd() }
    defer { server.stop() }
    let client = HTTPClient()
    let url = server.url
    async let first = FailureTests.kind { () async throws(TransportError) in try await client.send(HTTPRequest("GET", url)) }
    #expect(await eventually { server.connections == 1 })
    client.shutdown()
    #expect(await first == .cancelled)
    #expect(await FailureTests.kind { () async throws(TransportError) in try await client.send(HTTPRequest("GET", url)) } == .cancelled)
  }

  static func kind(_ body: @Sendable () async throws(TransportError) -> HTTPResponse) async -> TransportError.Kind? {
    do throws(TransportError) {
      _ = try await body()
      return nil
    } catch {
      return error.kind
    }
  }
}
