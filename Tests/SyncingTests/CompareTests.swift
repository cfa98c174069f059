import Document
import Testing

@testable import Syncing

private let applies: [(note: String, manifest: Value, answer: Value)] = recordedApplies.split(separator: "\n").compactMap { line in
  guard let parts = (try? JSON.decode(String(line)))?.arrayValue, parts.count == 3 else { return nil }
  return (parts[0].stringValue ?? "", parts[1], parts[2])
}

@Test func whatWasJustAppliedIsSynced() {
  #expect(applies.count == 112)
  for (note, manifest, answer) in applies {
    guard case .success(let normal) = DesiredSet.normalise(manifest, namespace: "t", scopes: Scopes()) else {
      Issue.record("\(note): refused")
      continue
    }
    let differences = Comparison.differences(desired: normal.manifest, live: answer)
    // Recorded before, with stringData: the next apply of data takes the key over.
    if note.hasPrefix("another key in stringData") { continue }
    #expect(differences.isEmpty, "\(note)")
  }
}

/// Whatever one wanted field is changed to, the recorded answers differ from it.
@Test func everyChangeOfAWantedFieldIsSeen() {
  var missed: [String] = []
  for (note, manifest, answer) in applies {
    guard let leaf = firstLeaf(manifest["spec"] ?? manifest["data"] ?? .null) else { continue }
    let top = manifest["spec"] != nil ? "spec" : "data"
    var changed = manifest
    changed[[top] + leaf] = "changed by a test"
    if Comparison.differences(desired: changed, live: answer).isEmpty { missed.append("\(note): \(leaf)") }
  }
  #expect(missed == [])
}

private func firstLeaf(_ value: Value) -> [String]? {
  guard case .object(let object) = value else { return nil }
  for member in object.members {
    switch member.value {
    case .string(let text) where !text.isEmpty: return [member.key]
    case .object: if let rest = firstLeaf(member.value) { return [member.key] + rest }
    default: continue
    }
  }
  return nil
}

struct CompareCase: Sendable, CustomTestStringConvertible {
  let name: String
  let wanted: String
  let live: String
  let expected: [String]
  var testDescription: String { name }

  init(_ name: String, _ wanted: String, _ live: String, _ expected: [String]) {
    self.name = name
    self.wanted = wanted
    self.live = live
    self.expected = expected
  }
}

private let account = "metadata: {managedFields: [{manager: flotilla, operation: Apply, apiVersion: %V, fieldsV1: %F}]}"

@Test(arguments: [
  CompareCase(
    "defaults of the server", "{kind: Service, apiVersion: v1, spec: {ports: [{port: 80}]}}",
    "{spec: {type: ClusterIP, ports: [{port: 80, protocol: TCP}]}}", []),
  CompareCase(
    "a quantity by value",
    "{kind: Pod, apiVersion: v1, spec: {containers: [{name: c, resources: {limits: {cpu: 1000m, memory: 1024Mi}}}]}}",
    "{spec: {containers: [{name: c, resources: {limits: {cpu: '1', memory: 1Gi}}}]}}", []),
  CompareCase(
    "a quantity as a number", "{kind: Pod, apiVersion: v1, spec: {containers: [{name: c, resources: {limits: {cpu: 1}}}]}}",
    "{spec: {containers: [{name: c, resources: {limits: {cpu: '1'}}}]}}", []),
  CompareCase(
    "a changed quantity", "{kind: Pod, apiVersion: v1, spec: {containers: [{name: c, resources: {limits: {cpu: 1}}}]}}",
    "{spec: {containers: [{name: c, resources: {limits: {cpu: '2'}}}]}}", ["spec.containers[name=c].resources.limits.cpu: \"2\" → 1"]),
  CompareCase(
    "no quantity elsewhere", "{kind: ConfigMap, apiVersion: v1, data: {cpu: 1000m}}", "{data: {cpu: '1'}}", ["data.cpu: \"1\" → \"1000m\""]),
  CompareCase(
    "null and empty", "{kind: Pod, apiVersion: v1, spec: {nodeSelector: {}, tolerations: [], hostname: '', hostNetwork: false, x: null}}",
    "{spec: {}}", []),
  CompareCase(
    "empty in a custom resource", "{kind: Widget, apiVersion: a.example.com/v1, spec: {name: ''}}", "{spec: {}}",
    ["spec.name: (missing) → \"\""]),
  CompareCase(
    "a missing field", "{kind: ConfigMap, apiVersion: v1, data: {a: '1', b: '2'}}", "{data: {a: '1'}}", ["data.b: (missing) → \"2\""]),
  CompareCase("a field of others", "{kind: ConfigMap, apiVersion: v1, data: {a: '1'}}", "{data: {a: '1', z: '2'}}", []),
  CompareCase(
    "a field of ours that is no longer wanted", "{kind: ConfigMap, apiVersion: v1, data: {a: '1'}}",
    "{%A{f:data: {f:a: {}, f:z: {}}}, data: {a: '1', z: '2'}}", ["data.z: \"2\" → (removed)"]),
  CompareCase(
    "already removed", "{kind: ConfigMap, apiVersion: v1, data: {a: '1'}}", "{%A{f:data: {f:a: {}, f:z: {}}}, data: {a: '1'}}", []),
  CompareCase(
    "a list by keys, in another order", "{kind: Pod, apiVersion: v1, spec: {containers: [{name: b, image: y}, {name: a, image: x}]}}",
    "{%A{f:spec: {f:containers: {'k:{\"name\":\"a\"}': {.: {}, f:name: {}, f:image: {}}, 'k:{\"name\":\"b\"}': {.: {}, f:name: {}, f:image: {}}}}}, spec: {containers: [{name: a, image: x}, {name: side, image: s}, {name: b, image: y}]}}",
    []),
  CompareCase(
    "an element of ours that is no longer wanted", "{kind: Pod, apiVersion: v1, spec: {containers: [{name: a, image: x}]}}",
    "{%A{f:spec: {f:containers: {'k:{\"name\":\"a\"}': {.: {}, f:name: {}, f:image: {}}, 'k:{\"name\":\"b\"}': {.: {}, f:name: {}}}}}, spec: {containers: [{name: a, image: x}, {name: b}]}}",
    ["spec.containers[name=b]: {\"name\":\"b\"} → (removed)"]),
  CompareCase(
    "a changed image", "{kind: Pod, apiVersion: v1, spec: {containers: [{name: a, image: x}]}}",
    "{%A{f:spec: {f:containers: {'k:{\"name\":\"a\"}': {.: {}, f:name: {}}}}}, spec: {containers: [{name: a, image: evil}]}}",
    ["spec.containers[name=a].image: \"evil\" → \"x\""]),
  CompareCase(
    "a set", "{kind: ConfigMap, apiVersion: v1, metadata: {name: c, finalizers: [a/a, a/b]}}",
    "{metadata: {finalizers: [a/b, a/c], managedFields: [{manager: flotilla, operation: Apply, apiVersion: v1, fieldsV1: {f:metadata: {f:finalizers: {'v:\"a/a\"': {}, 'v:\"a/b\"': {}}}}}]}}",
    ["metadata.finalizers[0]: (missing) → \"a/a\""]),
  CompareCase(
    "an atomic map that somebody took over", "{kind: Pod, apiVersion: v1, spec: {nodeSelector: {a: '1'}, hostname: h}}",
    "{%A{f:spec: {f:hostname: {}}}, spec: {hostname: h, nodeSelector: {a: '1', b: '2'}}}", ["spec.nodeSelector.b: \"2\" → (removed)"]),
  CompareCase(
    "a list with an element more", "{kind: Widget, apiVersion: a.example.com/v1, spec: {hosts: [a]}}", "{spec: {hosts: [a, b]}}",
    ["spec.hosts: [\"a\",\"b\"] → [\"a\"]"]),
  CompareCase("1 and 1.0", "{kind: Widget, apiVersion: a.example.com/v1, spec: {x: 1.0}}", "{spec: {x: 1}}", []),
  CompareCase(
    "a secret is masked", "{kind: Secret, apiVersion: v1, data: {password: czNjcjN0}}", "{data: {password: b3RoZXI=}}",
    ["data.password: (secret)"]),
  CompareCase(
    "a label", "{kind: ConfigMap, apiVersion: v1, metadata: {name: c, labels: {a.io/b: x}}}", "{metadata: {name: c}}",
    ["metadata.labels: (missing) → {\"a.io/b\":\"x\"}"]),
  CompareCase(
    "ports of one number, of which one leaves its protocol out",
    "{kind: Pod, apiVersion: v1, spec: {containers: [{name: c, ports: [{containerPort: 53, name: udp, protocol: UDP}, {containerPort: 53, name: tcp}]}]}}",
    "{%A{f:spec: {f:containers: {'k:{\"name\":\"c\"}': {.: {}, f:name: {}, f:ports: {'k:{\"containerPort\":53,\"protocol\":\"TCP\"}': {.: {}, f:containerPort: {}, f:name: {}}, 'k:{\"containerPort\":53,\"protocol\":\"UDP\"}': {.: {}, f:containerPort: {}, f:name: {}, f:protocol: {}}}}}}}, spec: {containers: [{name: c, ports: [{containerPort: 53, name: udp, protocol: UDP}, {containerPort: 53, name: tcp, protocol: TCP}]}]}}",
    []),
  CompareCase(
    "of an object that was written whole the server's defaults are ours as well",
    "{kind: Service, apiVersion: v1, metadata: {name: s, labels: {}}, spec: {ports: [{port: 80}]}}",
    "{metadata: {name: s, managedFields: [{manager: flotilla, operation: Update, apiVersion: v1, fieldsV1: {f:spec: {f:type: {}, f:ports: {.: {}, 'k:{\"port\":80,\"protocol\":\"TCP\"}': {.: {}, f:port: {}, f:protocol: {}}}}}}]}, spec: {type: ClusterIP, ports: [{port: 80, protocol: TCP}]}}",
    []),
  CompareCase("the status is not ours", "{kind: Widget, apiVersion: a.example.com/v1, status: {x: 1}}", "{}", []),
])
func comparison(_ test: CompareCase) {
  let text = test.live.replacing("%A", with: "metadata: {managedFields: [{manager: flotilla, operation: Apply, apiVersion: v1, fieldsV1: ")
  // `%A{…}` stands for an account of our fields: close what it opened.
  let live = text == test.live ? yaml(text) : yaml(closeAccount(text))
  #expect(Comparison.differences(desired: yaml(test.wanted), live: live).map(\.description) == test.expected)
}

private func closeAccount(_ text: String) -> String {
  guard let start = text.range(of: "fieldsV1: ")?.upperBound else { return text }
  var depth = 0
  var index = start
  while index < text.endIndex {
    if text[index] == "{" { depth += 1 }
    if text[index] == "}" { depth -= 1 }
    index = text.index(after: index)
    if depth == 0 { break }
  }
  return text[..<index] + "}]}" + text[index...]
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}

@Test(arguments: [
  ("1000m", "1"), ("1Gi", "1024Mi"), ("0.5", "500m"), ("1e3", "1k"), ("1000", "1k"), ("1.5Gi", "1536Mi"), ("0", "0m"), ("100n", "0.1u"),
  ("1E", "1000P"), ("+5", "5"), ("12e-1", "1200m"), ("1.0", "1"),
])
func equalQuantities(_ left: String, _ right: String) { #expect(Quantity(left) == Quantity(right) && Quantity(left) != nil) }

@Test(arguments: [("1", "2"), ("1G", "1Gi"), ("1m", "1"), ("-1", "1"), ("1", "10")])
func differentQuantities(_ left: String, _ right: String) { #expect(Quantity(left) != Quantity(right)) }

@Test(arguments: ["", "a", "1x", "1 Gi", "1.2.3", "--1", "1e", "1eq", "Ki"])
func noQuantity(_ text: String) { #expect(Quantity(text) == nil) }
