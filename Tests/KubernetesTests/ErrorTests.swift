import Document
import Testing
import Transport

@testable import Kubernetes

@Suite("errors")
struct ErrorTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var status: Int
    var body: String
    var text: String
    var check: @Sendable (KubernetesError) -> Bool
    var testDescription: String { text }
  }

  static func status(_ code: Int, _ reason: String, _ message: String, details: String = "{}") -> String {
    #"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"\#(message)","reason":"\#(reason)","details":\#(details),"code":\#(code)}"#
  }

  static let rows: [Row] = [
    Row(
      status: 404, body: status(404, "NotFound", #"configmaps \"a\" not found"#, details: #"{"name":"a","kind":"configmaps"}"#),
      text: #"cluster east: get ConfigMap: configmaps "a" not found (404 NotFound)"#
    ) { $0.isNotFound && !$0.isRetryable && $0.objectName == "a" },
    Row(status: 404, body: "404 page not found\n", text: "cluster east: get ConfigMap: 404 page not found (404)") {
      $0.isNotFound && $0.objectName == nil
    },
    Row(status: 409, body: status(409, "Conflict", "modified"), text: "cluster east: get ConfigMap: modified (409 Conflict)") {
      $0.isConflict && !$0.isRetryable
    },
    Row(status: 409, body: status(409, "AlreadyExists", "there"), text: "cluster east: get ConfigMap: there (409 AlreadyExists)") {
      !$0.isConflict && $0.isAlreadyExists
    },
    Row(status: 410, body: status(410, "Expired", "too old"), text: "cluster east: get ConfigMap: too old (410 Expired)") { $0.isGone },
    Row(
      status: 401, body: status(401, "Unauthorized", "Unauthorized"),
      text: "cluster east: get ConfigMap: the server does not accept the credentials (401 Unauthorized)"
    ) { $0.isUnauthorized },
    Row(status: 403, body: status(403, "Forbidden", "no"), text: "cluster east: get ConfigMap: no (403 Forbidden)") { $0.isForbidden },
    Row(
      status: 429, body: status(429, "TooManyRequests", "wait", details: #"{"retryAfterSeconds":7}"#),
      text: "cluster east: get ConfigMap: wait (429 TooManyRequests)"
    ) { $0.isRetryable && $0.retryAfter == .seconds(7) },
    Row(
      status: 500, body: #"{"kind":"Status","message":"expected string","code":500}"#,
      text: "cluster east: get ConfigMap: expected string (500)"
    ) {
      !$0.isRetryable
    },
    Row(status: 503, body: "service unavailable", text: "cluster east: get ConfigMap: service unavailable (503)") { $0.isRetryable },
    Row(status: 502, body: "", text: "cluster east: get ConfigMap: the server answered without an explanation (502)") { $0.isRetryable },
    Row(
      status: 409,
      body: status(
        409, "Conflict", "Apply failed",
        details: #"{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl\"","field":".data.a"}]}"#),
      text: "cluster east: get ConfigMap: Apply failed (409 Conflict)"
    ) {
      $0.conflictingFields == [
        KubernetesError.Cause(reason: "FieldManagerConflict", message: #"conflict with "kubectl""#, field: ".data.a")
      ]
    },
  ]

  @Test("answers with an error status", arguments: rows)
  func answers(_ row: Row) {
    let error = KubernetesError(
      HTTPResponse(status: row.status, body: Array(row.body.utf8)), operation: "get ConfigMap", cluster: "east")
    #expect(error.description == row.text + (error.advice.map { ": \($0)" } ?? ""))
    #expect(row.check(error))
  }

  @Test("no answer: the host is named")
  func unreachable() {
    let error = KubernetesError(
      TransportError(.timeout, "no connection within 10.0 seconds", url: "https://u:p@east.example:6443/api?x=1"), operation: "get it",
      cluster: "east")
    #expect(error.description.hasPrefix("cluster east: get it: east.example:6443: no connection within 10.0 seconds: the server, or"))
    #expect(error.isUnreachable && error.isRetryable)
  }

  @Test("every recorded refusal is read", .enabled(if: Recordings.folder != nil, "needs the recordings"))
  func recorded() throws {
    var count = 0
    for name in ["02-crud", "03-apply", "04-list", "05-watch", "06-deletion", "07-crd", "08-errors-and-auth"] {
      for exchange in try Recordings.read(name)
      where exchange.status >= 400 && exchange.contentType == "application/json" && !exchange.body.isEmpty {
        let error = KubernetesError(
          HTTPResponse(status: exchange.status, body: Array(exchange.body.utf8)), operation: "x", cluster: "c")
        count += 1
        #expect(!error.message.isEmpty && error.status == exchange.status, "\(name):\(exchange.line)")
        #expect(error.reason != nil || exchange.status == 500, "\(name):\(exchange.line)")
      }
    }
    #expect(count > 100)
  }

  @Test(
    "warning headers",
    arguments: [
      (#"299 - "unknown field \"spec.x\"""#, #"unknown field "spec.x""#), (#"299 kube "a" "date""#, "a"), ("nonsense", nil),
    ] as [(String, String?)])
  func warnings(_ header: String, _ text: String?) { #expect(WarningHeader.text(header) == text) }
}
