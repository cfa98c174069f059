import Foundation
import Glibc

@testable import Transport

/// A proxy that speaks TLS itself, with a certificate of a fixture's authority: a few lines of Python, where there is one.
final class TLSProxy: Sendable {
  static let python = ["/usr/bin/python3"].first { FileManager.default.isExecutableFile(atPath: $0) }
  static var isAvailable: Bool { python != nil }

  let port: Int
  private let reserved = ReservedPort()
  private let process: pid_t

  init(_ fixture: TLSFixture) {
    port = reserved.number
    let script = """
      import select, socket, ssl, threading
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain('proxy.pem', 'proxy.key')
      listener = socket.create_server(('127.0.0.1', \(port)))
      def serve(plain):
        try:
          client = context.wrap_socket(plain, server_side=True)
          head = b''
          while b'\\r\\n\\r\\n' not in head: head += client.recv(1)
          host, port = head.split()[1].rsplit(b':', 1)
          server = socket.create_connection((host.decode(), int(port)))
          client.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\n')
          while True:
            ready = [client] if client.pending() else select.select([client, server], [], [])[0]
            for one in ready:
              data = one.recv(65536)
              if not data: return
              (server if one is client else client).sendall(data)
        except (OSError, IndexError): pass
        finally: plain.close()
      while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
      """
    let words = [TLSProxy.python ?? "false", "-c", "import os; os.chdir('\(fixture.folder)')\n" + script]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var process: pid_t = 0
    posix_spawn(&process, words[0], nil, nil, &arguments, &environment)
    for argument in arguments { free(argument) }
    self.process = process
  }

  deinit {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  var url: String { "https://127.0.0.1:\(port)" }

  /// Waits until it listens.
  func ready() async -> Bool {
    for _ in 0..<500 {
      let error = await ProxyTests.failure { () async throws(TransportError) in
        _ = try await HTTPClient().send(HTTPRequest("GET", url))
      }
      if error?.kind != .connectionFailed { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}
