import Document
import Testing

@testable import Simulator

/// Bodies in protobuf, as kubectl sends them.
struct ProtobufTests {
  /// Writes messages by hand: field numbers with numbers, texts or messages.
  indirect enum Part {
    case number(UInt64, UInt64)
    case text(UInt64, String)
    case message(UInt64, [Part])

    var bytes: [UInt8] {
      switch self {
      case .number(let field, let value): Part.varint(field << 3) + Part.varint(value)
      case .text(let field, let text): Part.varint(field << 3 | 2) + Part.varint(UInt64(text.utf8.count)) + Array(text.utf8)
      case .message(let field, let parts): Part.wrapped(field, parts.flatMap(\.bytes))
      }
    }

    static func wrapped(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] { varint(field << 3 | 2) + varint(UInt64(bytes.count)) + bytes }

    static func varint(_ number: UInt64) -> [UInt8] {
      number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7f) | 0x80] + varint(number >> 7)
    }
  }

  static func body(_ apiVersion: String, _ kind: String, _ parts: [Part]) -> [UInt8] {
    let type: [Part] = [.text(1, apiVersion), .text(2, kind)]
    return [0x6b, 0x38, 0x73, 0] + Part.wrapped(1, type.flatMap(\.bytes)) + Part.wrapped(2, parts.flatMap(\.bytes))
  }

  private static let metadata = Part.message(
    1, [.text(1, "a"), .text(3, "shop"), .message(8, []), .message(11, [.text(1, "k"), .text(2, "v")])])

  static let bodies: [(apiVersion: String, kind: String, parts: [Part], value: Value)] = [
    (
      "v1", "ConfigMap", [metadata, .message(2, [.text(1, "colour"), .text(2, "red")]), .message(2, [.text(1, "empty")])],
      ["metadata": ["name": "a", "namespace": "shop", "labels": ["k": "v"]], "data": ["colour": "red", "empty": ""]]
    ),
    (
      "v1", "Secret", [.message(2, [.text(1, "key"), .text(2, "hi")]), .text(3, "Opaque")],
      ["data": ["key": "aGk="], "type": "Opaque"]
    ),
    (
      "apps/v1", "Deployment",
      [
        .message(
          2,
          [
            .number(1, 3),
            .message(
              3,
              [
                .message(
                  2,
                  [
                    .message(
                      2, [.text(1, "c"), .text(2, "x:1"), .message(8, [.message(2, [.text(1, "cpu"), .message(2, [.text(1, "100m")])])])]),
                    .message(1, [.text(1, "v"), .message(2, [.message(2, [])])]),
                  ])
              ]), .message(4, [.text(1, "RollingUpdate"), .message(2, [.message(1, [.number(1, 1), .text(3, "25%")])])]),
          ])
      ],
      [
        "spec": [
          "replicas": 3,
          "template": [
            "spec": [
              "containers": [["name": "c", "image": "x:1", "resources": ["requests": ["cpu": "100m"]]]],
              // What Go holds as an embedded structure stands beside the name in JSON.
              "volumes": [["name": "v", "emptyDir": [:]]],
            ]
          ], "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": "25%"]],
        ]
      ]
    ),
    (
      "authorization.k8s.io/v1", "SelfSubjectAccessReview",
      [.message(2, [.message(1, [.text(1, "shop"), .text(2, "create"), .text(5, "pods")])])],
      ["spec": ["resourceAttributes": ["namespace": "shop", "verb": "create", "resource": "pods"]]]
    ),
    (
      "meta.k8s.io/v1", "DeleteOptions", [.number(1, 0), .text(4, "Foreground")],
      ["gracePeriodSeconds": 0, "propagationPolicy": "Foreground"]
    ),
    // Fields that this version does not know are passed over, as by a server.
    ("v1", "ConfigMap", [.text(900, "new"), .number(901, 7)], [:]),
  ]

  @Test(arguments: bodies.indices)
  func reads(_ index: Int) throws {
    let row = ProtobufTests.bodies[index]
    var expected = row.value
    expected["apiVersion"] = .string(row.apiVersion)
    expected["kind"] = .string(row.kind)
    #expect(try ProtobufBody.decode(ProtobufTests.body(row.apiVersion, row.kind, row.parts)) == expected)
  }

  @Test func createsFromProtobuf() throws {
    var cluster = SimulatedCluster(at: SimulatedTime(milliseconds: 1_700_000_000_000))
    let body = ProtobufTests.body(
      "v1", "Namespace", [.message(1, [.text(1, "made"), .text(2, ""), .message(8, [])]), .message(2, []), .message(3, [.text(1, "")])])
    let request = APIRequest(method: "POST", target: "/api/v1/namespaces", headers: ["content-type": ProtobufBody.mediaType], body: body)
    #expect(cluster.handle(request, at: SimulatedTime(milliseconds: 1_700_000_000_000)).status == 201)
    #expect(cluster.object(group: "", plural: "namespaces", name: "made")?[at: "status", "phase"] == "Active")
  }

  /// No body makes the reader fail in any other way than by its error, however it is cut or changed.
  @Test func survivesAnything() {
    var random = RandomSource(seed: 7)
    for row in ProtobufTests.bodies {
      let whole = ProtobufTests.body(row.apiVersion, row.kind, row.parts)
      for length in 0..<whole.count { _ = try? ProtobufBody.decode(Array(whole.prefix(length))) }
      for _ in 0..<200 {
        var changed = whole
        changed[Int(random.next() % UInt64(whole.count))] = UInt8(truncatingIfNeeded: random.next())
        _ = try? ProtobufBody.decode(changed)
      }
    }
    #expect(throws: DocumentError.self) { try ProtobufBody.decode(ProtobufTests.body("x.example/v1", "Boat", [])) }
  }
}
