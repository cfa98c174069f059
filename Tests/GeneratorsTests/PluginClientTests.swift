import Document
import Foundation
import Generators
import Synchronization
import Testing
import Transport

/// One answer for one request, on 127.0.0.1.
private final class OneAnswer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let received = Mutex("")

  var request: String { received.withLock { $0 } }

  init(_ answer: String) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, pointer, &length) == 0
      }
    }
    try #require(result)
    port = UInt16(bigEndian: address.sin_port)
    self.listener = listener
    Thread.detachNewThread { [self] in
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { return }
      var text = ""
      var buffer = [UInt8](repeating: 0, count: 4096)
      // The body of these tests ends in a line feed after its last brace.
      while !text.hasSuffix("}\n") {
        let count = recv(connection, &buffer, buffer.count, 0)
        if count <= 0 { break }
        text += String(decoding: buffer[..<count], as: UTF8.self)
      }
      received.withLock { $0 = text }
      _ = answer.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
      close(connection)
    }
  }

  deinit { close(listener) }
}

@Suite struct PluginClientTests {
  private static func query(_ port: UInt16) -> PluginQuery {
    PluginQuery(
      applicationSetName: "web", namespace: "argocd", baseURL: "http://127.0.0.1:\(port)/x", token: .init(secret: "s", key: "k"),
      timeoutSeconds: 5, parameters: ["a": "b"])
  }

  private static func ask(_ query: PluginQuery, token: String? = "t0ken") async -> ExternalAnswer {
    let http = HTTPClient(environment: [:])
    defer { http.shutdown() }
    let client = PluginClient(http: http) { namespace, reference in
      namespace == "argocd" && reference == .init(secret: "s", key: "k") ? token : nil
    }
    return await client.answer(.plugin(query))
  }

  @Test func asksOverHTTP() async throws {
    let body = "{\"output\":{\"parameters\":[{\"id\":\"a\"}]}}"
    let server = try OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
    let answer = await Self.ask(Self.query(server.port))
    #expect(answer == .plugin(PluginReply(parameters: [["id": "a"]])))
    let request = server.request
    #expect(request.hasPrefix("POST /x/api/v1/getparams.execute HTTP/1.1\r\n"))
    #expect(request.lowercased().contains("\r\nauthorization: bearer t0ken\r\n"))
    #expect(request.lowercased().contains("\r\ncontent-type: application/json\r\n"))
    #expect(request.hasSuffix("\r\n\r\n{\"applicationSetName\":\"web\",\"input\":{\"parameters\":{\"a\":\"b\"}}}\n"))
  }

  @Test func whatGoesWrongIsAFailure() async throws {
    let server = try OneAnswer("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy")
    #expect(await Self.ask(Self.query(server.port)) == .failed("error get api 'web': API error with status code 503: busy"))
    guard case .failed(let reason) = await Self.ask(Self.query(1)) else {
      Issue.record("nobody listens on port 1")
      return
    }
    #expect(reason.hasPrefix("error get api 'web': POST http://127.0.0.1:1/x/api/v1/getparams.execute: "))
    #expect(!reason.contains("t0ken"))
    #expect(
      await Self.ask(Self.query(1), token: nil)
        == .failed(
          "secret argocd/s has no key k, or cannot be read: the hub reads Secrets below the folder that --secrets names"))
  }
}
