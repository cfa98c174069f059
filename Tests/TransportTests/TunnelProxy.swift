import Glibc
import Synchronization

@testable import Transport

/// A proxy on 127.0.0.1 that speaks CONNECT and SOCKS 5 and leads every tunnel to where it is asked to, or refuses it.
final class TunnelProxy: Sendable {
  let port: Int
  private let listener: Int32
  private let seen = Mutex<[String]>([])
  private let refusal: String?

  var targets: [String] { seen.withLock { $0 } }
  var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameter refusal: what to answer instead of opening a tunnel
  init(refusal: String? = nil) {
    self.refusal = refusal
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = TunnelProxy.loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(listener, pointer, length)
        _ = listen(listener, 16)
        _ = getsockname(listener, pointer, &length)
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    self.listener = listener
    thread { [self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        if descriptor < 0 { return }
        thread { self.serve(descriptor) }
      }
    }
  }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
  }

  private func serve(_ client: Int32) {
    defer { close(client) }
    guard let first = receive(client, 1).first else { return }
    guard let target = first == 5 ? greetSOCKS(client) : greetCONNECT(client, first) else { return }
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(server) }
    var address = TunnelProxy.loopback(target)
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard connected == 0 else { return }
    reply(client, first == 5 ? [5, 0, 0, 1, 127, 0, 0, 1, 0, 0] : Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
    relay(client, server)
  }

  private func greetCONNECT(_ client: Int32, _ first: UInt8) -> UInt16? {
    var head = [first]
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
      let byte = receive(client, 1)
      if byte.isEmpty { return nil }
      head += byte
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    let authorization = lines.first { $0.lowercased().hasPrefix("proxy-authorization: ") }?.dropFirst(21) ?? "-"
    seen.withLock { $0.append("\(words[0]) \(words[1]) [\(authorization)]") }
    if let refusal {
      reply(client, Array("HTTP/1.1 \(refusal)\r\nContent-Length: 0\r\n\r\n".utf8))
      return nil
    }
    // A plain request for an http address: there is no tunnel to make.
    guard words[0] == "CONNECT" else {
      reply(client, Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy".utf8))
      return nil
    }
    return words[1].split(separator: ":").last.flatMap { UInt16($0) }
  }

  private func greetSOCKS(_ client: Int32) -> UInt16? {
    let methods = receive(client, Int(receive(client, 1).first ?? 0))
    guard methods.contains(0) else { return nil }
    reply(client, [5, 0])
    let request = receive(client, 4)
    guard request.count == 4, request[1] == 1 else { return nil }
    let host: String
    switch request[3] {
    case 1: host = receive(client, 4).map { "\($0)" }.joined(separator: ".")
    case 3: host = String(decoding: receive(client, Int(receive(client, 1).first ?? 0)), as: UTF8.self)
    default: return nil
    }
    let port = receive(client, 2)
    guard port.count == 2 else { return nil }
    let number = UInt16(port[0]) << 8 | UInt16(port[1])
    seen.withLock { $0.append("SOCKS \(host):\(number)") }
    return number
  }

  private func receive(_ descriptor: Int32, _ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    while result.count < count {
      var piece = [UInt8](repeating: 0, count: count - result.count)
      let got = recv(descriptor, &piece, piece.count, 0)
      if got <= 0 { return [] }
      result += piece[..<got]
    }
    return result
  }

  private func reply(_ descriptor: Int32, _ bytes: [UInt8]) { _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

  private func relay(_ one: Int32, _ other: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      var descriptors = [pollfd(fd: one, events: Int16(POLLIN), revents: 0), pollfd(fd: other, events: Int16(POLLIN), revents: 0)]
      guard poll(&descriptors, 2, 10_000) > 0 else { return }
      for (index, (from, to)) in [(one, other), (other, one)].enumerated() where descriptors[index].revents != 0 {
        let count = recv(from, &buffer, buffer.count, 0)
        if count <= 0 { return }
        var sent = 0
        while sent < count {
          let part = buffer.withUnsafeBytes { send(to, $0.baseAddress?.advanced(by: sent), count - sent, Int32(MSG_NOSIGNAL)) }
          if part <= 0 { return }
          sent += part
        }
      }
    }
  }
}
