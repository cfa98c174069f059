import Glibc
import Testing

@testable import Transport

/// Ends a connection from the server's side.
func shutdownBoth(_ descriptor: Int32) { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }

@Suite("streams")
struct StreamTests {
  @Test("the head comes before the body, pieces as they are sent, then the end")
  func pieces() async throws {
    let server = TestServer { _, connection in
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n")
      for word in ["one", "two", "three"] { connection.write("\(String(word.utf8.count, radix: 16))\r\n\(word)\r\n") }
      connection.write("0\r\n\r\n")
    }
    defer { server.stop() }
    let stream = try await HTTPClient().stream(HTTPRequest("GET", server.url, timeout: nil))
    #expect(stream.status == 200)
    #expect(stream.headers["x-a"] == "b")
    var text = ""
    for try await piece in stream { text += String(decoding: piece, as: UTF8.self) }
    #expect(text == "onetwothree")
    #expect(try await stream.next() == nil)
  }

  @Test("a stream that is open does not hold up requests, and ends when it is let go")
  func open() async throws {
    let server = TestServer { request, connection in
      if request.target == "/watch" {
        connection.write("HTTP/1.1 200 OK\r\n\r\nfirst")
        connection.waitForEnd()
      } else {
        connection.answer("200 OK", "fine")
      }
    }
    defer { server.stop() }
    let client = HTTPClient()
    do {
      let stream = try await client.stream(HTTPRequest("GET", server.url + "/watch", timeout: nil))
      #expect(try await stream.next() == Array("first".utf8))
      #expect(try await client.send(HTTPRequest("GET", server.url)).text == "fine")
    }
    #expect(await eventually { server.ended == 1 })
  }

  @Test("cancelling a reader ends the stream")
  func cancel() async throws {
    let server = TestServer { _, connection in
      connection.write("HTTP/1.1 200 OK\r\n\r\n")
      connection.waitForEnd()
    }
    defer { server.stop() }
    let stream = try await HTTPClient().stream(HTTPRequest("GET", server.url, timeout: nil))
    let task = Task { () -> TransportError.Kind? in
      do throws(TransportError) {
        _ = try await stream.next()
        return nil
      } catch {
        return error.kind
      }
    }
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(await eventually { server.ended == 1 })
  }

  /// Sends a body of 8 MB.
  static func flood(_ request: TestServer.Request, _ connection: TestServer.Connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(8 << 20)\r\n\r\n")
    for index in 0..<128 {
      if !connection.write([UInt8](repeating: UInt8(index), count: 65536)) { return }
    }
  }

  @Test("a reader that does not keep up fails, with no more buffered than allowed")
  func slow() async throws {
    let server = TestServer(StreamTests.flood)
    defer { server.stop() }
    let client = HTTPClient()
    let stream = try await client.stream(HTTPRequest("GET", server.url, timeout: nil), bufferBytes: 100_000)
    #expect(await eventually { client.statistics.failures == 1 })
    let first = try await stream.next()
    #expect((first?.count ?? 0) <= 100_000)
    await #expect(throws: TransportError(.slowConsumer, "the reader fell 100000 bytes behind", url: server.url)) { try await stream.next() }
  }

  @Test("a paused sender goes on when the reader does", arguments: [1000, 100_000])
  func pause(buffer: Int) async throws {
    let server = TestServer(StreamTests.flood)
    defer { server.stop() }
    let stream = try await HTTPClient().stream(
      HTTPRequest("GET", server.url, timeout: nil), bufferBytes: buffer, overflow: .pause)
    var count = 0
    var last: UInt8 = 0
    while let piece = try await stream.next() {
      count += piece.count
      last = piece.last ?? 0
    }
    #expect(count == 8 << 20)
    #expect(last == 127)
  }

  @Test("a blocking reader pulls what it has room for")
  func blocking() async throws {
    let server = TestServer(StreamTests.flood)
    defer { server.stop() }
    let client = HTTPClient()
    let pool = BlockingPool(name: "test", threads: 1)
    let url = server.url
    let pulled = try await pool.run { () throws(TransportError) -> Int in
      let stream = try client.openBlocking(HTTPRequest("POST", url, body: Array("want".utf8), timeout: nil), bufferBytes: 70_000)
      let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1777, alignment: 1)
      defer { room.deallocate() }
      var count = 0
      while true {
        let piece = try stream.read(into: room)
        if piece == 0 { return count }
        count += piece
      }
    }
    #expect(pulled == 8 << 20)
    let called = try await pool.run { () throws(TransportError) -> (Int, Int) in
      var pieces = 0
      let head = try client.streamBlocking(HTTPRequest("GET", url, timeout: nil)) { _ in
        pieces += 1
        return pieces < 3
      }
      return (pieces, head.status)
    }
    #expect(called == (3, 200))
  }

  @Test("a failure before the head is an error of opening")
  func noHead() async {
    let server = TestServer { _, connection in shutdownBoth(connection.descriptor) }
    defer { server.stop() }
    let url = server.url
    await #expect(throws: TransportError.self) { _ = try await HTTPClient().stream(HTTPRequest("GET", url)) }
    await #expect(throws: TransportError.self) {
      let client = HTTPClient()
      _ = try await BlockingPool(name: "test", threads: 1).run { () throws(TransportError) in
        try client.openBlocking(HTTPRequest("GET", url))
      }
    }
  }
}

@Suite("ownership")
struct OwnershipTests {
  @Test("letting go of a client ends its thread and frees everything")
  func release() async throws {
    let server = TestServer { _, connection in connection.answer("200 OK", "x") }
    defer { server.stop() }
    weak var mailbox: Mailbox?
    do {
      let client = HTTPClient()
      mailbox = client.mailbox
      _ = try await client.send(HTTPRequest("GET", server.url))
    }
    // The thread holds the mailbox, and its connections end with it.
    #expect(await eventually { mailbox == nil })
    #expect(await eventually { server.ended == 1 })
  }

  @Test("an open stream keeps its client alive")
  func streamHolds() async throws {
    let server = TestServer(StreamTests.flood)
    defer { server.stop() }
    let stream = try await HTTPClient().stream(HTTPRequest("GET", server.url, timeout: nil), overflow: .pause)
    #expect(try await stream.collect(maximumBytes: 9 << 20).count == 8 << 20)
    await #expect(throws: TransportError.self) {
      let stream = try await HTTPClient().stream(HTTPRequest("GET", server.url, timeout: nil), overflow: .pause)
      _ = try await stream.collect(maximumBytes: 1000)
    }
  }
}
