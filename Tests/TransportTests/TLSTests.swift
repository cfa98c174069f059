import Testing

@testable import Transport

@Suite("TLS and HTTP/2", .enabled(if: TLSFixture.isAvailable, "needs nghttpd (package nghttp2-server) and openssl"), .serialized)
struct TLSTests {
  @Test("many requests and streams share two HTTP/2 connections, verified under another name")
  func multiplex() async throws {
    let fixture = try TLSFixture(verifyClient: false)
    let client = HTTPClient()
    #expect(await fixture.ready(HTTPClient()))
    let settings = ConnectionSettings(caPEM: try fixture.pem("ca.pem"), serverName: "flotilla.test")
    let url = fixture.url
    let texts = await withTaskGroup(of: String.self) { group in
      for _ in 0..<80 {
        group.addTask {
          do throws(TransportError) {
            return try await client.send(HTTPRequest("GET", url + "/index.html"), settings: settings).text
          } catch {
            return error.message
          }
        }
      }
      return await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(texts == ["hello"])
    #expect(client.statistics.connectionsOpened == 1)
    let stream = try await client.stream(HTTPRequest("GET", url + "/big"), settings: settings, overflow: .fail)
    #expect(try await stream.collect(maximumBytes: 4 << 20).count == 3 << 20)
    #expect(client.statistics.connectionsOpened == 2)
  }

  @Test("a connection on which nothing answers is not used again")
  func frozen() async throws {
    let fixture = try TLSFixture(verifyClient: false)
    let client = HTTPClient()
    #expect(await fixture.ready(HTTPClient()))
    let settings = ConnectionSettings(caPEM: try fixture.pem("ca.pem"), serverName: "flotilla.test")
    var request = HTTPRequest("GET", fixture.url + "/index.html")
    for _ in 0..<3 { #expect(try await client.send(request, settings: settings).status == 200) }
    #expect(client.statistics.connectionsOpened == 1)
    fixture.freeze(true)
    request.timeout = .milliseconds(200)
    let error = await ProxyTests.failure { [request] () async throws(TransportError) in
      _ = try await client.send(request, settings: settings)
    }
    #expect(error?.kind == .timeout && error?.mayHaveReachedServer == true, "\(String(describing: error))")
    fixture.freeze(false)
    request.timeout = .seconds(10)
    #expect(try await client.send(request, settings: settings).text == "hello")
    #expect(client.statistics.connectionsOpened == 2)
    #expect(try await client.send(request, settings: settings).text == "hello")
    #expect(client.statistics.connectionsOpened == 2)
  }

  @Test("a certificate that has run out")
  func expired() async throws {
    let fixture = try TLSFixture(verifyClient: false, certificateDays: -1)
    let client = HTTPClient()
    #expect(await fixture.ready(client))
    let settings = ConnectionSettings(caPEM: try fixture.pem("ca.pem"), serverName: "flotilla.test")
    let error = await ProxyTests.failure { () async throws(TransportError) in
      _ = try await client.send(HTTPRequest("GET", fixture.url), settings: settings)
    }
    #expect(error?.kind == .tls && error?.certificate == .expired, "\(String(describing: error))")
    #expect(error?.mayHaveReachedServer == false)
  }

  @Test("through a proxy: the tunnel ends at the server that is verified")
  func tunnel() async throws {
    let fixture = try TLSFixture(verifyClient: false)
    #expect(await fixture.ready(HTTPClient()))
    let proxy = TunnelProxy()
    defer { proxy.stop() }
    let client = HTTPClient()
    var settings = ConnectionSettings(
      caPEM: try fixture.pem("ca.pem"), serverName: "flotilla.test", proxy: "http://me:pass@127.0.0.1:\(proxy.port)")
    #expect(try await client.send(HTTPRequest("GET", fixture.url + "/index.html"), settings: settings).text == "hello")
    #expect(proxy.targets == ["CONNECT 127.0.0.1:\(fixture.port) [Basic bWU6cGFzcw==]"])
    settings.proxy = "socks5://127.0.0.1:\(proxy.port)"
    #expect(try await client.send(HTTPRequest("GET", fixture.url + "/index.html"), settings: settings).text == "hello")
    #expect(proxy.targets.count == 2 && proxy.targets.last == "SOCKS 127.0.0.1:\(fixture.port)")
    settings.caPEM = try fixture.pem("other.pem")
    let error = await ProxyTests.failure { () async throws(TransportError) in
      _ = try await client.send(HTTPRequest("GET", fixture.url), settings: settings)
    }
    #expect(error?.certificate == .unknownAuthority)
  }

  @Test("a proxy that itself speaks TLS", .enabled(if: TLSProxy.isAvailable, "needs python3"))
  func tlsProxy() async throws {
    let fixture = try TLSFixture(verifyClient: false)
    #expect(await fixture.ready(HTTPClient()))
    let proxy = TLSProxy(fixture)
    let client = HTTPClient()
    var settings = ConnectionSettings(caPEM: try fixture.pem("ca.pem"), serverName: "flotilla.test", proxy: proxy.url)
    #expect(await proxy.ready())
    #expect(try await client.send(HTTPRequest("GET", fixture.url + "/index.html"), settings: settings).text == "hello")
    settings.caPEM = try fixture.pem("other.pem")
    let error = await ProxyTests.failure { [settings] () async throws(TransportError) in
      _ = try await client.send(HTTPRequest("GET", fixture.url), settings: settings)
    }
    #expect(error?.kind == .tls && error?.mayHaveReachedServer == false, "\(String(describing: error))")
  }

  @Test("trust: unknown authority, wrong name, no verification")
  func trust() async throws {
    let fixture = try TLSFixture(verifyClient: false)
    let client = HTTPClient()
    #expect(await fixture.ready(client))
    let authority = try fixture.pem("ca.pem")
    let cases: [(ConnectionSettings, TransportError.Kind?, TransportError.CertificateProblem?)] = [
      (ConnectionSettings(caPEM: authority, serverName: "flotilla.test"), nil, nil),
      (ConnectionSettings(caPEM: authority, serverName: "other.test"), .tls, .wrongHost),
      (ConnectionSettings(caPEM: authority), .tls, .wrongHost),
      (ConnectionSettings(caPEM: try fixture.pem("other.pem"), serverName: "flotilla.test"), .tls, .unknownAuthority),
      (ConnectionSettings(serverName: "flotilla.test"), .tls, .unknownAuthority),
      (ConnectionSettings(insecureSkipVerify: true), nil, nil),
      (ConnectionSettings(caPEM: authority, serverName: "flotilla.test/../"), .invalidRequest, nil),
    ]
    for (settings, expected, problem) in cases {
      let url = fixture.url
      let error = await ProxyTests.failure { () async throws(TransportError) in
        _ = try await client.send(HTTPRequest("GET", url), settings: settings)
      }
      #expect(error?.kind == expected && error?.certificate == problem, "\(settings): \(String(describing: error))")
    }
  }

  @Test("client certificates from memory")
  func clientCertificate() async throws {
    let fixture = try TLSFixture(verifyClient: true)
    let client = HTTPClient()
    #expect(await fixture.ready(client))
    let authority = try fixture.pem("ca.pem")
    let url = fixture.url
    func send(_ certificate: [UInt8]?, _ key: [UInt8]?) async throws(TransportError) -> Int {
      let settings = ConnectionSettings(
        caPEM: authority, clientCertificatePEM: certificate, clientKeyPEM: key, serverName: "flotilla.test")
      return try await client.send(HTTPRequest("GET", url + "/index.html"), settings: settings).status
    }
    let certificate = try fixture.pem("client.pem")
    let key = try fixture.pem("client.key")
    #expect(try await send(certificate, key) == 200)
    #expect(try await send(certificate + key, nil) == 200)
    let without = await ProxyTests.failure { () async throws(TransportError) in _ = try await send(nil, nil) }
    // The server's alert and the end of its connection race with what we still send.
    #expect(without?.certificate == .clientCertificate || without?.kind == .connectionLost, "\(String(describing: without))")
    let wrong = try fixture.pem("server.key")
    await #expect(throws: TransportError.self) { _ = try await send(certificate, wrong) }
    await #expect(throws: TransportError.self) { _ = try await send(Array("no PEM".utf8), key) }
  }
}
