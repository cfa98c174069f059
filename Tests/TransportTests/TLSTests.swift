import Foundation
import Glibc
import Testing

@testable import Transport

/// An HTTP/2 server with certificates of its own: `nghttpd` and `openssl` from the system.
final class TLSFixture: Sendable {
  static let tools = ["/usr/sbin/nghttpd", "/usr/bin/nghttpd"].first { FileManager.default.isExecutableFile(atPath: $0) }
  static let openssl = ["/usr/bin/openssl"].first { FileManager.default.isExecutableFile(atPath: $0) }
  static var isAvailable: Bool { tools != nil && openssl != nil }

  let folder: String
  let port: Int
  private let process: pid_t

  /// Makes an authority, a certificate for `flotilla.test` and one for a client, and starts a server that asks for the latter when told.
  /// - Parameter certificateDays: how long the server's certificate is good; a negative number makes one that has run out
  init(verifyClient: Bool, certificateDays: Int = 2) throws {
    // A port that was free a moment ago.
    let probe = TestServer { _, _ in }
    port = probe.port
    probe.stop()
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("flotilla-tls-\(UUID().uuidString)").path
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -batch"
    let verify = verifyClient ? "--verify-client" : ""
    let script = """
      set -e
      mkdir -p '\(folder)/www'; cd '\(folder)'; exec >log 2>&1 </dev/null
      printf hello >www/index.html; head -c 3145728 /dev/zero >www/big
      echo subjectAltName=DNS:flotilla.test >san
      openssl req -x509 \(key) -keyout ca.key -out ca.pem -days 2 -subj /CN=authority
      openssl req -x509 \(key) -keyout other.key -out other.pem -days 2 -subj /CN=stranger
      for name in server client; do
        openssl req \(key) -keyout $name.key -out $name.csr -subj /CN=$name
        openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $name.pem -days \(certificateDays) -extfile san
      done
      exec \(TLSFixture.tools ?? "false") \(verify) -a 127.0.0.1 -d www \(port) server.key server.pem
      """
    // Not Foundation's Process: waiting for one blocks a thread of Swift's pool.
    let words: [String] = ["/bin/sh", "-c", script]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var process: pid_t = 0
    posix_spawn(&process, "/bin/sh", nil, nil, &arguments, &environment)
    for argument in arguments { free(argument) }
    self.process = process
  }

  deinit {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    try? FileManager.default.removeItem(atPath: folder)
  }

  func pem(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))) }

  var url: String { "https://127.0.0.1:\(port)" }

  /// Waits until the server listens.
  func ready(_ client: HTTPClient) async -> Bool {
    for _ in 0..<1000 {
      do throws(TransportError) {
        _ = try await client.send(HTTPRequest("GET", url), settings: ConnectionSettings(insecureSkipVerify: true))
        return true
      } catch {
        if error.kind != .connectionFailed { return true }
        try? await Task.sleep(for: .milliseconds(10))
      }
    }
    return false
  }
}

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
