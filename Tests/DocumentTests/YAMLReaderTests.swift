import Testing

@testable import Document

/// What YAML text means, and what is wrong with it.
struct YAMLReaderTests {
  @Test(arguments: [
    // Truth values and null, plain and quoted.
    ("[y, Y, yes, Yes, YES, on, On, ON, true, True, TRUE]", "[true,true,true,true,true,true,true,true,true,true,true]"),
    ("[n, N, no, No, NO, off, Off, OFF, false, False, FALSE]", "[false,false,false,false,false,false,false,false,false,false,false]"),
    ("[yEs, oN, tRUE, 'yes', \"no\", nO]", #"["yEs","oN","tRUE","yes","no","nO"]"#),
    ("[~, null, Null, NULL, nULL, 'null', ~x]", #"[null,null,null,null,"nULL","null","~x"]"#),
    ("a:\nb: ''", #"{"a":null,"b":""}"#),
    // Integers.
    ("[0, 00, 7, -7, +7, 1_000, 0x1F, 0X1f, -0x10, 0o17, 017, 0b101, -0b11]", "[0,0,7,-7,7,1000,31,31,-16,15,15,5,-3]"),
    ("[9223372036854775807, -9223372036854775808, 9223372036854775808]", "[9223372036854775807,-9223372036854775808,9223372036854775808]"),
    ("[0x, 0b2, 0o8, 08, 1a, 1-2, '1', _1, 12e, 0x_1]", #"["0x","0b2","0o8",8,"1a","1-2","1","_1","12e",1]"#),
    // Floats; whole ones are integers behind the passage through JSON.
    ("[1.5, .5, -.5, 1., 1e3, 1E+3, 1.5e-3, 1_0.5, 1.0, -0.0]", "[1.5,0.5,-0.5,1,1000,1000,0.0015,10.5,1,0]"),
    ("[1e999, 1e, .e1, ., +, -, 1.2.3]", #"["1e999","1e",".e1",".","+","-","1.2.3"]"#),
    ("[1e20, 1e21, 123456789012345678901]", "[100000000000000000000,1e+21,123456789012345680000]"),
    // What looks like dates, times and numbers to base 60 stays text.
    ("[2020-01-01, 2020-01-01T10:00:00Z, 12:30:45, 1:20]", #"["2020-01-01","2020-01-01T10:00:00Z","12:30:45","1:20"]"#),
    // Keys.
    (
      "{1: a, 0x10: b, yes: c, 1.5: d, 1e6: e, .inf: f, '2': g}", #"{"1":"a","1.5":"d","16":"b","1e+06":"e","2":"g",".inf":"f","true":"c"}"#
    ),
    // Tags.
    (
      "[!!str 1, !!int '3', !!float 2, !!bool 'yes', !!null '', !custom 7, !!timestamp 2020-01-01]",
      #"["1",3,2,true,null,"7","2020-01-01"]"#
    ),
    ("a: !!binary aGVsbG8=", #"{"a":"hello"}"#),
    ("[! 3, ! 'x', ! '4']", #"[3,"x",4]"#),
    // Anchors, aliases, merge keys.
    ("a: &x {k: [1, 2]}\nb: *x\nc: [*x, *x]", #"{"a":{"k":[1,2]},"b":{"k":[1,2]},"c":[{"k":[1,2]},{"k":[1,2]}]}"#),
    ("a: &x 1\nb: *x\n*x : c", #"{"1":"c","a":1,"b":1}"#),
    ("a: &x 1\nb: &x 2\nc: *x", #"{"a":1,"b":2,"c":2}"#),
    ("b: &b {x: 1, z: 2}\nd: {<<: *b, z: 3}", #"{"b":{"x":1,"z":2},"d":{"x":1,"z":3}}"#),
    ("b: &b {x: 1, z: 2}\nd: {z: 3, <<: *b}", #"{"b":{"x":1,"z":2},"d":{"x":1,"z":2}}"#),
    ("d: {<<: [{x: 1}, {x: 2, z: 2}]}", #"{"d":{"x":1,"z":2}}"#),
    ("d: {'<<': {x: 1}}", #"{"d":{"<<":{"x":1}}}"#),
    // Block scalars, comments, marks of byte order.
    ("a: |\n  x\n   y\n\nb: >-\n  x\n  y\nc: |+\n  x\n\n# end\n", #"{"a":"x\n y\n","b":"x y","c":"x\n\n"}"#),
    ("\u{FEFF}a: 1 # one\n# two\n", #"{"a":1}"#),
    ("", "null"), ("# nothing\n", "null"), ("---\n...\n", "null"), ("%YAML 1.1\n---\na: 1\n", #"{"a":1}"#),
    ("a: 'it''s'\nb: \"\\x41\\u00e9\\U0001F600\\t\"", #"{"a":"it's","b":"Aé😀\t"}"#),
    ("? a\n: b\n? c\n", #"{"a":"b","c":null}"#),
    ("<<: {a: 1}\n", #"{"a":1}"#), ("a: <<", #"{"a":"<<"}"#), ("a: =", #"{"a":"="}"#),
  ])
  func means(_ yaml: String, _ json: String) throws {
    let result = JSON.string(try YAML.decode(yaml))
    #expect(result == JSON.string(try JSON.decode(json)))
  }

  @Test(arguments: [
    ("a: 1\na: 2", #"f.yaml:2:1: key "a" already set in map"#),
    ("1: a\nb: c\n'1': d", #"f.yaml:3:1: key "1" already set in map"#),
    ("l:\n- {x: 1, y: 2, x: 3}", #"f.yaml:2:16: key "x" already set in map"#),
    ("a: b\n c: d", "f.yaml:2:3: mapping values are not allowed in this context"),
    ("a: [1, 2", "f.yaml:2:1: did not find expected ',' or ']'"),
    ("\ta: b", "f.yaml:1:1: found character that cannot start any token"),
    ("a: *x", "f.yaml:1:4: unknown anchor 'x' referenced"),
    ("a: &x [*x]", "f.yaml:1:8: anchor 'x' value contains itself"),
    ("a: .inf", "f.yaml:1:4: `.inf` has no counterpart in JSON: write a finite number or a quoted string"),
    ("a: !!int x", "f.yaml:1:4: cannot decode `x` as a !!int"),
    ("a: !!binary '?'", "f.yaml:1:4: !!binary value contains invalid base64 data"),
    ("[a]: b", "f.yaml:1:1: invalid map key: a list or mapping cannot be a key"),
    ("~: b", "f.yaml:1:1: unsupported map key `~`: a key must be text"),
    ("a: {<<: 1}", "f.yaml:1:9: map merge requires map or sequence of maps as the value"),
    ("x: &s [{a: 1}]\na: {<<: *s}", "f.yaml:2:9: map merge requires map or sequence of maps as the value"),
    ("a: \u{1}", "f.yaml:1:4: control characters are not allowed"),
    ("a: \"x", "f.yaml:1:6: found unexpected end of stream"),
  ])
  func refuses(_ yaml: String, _ message: String) {
    #expect(throws: DocumentError.self) { try YAML.decode(yaml, file: "f.yaml") }
    do { _ = try YAML.decode(yaml, file: "f.yaml") } catch { #expect(error.description == message) }
  }

  @Test func lastOfEqualKeysWinsWhereAskedFor() throws {
    #expect(try YAML.decode("a: 1\nb: 0\na: 2", duplicateKeys: .lastWins) == ["a": 2, "b": 0])
  }

  @Test func streamsHaveDocumentsWithLines() throws {
    let documents = try YAML.decodeAll(Array("# head\n\na: 1\n---\n---\n# only this\n---\n- b\n...\n---\nc\n".utf8), file: "s.yaml")
    #expect(documents.map(\.value) == [["a": 1], ["b"], "c"])
    #expect(documents.map(\.line) == [3, 8, 11])
    #expect(documents.map { $0.position(["x"]).description } == ["s.yaml:3:1", "s.yaml:8:1", "s.yaml:11:1"])
  }

  @Test func aBrokenDocumentHoldsOnlyItself() {
    let text = "a: 1\n---\nb: [1\n---\nc: 3\n---\nd: 1\nd: 2\n---\ne: |\n  ---\n---\n\tf\n---\ng: 7\n"
    let stream = YAML.decodeStream(Array(text.utf8), file: "s.yaml")
    #expect(stream.documents.map(\.value) == [["a": 1], ["c": 3], ["e": "---\n"], ["g": 7]])
    #expect(stream.documents.map(\.line) == [1, 5, 10, 15])
    #expect(
      stream.errors.map(\.description) == [
        "s.yaml:4:1: did not find expected ',' or ']'", #"s.yaml:8:1: key "d" already set in map"#,
        "s.yaml:13:1: found character that cannot start any token",
      ])
  }

  @Test func positionsLeadToKeysAndElements() throws {
    let text = "spec: &s\n  list:\n  - a\n  - name: x\n    deep: {k: 1}\nalias: *s\nmerged:\n  <<: *s\n  own: 1\n"
    let document = try #require(try YAML.decodeAll(Array(text.utf8), file: "p.yaml", positions: true).first)
    let table: [([PathComponent], String)] = [
      ([], "1:1"), (["spec"], "1:1"), (["spec", "list"], "2:3"), (["spec", "list", 0], "3:5"), (["spec", "list", 1, "deep"], "5:5"),
      (["spec", "list", 1, "deep", "k"], "5:12"), (["spec", "list", 7], "2:3"), (["nowhere", "at", "all"], "1:1"),
      (["alias"], "6:1"), (["alias", "list", 1, "name"], "4:5"), (["merged", "own"], "9:3"), (["merged", "list"], "2:3"),
    ]
    for (path, place) in table { #expect(document.position(path).description == "p.yaml:\(place)", "\(path)") }
  }

  @Test func limitsHold() {
    func message(_ yaml: String, _ limits: DecodingLimits) -> String? {
      do throws(DocumentError) {
        _ = try YAML.decode(yaml, limits: limits)
        return nil
      } catch { return error.message }
    }
    #expect(message("abcd", DecodingLimits(maxBytes: 3)) == "the file has 4 bytes, the limit is 3")
    #expect(message("[[[1]]]", DecodingLimits(maxDepth: 2)) == "lists and mappings are nested more than 2 deep")
    #expect(message(String(repeating: "[", count: 100_000), .standard) == "lists and mappings are nested more than 512 deep")
    #expect(message(String(repeating: "{a: ", count: 5000), .standard) == "lists and mappings are nested more than 512 deep")
    #expect(message("[1, 2, 3]", DecodingLimits(maxNodes: 3)) == "the document has more than 3 values")
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      bomb += "a\(level): &a\(level) [" + [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    #expect(message(bomb, .standard) == "document contains excessive aliasing")
    var merges = "a0: &a0 {x: 1}\n"
    for level in 1...2000 { merges += "a\(level): &a\(level) {<<: *a\(level - 1), k\(level): 1}\n" }
    #expect(message(merges, .standard) == "document contains excessive aliasing")
  }
}
