import ArgumentParser
import Document
import Transport

/// Where the hub is.
struct HubOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The hub's address; FLOTILLA_HUB where it is set.", valueName: "url"))
  var hub: String?

  func client(environment: [String: String]) -> HubClient {
    HubClient(address: hub ?? environment["FLOTILLA_HUB"] ?? "http://127.0.0.1:7780")
  }
}

/// Asks the hub over its HTTP API.
struct HubClient: Sendable {
  /// What the hub is called by.
  let address: String
  private let http = HTTPClient()

  init(address: String) {
    self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
  }

  func get(_ path: String, _ query: [(String, String)] = []) async throws -> Value {
    try await call("GET", path, query, nil)
  }

  func post(_ path: String, _ body: Value) async throws -> Value {
    try await call("POST", path, [], body)
  }

  private func call(_ method: String, _ path: String, _ query: [(String, String)], _ body: Value?) async throws -> Value {
    var url = address + path
    for (index, (key, value)) in query.enumerated() { url += (index == 0 ? "?" : "&") + key + "=" + PercentEncoding.encode(value) }
    let request = HTTPRequest(
      method, url, headers: [("Accept", "application/json"), ("Content-Type", "application/json")],
      body: body.map { JSON.encode($0) }, timeout: .seconds(30))
    let response: HTTPResponse
    do throws(TransportError) {
      response = try await http.send(request, settings: ConnectionSettings())
    } catch {
      throw CommandFailure(
        "no hub answers at \(address) (\(error.reason)): start one with `flotilla hub`, or name its address with --hub or FLOTILLA_HUB")
    }
    let answer = (try? JSON.decode(response.body)) ?? .null
    guard (200..<300).contains(response.status) else {
      throw CommandFailure(answer["message"]?.stringValue ?? "the hub at \(address) answered \(response.status) to \(method) \(path)")
    }
    return answer
  }
}

/// Escaping of text inside URLs.
enum PercentEncoding {
  static func encode(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        result.unicodeScalars.append("%")
        result.unicodeScalars.append(digits[Int(byte >> 4)])
        result.unicodeScalars.append(digits[Int(byte & 15)])
      }
    }
    return result
  }
}

/// A command that could not do what it was asked; the message is all that the user gets.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
