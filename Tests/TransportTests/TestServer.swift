import Glibc
import Synchronization

/// A plain HTTP/1.1 server on 127.0.0.1 with blocking sockets: a thread per connection, answers given by a closure.
final class TestServer: Sendable {
  struct Request: Sendable {
    var method: String
    var target: String
    var headers: [String: String]
    var body: [UInt8]
  }

  /// What a handler writes with.
  struct Connection {
    let descriptor: Int32

    /// Writes bytes; false once the client is gone.
    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL)) }
        if count <= 0 { return false }
        sent += count
      }
      return true
    }

    func answer(_ status: String, headers: [String] = [], body: [UInt8]) {
      let head = (["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers + ["", ""]).joined(separator: "\r\n")
      write(Array(head.utf8) + body)
    }

    func answer(_ status: String = "200 OK", headers: [String] = [], _ body: String = "") {
      answer(status, headers: headers, body: Array(body.utf8))
    }

    /// Breaks the connection off at once, as a host that restarts does.
    func reset() {
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
      shutdown(descriptor, Int32(SHUT_RD))
    }

    /// Waits until the client hangs up.
    func waitForEnd() {
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) > 0 {}
    }
  }

  typealias Handler = @Sendable (Request, Connection) -> Void

  let port: Int
  private let listener: Int32
  private let open = Mutex<(connections: Int, ended: Int)>((0, 0))

  var connections: Int { open.withLock { $0.connections } }
  var ended: Int { open.withLock { $0.ended } }
  var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameter port: a port to listen on again; 0 takes a free one
  init(port: Int = 0, _ handler: @escaping Handler) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_port = UInt16(port).bigEndian
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(listener, pointer, length)
        _ = listen(listener, 64)
        _ = getsockname(listener, pointer, &length)
      }
    }
    self.port = Int(UInt16(bigEndian: address.sin_port))
    self.listener = listener
    thread { [self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        if descriptor < 0 { return }
        open.withLock { $0.connections += 1 }
        thread {
          self.serve(descriptor, handler)
          close(descriptor)
          self.open.withLock { $0.ended += 1 }
        }
      }
    }
  }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve(_ descriptor: Int32, _ handler: Handler) {
    var buffer: [UInt8] = []
    while let request = TestServer.read(descriptor, &buffer) { handler(request, Connection(descriptor: descriptor)) }
  }

  private static func read(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Request? {
    func more() -> Bool {
      var piece = [UInt8](repeating: 0, count: 65536)
      let count = recv(descriptor, &piece, piece.count, 0)
      if count <= 0 { return false }
      buffer += piece[..<count]
      return true
    }
    var end: Int?
    while end == nil {
      end = buffer.indices.first { $0 + 3 < buffer.count && buffer[$0..<$0 + 4] == [13, 10, 13, 10] }
      if end == nil && !more() { return nil }
    }
    guard let end else { return nil }
    let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
    buffer.removeFirst(end + 4)
    let words = (lines.first ?? "").split(separator: " ")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = String((parts.count > 1 ? parts[1] : "").drop { $0 == " " })
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while buffer.count < length { if !more() { return nil } }
    let body = Array(buffer[..<length])
    buffer.removeFirst(length)
    return Request(method: String(words.first ?? ""), target: String(words.dropFirst().first ?? ""), headers: headers, body: body)
  }
}

/// A port of 127.0.0.1 that nobody listens on and that nobody else is given, as long as this lives. A server that is told the port and sets
/// `SO_REUSEADDR` can listen on it.
final class ReservedPort: Sendable {
  let number: Int
  private let descriptor: Int32

  init() {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(descriptor, pointer, length)
        _ = getsockname(descriptor, pointer, &length)
      }
    }
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }
}

/// Starts a thread for a test.
func thread(_ run: @escaping @Sendable () -> Void) {
  final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var handle = pthread_t()
  pthread_create(
    &handle, nil,
    { raw in
      if let raw { Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run() }
      return nil
    }, Unmanaged.passRetained(Body(run)).toOpaque())
  pthread_detach(handle)
}

/// Waits for something that another thread will bring about; false after ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
  for _ in 0..<1000 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return condition()
}
