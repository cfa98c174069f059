import Glibc
import Testing

@testable import Transport

@Suite("proxies and deadlines")
struct ProxyTests {
  static func failure(_ body: () async throws(TransportError) -> Void) async -> TransportError? {
    do throws(TransportError) {
      try await body()
      return nil
    } catch {
      return error
    }
  }

  @Test("a plain address through an http proxy and through SOCKS, from settings and from the environment")
  func plain() async throws {
    let server = TestServer(RequestTests.echoed)
    let proxy = TunnelProxy()
    defer {
      server.stop()
      proxy.stop()
    }
    // A name that only the proxy knows.
    let client = HTTPClient(environment: ["HTTP_PROXY": "socks5://127.0.0.1:\(proxy.port)", "NO_PROXY": "direct.test"])
    let url = "http://spoke.test:\(server.port)/x"
    #expect(try await client.send(HTTPRequest("GET", url)).text == "GET /x [] ")
    #expect(proxy.targets == ["SOCKS spoke.test:\(server.port)"])
    #expect(try await client.send(HTTPRequest("GET", url), settings: ConnectionSettings(proxy: proxy.url)).text == "proxy")
    #expect(proxy.targets.last == "GET \(url) [-]")
    // The settings' empty proxy means none, whatever the environment says.
    let direct = HTTPRequest("GET", "\(server.url)/y")
    #expect(try await client.send(direct, settings: ConnectionSettings(proxy: "")).text == "GET /y [] ")
    #expect(proxy.targets.count == 2)
  }

  @Test("a proxy that refuses, and one that is not there; its password stays unsaid")
  func refused() async {
    let proxy = TunnelProxy(refusal: "407 Proxy Authentication Required")
    defer { proxy.stop() }
    let closed = FailureTests.closedPort.number
    for (port, text) in [(proxy.port, "the proxy: CONNECT tunnel failed, response 407"), (closed, "failed to connect to 127.0.0.1 port")] {
      let settings = ConnectionSettings(proxy: "http://user:hunter2@127.0.0.1:\(port)")
      let error = await ProxyTests.failure { () async throws(TransportError) in
        _ = try await HTTPClient().send(HTTPRequest("POST", "https://spoke.test/x", body: [1]), settings: settings)
      }
      #expect(error?.kind == .connectionFailed, "\(String(describing: error))")
      #expect(error?.mayHaveReachedServer == false)
      #expect(error?.reason.hasPrefix(text) == true && error?.message.contains("hunter2") == false, "\(String(describing: error))")
    }
  }

  @Test("a stream whose head does not come is given up, though silence later on is allowed")
  func head() async throws {
    let server = TestServer { request, connection in
      if request.target == "/late" {
        connection.write("HTTP/1.1 200 OK\r\n\r\nfirst")
        usleep(2_300_000)
        connection.write("second")
        shutdownBoth(connection.descriptor)
      }
      connection.waitForEnd()
    }
    defer { server.stop() }
    let client = HTTPClient()
    var request = HTTPRequest("GET", server.url + "/never", timeout: nil)
    request.headTimeout = .seconds(1)
    request.idleTimeout = .seconds(300)
    let error = await ProxyTests.failure { [request] () async throws(TransportError) in _ = try await client.stream(request) }
    #expect(error?.kind == .timeout && error?.reason == "no answer within 1.0 seconds", "\(String(describing: error))")
    request.url = server.url + "/late"
    let stream = try await client.stream(request)
    #expect(try await stream.collect(maximumBytes: 100) == Array("firstsecond".utf8))
  }
}
