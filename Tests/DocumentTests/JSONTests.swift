import Testing

@testable import Document

/// JSON text, accepted and refused.
struct JSONTests {
  @Test(arguments: [
    ("[0,-0,1,-1,9223372036854775807,-9223372036854775808]", "[0,-0,1,-1,9223372036854775807,-9223372036854775808]"),
    ("[9223372036854775808, 1.0, 1e2, -0.0, 1E-7, 0.1, 1e21, 1e-6]", "[9223372036854776000,1,100,-0,1e-7,0.1,1e+21,0.000001]"),
    (#"["\u0041\u00e9\ud83d\ude00\ud83d\ud83dx\b\f\n\r\t\/\\\""]"#, "[\"Aé😀\u{FFFD}\u{FFFD}x\\b\\f\\n\\r\\t/\\\\\\\"\"]"),
    (#" { "b" : 1 , "a" : [ ] , "b" : { } } "#, #"{"a":[],"b":{}}"#),
    ("\"\u{2028}\u{2029}\u{7F}\\u0001\"", "\"\\u2028\\u2029\u{7F}\\u0001\""),
    (#""a somewhat longer text with a \"quote\" in it""#, #""a somewhat longer text with a \"quote\" in it""#),
  ])
  func rewrites(_ json: String, _ expected: String) throws {
    #expect(JSON.string(try JSON.decode(json)) == expected)
  }

  @Test(arguments: [
    ("", "1:1: unexpected end of JSON input"), ("  ", "1:3: unexpected end of JSON input"),
    ("{\"a\":1,}", "1:8: invalid character '}' looking for beginning of object key string"),
    ("[1,]", "1:4: invalid character ']' looking for beginning of value"),
    ("[1 2]", "1:4: invalid character '2' after array element"), ("{\"a\" 1}", "1:6: invalid character '1' after object key"),
    ("01", "1:2: invalid character '1' after top-level value"), ("1.", "1:3: unexpected end of JSON input"),
    ("-x", "1:2: invalid character 'x' in numeric literal"), ("1e400", "1:1: the number 1e400 is out of range"),
    ("{\n  \"é\": tru\n}", "2:11: invalid character '\\n' in literal true"),
    ("\"a\nb\"", "1:3: invalid character '\\n' in string literal"), (#""\x""#, "1:3: invalid character 'x' in string escape code"),
    (#""\u12g4""#, "1:6: invalid character 'g' in \\u hexadecimal character escape"), ("\"abc", "1:5: unexpected end of JSON input"),
    ("nul", "1:4: unexpected end of JSON input"), ("// x\n1", "1:1: invalid character '/' looking for beginning of value"),
    ("'a'", "1:1: invalid character '\\'' looking for beginning of value"),
    ("[é]", "1:2: invalid character 'é' looking for beginning of value"),
    (String(repeating: "[", count: 600), "1:513: lists and objects are nested more than 512 deep"),
  ])
  func refuses(_ json: String, _ message: String) {
    #expect(throws: DocumentError.self) { try JSON.decode(json, file: "f") }
    do { _ = try JSON.decode(json, file: "f") } catch { #expect(error.description == "f:" + message) }
  }

  @Test func limitsHold() {
    #expect(throws: DocumentError.self) { try JSON.decode("[1,2,3]", limits: DecodingLimits(maxBytes: 6)) }
    #expect(throws: DocumentError.self) { try JSON.decode("[1,2,3]", limits: DecodingLimits(maxNodes: 3)) }
    #expect(throws: Never.self) { try JSON.decode("[1,2,3]", limits: DecodingLimits(maxBytes: 7, maxDepth: 1, maxNodes: 4)) }
  }

  @Test func invalidBytesBecomeReplacementCharacters() throws {
    #expect(try JSON.decode([0x22, 0x61, 0xFF, 0x62, 0x22]) == "a\u{FFFD}b")
  }

  @Test func prettyAndEscapedForms() {
    let value: Value = ["a": [1, ["b": "<&>"]], "c": [], "d": [:]]
    #expect(
      JSON.string(value, pretty: 2) == "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"<&>\"\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}")
    #expect(JSON.string(value, escapeHTML: true) == #"{"a":[1,{"b":"\u003c\u0026\u003e"}],"c":[],"d":{}}"#)
  }

  @Test func manyMembersInAnyOrderAreSorted() throws {
    let keys = (0..<200).map { "k\(($0 * 77) % 200)" }
    let text = "{" + (keys + keys).enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",") + "}"
    let object = try #require(try JSON.decode(text).objectValue)
    #expect(object.count == 200)
    #expect(object == Object(object.members))
    #expect(object["k77"] == 201)
  }
}
