import Document
import Testing

/// `{kind: K, name: <0>, spec: {project: p, path: <1>}}` over one frame.
private let layout = ObjectLayout(sortedKeys: [
  ("kind", .constant("K")), ("name", .slot(0)),
  ("spec", .object(ObjectLayout(sortedKeys: [("path", .slot(1)), ("project", .constant("p"))]))),
])

private func laidOut(_ frame: Value?...) -> Value { .object(Object(layout, frame: frame)) }

@Suite struct ObjectLayoutTests {
  static let cases: [(frame: [Value?], same: Value)] = [
    (["a", "x"], ["kind": "K", "name": "a", "spec": ["path": "x", "project": "p"]]),
    ([.none, "x"], ["kind": "K", "spec": ["path": "x", "project": "p"]]),
    (["a", .none], ["kind": "K", "name": "a", "spec": ["project": "p"]]),
    ([.some(nil), ["l"]], ["kind": "K", "name": nil, "spec": ["path": ["l"], "project": "p"]]),
    ([], ["kind": "K", "spec": ["project": "p"]]),
  ]

  @Test(arguments: cases) func cannotBeToldFromAPlainObject(_ frame: [Value?], _ plain: Value) throws {
    let value = Value.object(Object(layout, frame: frame))
    #expect(value == plain)
    #expect(plain == value)
    #expect(value.hashValue == plain.hashValue)
    #expect(Digest(of: value) == Digest(of: plain))
    #expect(JSON.string(value) == JSON.string(plain))
    #expect(YAML.encode(value) == YAML.encode(plain))
    #expect(MergePatch.difference(from: value, to: plain) == nil)
    let object = try #require(value.objectValue)
    let other = try #require(plain.objectValue)
    #expect(object.count == other.count)
    #expect(object.keys == other.keys)
    #expect(object.members.map(\.value) == other.members.map(\.value))
    for key in ["kind", "name", "spec", "zzz", ""] {
      #expect(object[key] == other[key])
      #expect(object.position(of: key) == other.position(of: key))
    }
  }

  @Test func differsWhereAFrameDiffers() {
    #expect(laidOut("a", "x") == laidOut("a", "x"))
    #expect(laidOut("a", "x") != laidOut("b", "x"))
    #expect(laidOut("a", "x") != laidOut("a", "y"))
    #expect(laidOut("a", "x") != laidOut(.none, "x"))
    #expect(laidOut("a", "x") != ["kind": "K", "name": "a"])
  }

  /// An object sees its own slots only, whatever else stands in the frame.
  @Test func twoObjectsOfOneFrame() {
    let one = ObjectLayout(sortedKeys: [("k", .slot(0))])
    let two = ObjectLayout(sortedKeys: [("k", .slot(1))])
    let frame: [Value?] = ["a", "b"]
    #expect(Value.object(Object(one, frame: frame)) == ["k": "a"])
    #expect(Value.object(Object(two, frame: frame)) == ["k": "b"])
    #expect(Object(one, frame: frame) == Object(one, frame: ["a", "c"]))
    #expect(Object(one, frame: frame) != Object(two, frame: frame))
  }

  @Test func aChangeStaysInItsCopy() {
    let original = laidOut("a", "x")
    var copy = original
    copy[at: "spec", "path"] = "changed"
    copy["name"] = Value?.none
    #expect(copy == ["kind": "K", "spec": ["path": "changed", "project": "p"]])
    #expect(original == ["kind": "K", "name": "a", "spec": ["path": "x", "project": "p"]])
    var object = original.objectValue ?? Object()
    object["name", default: "none"] = "b"
    object["new", default: 1] = 2
    #expect(object == ["kind": "K", "name": "b", "new": 2, "spec": ["path": "x", "project": "p"]])
  }
}
