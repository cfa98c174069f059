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
  private let reserved = ReservedPort()
  private let process: pid_t

  /// Makes an authority, a certificate for `flotilla.test` and one for a client, and starts a server that asks for the latter when told.
  /// - Parameter certificateDays: how long the server's certificate is good; a negative number makes one that has run out
  init(verifyClient: Bool, certificateDays: Int = 2) throws {
    port = reserved.number
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("flotilla-tls-\(UUID().uuidString)").path
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -batch"
    let verify = verifyClient ? "--verify-client" : ""
    let script = """
      set -e
      mkdir -p '\(folder)/www'; cd '\(folder)'; exec >log 2>&1 </dev/null
      printf hello >www/index.html; printf '{"major":"1","gitVersion":"v1.36.0"}' >www/version; head -c 3145728 /dev/zero >www/big
      echo subjectAltName=DNS:flotilla.test >san; echo subjectAltName=IP:127.0.0.1 >san-proxy
      openssl req -x509 \(key) -keyout ca.key -out ca.pem -days 2 -subj /CN=authority
      openssl req -x509 \(key) -keyout other.key -out other.pem -days 2 -subj /CN=stranger
      for name in server client proxy; do
        openssl req \(key) -keyout $name.key -out $name.csr -subj /CN=$name
        openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $name.pem -days \(certificateDays) -extfile $(test $name = proxy && echo san-proxy || echo san)
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

  /// Stops or continues the server's process: its connections stay open, but nothing answers.
  func freeze(_ frozen: Bool) { kill(process, frozen ? SIGSTOP : SIGCONT) }

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
