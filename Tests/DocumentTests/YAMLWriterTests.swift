import Testing

@testable import Document

/// How values are written as YAML (what the conformance corpus does not show already).
struct YAMLWriterTests {
  @Test(arguments: [
    (#"{"b":[{"a":1,"c":[]},[1,[2]]],"a":{}}"#, "a: {}\nb:\n- a: 1\n  c: []\n- - 1\n  - - 2\n"),
    (#"{"a10":1,"a2":2,"a02":3,"A":4,"_":5,"a-b":6,"ab":7}"#, "_: 5\nA: 4\na-b: 6\na2: 2\na02: 3\na10: 1\nab: 7\n"),
    (
      "[1e6, 1.5e6, 123456.5, 1e21, 1e-5, 0.0001, 1e19, 1.5]",
      "- 1000000\n- 1500000\n- 123456.5\n- 1e+21\n- 1e-05\n- 0.0001\n- 10000000000000000000\n- 1.5\n"
    ),
    ("[1234567.5, 1e-7, -2.5e-9]", "- 1.2345675e+06\n- 1e-07\n- -2.5e-09\n"),
    (#"["|", "a\n", "a", "\n", "\n\n", " \n"]"#, "- '|'\n- |\n  a\n- a\n- |2+\n\n- |2+\n\n\n- \" \\n\"\n"),
    (#"{"a\nb":1}"#, "? |-\n  a\n  b\n: 1\n"),
  ])
  func writes(_ json: String, _ yaml: String) throws {
    #expect(YAML.encode(try JSON.decode(json)) == yaml)
  }

  @Test func longKeysStandAlone() throws {
    let key = String(repeating: "k", count: 129)
    #expect(YAML.encode([key: ["a": 1]]) == "? \(key)\n: a: 1\n")
    #expect(YAML.encode([key: ["x"]]) == "? \(key)\n: - x\n")
  }

  @Test func documentsAreJoined() {
    #expect(YAML.encodeAll([["a": 1], ["b"]]) == "a: 1\n---\n- b\n")
  }

  @Test func refusesWhatGoRefuses() {
    for value: Value in ["\u{7F}", ["a": "\u{80}"], [.double(.infinity)], ["\u{FFFF}"]] {
      #expect(throws: DocumentError.self) { try YAML.marshal(value) }
    }
  }
}
