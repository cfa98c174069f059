import Testing

@testable import Document

/// Merge patches, JSON patches and pointers.
struct PatchTests {
  @Test(arguments: [
    // The examples of RFC 7386.
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#), (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
    (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#), (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
    (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
    ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
  ])
  func merges(_ target: String, _ patch: String, _ result: String) throws {
    #expect(MergePatch.apply(try JSON.decode(patch), to: try JSON.decode(target)) == (try JSON.decode(result)))
  }

  @Test(arguments: [
    (#"{"a":1,"b":{"c":2,"d":3},"e":[1]}"#, #"{"b":{"c":2,"d":4,"x":5},"e":[1],"z":0}"#, #"{"a":null,"b":{"d":4,"x":5},"z":0}"#),
    (#"{"a":1}"#, "[1]", "[1]"), (#"{"a":{"b":1}}"#, #"{"a":{}}"#, #"{"a":{"b":null}}"#),
  ])
  func differs(_ from: String, _ to: String, _ patch: String) throws {
    let (old, new) = (try JSON.decode(from), try JSON.decode(to))
    #expect(MergePatch.difference(from: old, to: new) == (try JSON.decode(patch)))
    #expect(MergePatch.apply(try JSON.decode(patch), to: old) == new)
    #expect(MergePatch.difference(from: new, to: new) == Optional<Value>.none)
  }

  @Test(arguments: [
    (#"{"a":1}"#, #"[{"op":"add","path":"/b","value":2}]"#, #"{"a":1,"b":2}"#),
    ("[1,2]", #"[{"op":"add","path":"/1","value":9}]"#, "[1,9,2]"), ("[1,2]", #"[{"op":"add","path":"/-","value":9}]"#, "[1,2,9]"),
    ("[1,2]", #"[{"op":"add","path":"/2","value":9}]"#, "[1,2,9]"), ("[1,2]", #"[{"op":"add","path":"/-1","value":9}]"#, "[1,2,9]"),
    ("[1,2]", #"[{"op":"replace","path":"/-1","value":9}]"#, "[1,9]"), ("[1,2,3]", #"[{"op":"remove","path":"/-2"}]"#, "[1,3]"),
    (#"{"a":{"b":[{"c":1}]}}"#, #"[{"op":"replace","path":"/a/b/0/c","value":2}]"#, #"{"a":{"b":[{"c":2}]}}"#),
    (#"{"a":{"b":1},"c":{}}"#, #"[{"op":"move","from":"/a/b","path":"/c/d"}]"#, #"{"a":{},"c":{"d":1}}"#),
    (#"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/0","value":0}]"#, #"{"a":[1],"b":[0,1]}"#),
    (#"{"a/b":1,"m~n":2}"#, #"[{"op":"remove","path":"/a~1b"},{"op":"test","path":"/m~0n","value":2}]"#, #"{"m~n":2}"#),
    (#"{"a":1}"#, #"[{"op":"test","path":"/zz","value":null},{"op":"replace","path":"","value":[]}]"#, "[]"),
    (#"{"a":null}"#, #"[{"op":"add","path":"/a","value":null},{"op":"test","path":"/a","value":null}]"#, #"{"a":null}"#),
  ])
  func patches(_ document: String, _ patch: String, _ result: String) throws {
    #expect(try JSONPatch.apply(try JSON.decode(patch), to: try JSON.decode(document)) == (try JSON.decode(result)))
  }

  @Test(arguments: [
    ("{}", #"[{"op":"remove","path":"/a"}]"#, "unable to remove nonexistent key: /a"),
    ("{}", #"[{"op":"add","path":"/a/b","value":1}]"#, "path /a/b does not exist"),
    ("{}", #"[{"op":"replace","path":"/a","value":1}]"#, "path /a does not exist"),
    ("[]", #"[{"op":"add","path":"/1","value":1}]"#, "index 1 is out of bounds of a list of 0"),
    ("[1]", #"[{"op":"remove","path":"/01"}]"#, "\"01\" is no index of a list"),
    ("{}", #"[{"op":"jump","path":"/a"}]"#, "unexpected kind: jump"), ("{}", #"[{"op":"add","path":"/a"}]"#, "\"value\" is missing"),
    (#"{"a":1}"#, #"[{"op":"test","path":"/a","value":2}]"#, "testing value /a failed"),
    (#"{"a":{}}"#, #"[{"op":"move","from":"/a","path":"/a/b"}]"#, "/a cannot be moved into itself"),
    ("{}", #"[{"op":"add","path":"a","value":2}]"#, "the JSON pointer \"a\" must be empty or begin with \"/\""),
  ])
  func refuses(_ document: String, _ patch: String, _ message: String) throws {
    let (operations, value) = (try JSON.decode(patch), try JSON.decode(document))
    #expect(throws: DocumentError("operation 1 of the JSON patch: \(message)")) { try JSONPatch.apply(operations, to: value) }
  }

  @Test func copiesCannotExplode() {
    let doubling: Value = ["op": "copy", "from": "/a", "path": "/a/-"]
    #expect(throws: DocumentError.self) {
      try JSONPatch.apply(.array([Value](repeating: doubling, count: 200)), to: ["a": [1]])
    }
  }

  @Test(arguments: ["", "/", "/a~1b/m~0n/0", "/~01", "//x"])
  func pointersRoundTrip(_ text: String) throws {
    #expect(try JSONPointer(text).description == text)
  }

  @Test func pointersLeadToValues() throws {
    let value = try JSON.decode(#"{"a/b":{"m~n":[10,{"":1}]}}"#)
    #expect(try JSONPointer("/a~1b/m~0n/0").value(in: value) == 10)
    #expect(try JSONPointer("/a~1b/m~0n/1/").value(in: value) == 1)
    #expect(try JSONPointer("/a~1b/m~0n/2").value(in: value) == Optional<Value>.none)
    #expect(try JSONPointer("").value(in: value) == value)
  }
}
