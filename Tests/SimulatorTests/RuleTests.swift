import Document
import Testing

@testable import Simulator

/// The rules of custom resources, and the small readers that stand before the state machine.
struct RuleTests {
  static let rules: [(rule: String, value: Value, old: Value?, holds: Bool?)] = [
    ("self == oldSelf", "a", "a", true), ("self == oldSelf", "a", "b", false),
    ("self.min <= self.max", ["min": 1, "max": 2], nil, true), ("self.min <= self.max", ["min": 3, "max": 2], nil, false),
    ("!has(self.min) || self.min > 0", [:], nil, true), ("!has(self.min) || self.min > 0", ["min": 0], nil, false),
    ("self.name.startsWith('a') && size(self.name) < 4", ["name": "abc"], nil, true),
    ("self.name.startsWith('a') && size(self.name) < 4", ["name": "abcd"], nil, false),
    ("self.kind in ['x', 'y']", ["kind": "y"], nil, true), ("self.kind in ['x', 'y']", ["kind": "z"], nil, false),
    ("self.items.all(item, item.port > 0)", ["items": [["port": 1], ["port": 2]]], nil, true),
    ("self.items.all(item, item.port > 0)", ["items": [["port": 1], ["port": 0]]], nil, false),
    ("self.items.exists(item, item == 'b')", ["items": ["a", "b"]], nil, true),
    ("self.items.all(item, item > 0) && self.n == 1", ["items": [], "n": 1], nil, true),
    ("self.a + 2 * 1 == 5 ? self.b : !self.b", ["a": 3, "b": true], nil, true),
    ("self.name.matches('^[a-z]+$')", ["name": "abc1"], nil, false),
    // What the evaluator does not know decides nothing.
    ("self.when.getFullYear() > 2000", ["when": "2020-01-01T00:00:00Z"], nil, nil), ("self.", [:], nil, nil), ("'open", [:], nil, nil),
  ]

  @Test(arguments: rules)
  func rule(rule: String, value: Value, old: Value?, holds: Bool?) {
    #expect(RuleExpression.holds(rule, value: value, old: old) == holds)
  }

  static let duplicates: [(text: String, fields: [String])] = [
    (#"{"a":1,"b":{"c":1}}"#, []), (#"{"a":1,"a":2}"#, ["a"]), (#"{"a":{"b":1,"b":2,"b":3}}"#, ["a.b"]),
    (#"{"a":[{"k":1},{"k":1,"k":2}]}"#, ["a[1].k"]), (#"{"a":"{\"a\":1,\"a\":2}","b\"":1,"b\"":2}"#, [#"b\""#]),
  ]

  @Test(arguments: duplicates)
  func duplicate(text: String, fields: [String]) {
    #expect(DuplicateFields.find(Array(text.utf8)) == fields)
  }

  static let accepted: [(accept: String, isWatch: Bool, isCustom: Bool, form: ObjectForm?)] = [
    ("application/json", false, false, .full), ("*/*", false, false, .full), ("text/plain", false, false, nil),
    ("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", false, false, .table),
    ("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1", true, true, .partial),
    ("application/json;as=Bogus, application/json", false, false, .full), ("application/yaml", true, false, nil),
    ("application/vnd.kubernetes.protobuf,application/json", false, true, .full),
    ("application/vnd.kubernetes.protobuf", false, true, nil),
  ]

  @Test(arguments: accepted)
  func negotiation(accept: String, isWatch: Bool, isCustom: Bool, form: ObjectForm?) {
    #expect((try? Negotiation(accept, isWatch: isWatch, isCustom: isCustom))?.form == form)
  }
}
