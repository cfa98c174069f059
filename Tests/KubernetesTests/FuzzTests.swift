import Document
import Testing

@testable import Kubernetes

/// Damaged input of every reader of this module: it may be refused, it may be read, but nothing else may happen.
@Suite("damaged input")
struct FuzzTests {
  /// The text with some of its bytes changed, doubled, or left out.
  static func damaged(_ text: String, _ random: inout WatchTests.Random) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<1 + random.next(below: 6) where !bytes.isEmpty {
      let position = random.next(below: bytes.count)
      switch random.next(below: 4) {
      case 0: bytes[position] = UInt8(random.next(below: 256))
      case 1: bytes.remove(at: position)
      case 2: bytes.insert(contentsOf: bytes[position...].prefix(1 + random.next(below: 20)), at: position)
      default: bytes.removeSubrange(position..<min(bytes.count, position + random.next(below: 30)))
      }
    }
    return bytes
  }

  static let credential =
    #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","expirationTimestamp":"2026-11-21T15:04:05Z","clientCertificateData":"c","clientKeyData":"k"}}"#
  static let discovery =
    #"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"a"},"versions":[{"version":"v1","resources":[{"resource":"widgets","responseKind":{"kind":"Widget"},"scope":"Namespaced","verbs":["get"],"subresources":[{"subresource":"status"}]}]}]}]}"#

  @Test("kubeconfigs, plugin outputs, discovery, lists, events, errors, rules", arguments: 1...40)
  func damage(seed: UInt64) {
    var random = WatchTests.Random(state: seed &* 7919)
    for _ in 0..<20 {
      var config = Kubeconfig()
      if (try? config.merge(FuzzTests.damaged(KubeconfigTests.basic, &random), file: "f")) != nil {
        for name in config.contexts.keys { _ = try? config.connection(context: name) }
      }
      _ = try? ExecProtocol.output(FuzzTests.damaged(FuzzTests.credential, &random), plugin: ExecPlugin(command: "x"))
      var discovery = Discovery()
      if let body = try? JSON.decode(FuzzTests.damaged(FuzzTests.discovery, &random)) {
        discovery.addAggregated(body)
        discovery.addLegacy(body, groupVersion: "a/v1")
        _ = AccessRules(body)
        _ = try? ListPage(body, of: Kinds.configMaps) { $0 }
      }
      #expect(discovery.resources.allSatisfy { !$0.plural.isEmpty && !$0.kind.isEmpty })
      var decoder = WatchTests.decoder()
      let events = decoder.decode(FuzzTests.damaged(WatchTests.text, &random))
      #expect(events.count <= 24)
      _ = TokenClaims.expiry(String(decoding: FuzzTests.damaged("e30.eyJleHAiOjE3OTUyNzM0NDV9.sig", &random), as: UTF8.self))
      let text = String(decoding: FuzzTests.damaged(#"Invalid value: "a\"b": no, got x"#, &random), as: UTF8.self)
      _ = Redaction.removeQuotedValues(from: text)
      _ = Redaction.removeSuspects(from: text)
      _ = Redaction.remove(["value", "b\": no"], from: text)
    }
  }
}
