import Document
import Testing

@testable import Expressions

private func yaml(_ text: String) -> Value { (try? YAML.decode(text)) ?? .null }

private let variables: [String: Value] = [
  "object": yaml(
    """
    {metadata: {name: web, generation: 3, labels: {app: web, "a/b": x}}, spec: {replicas: 3, paused: false, ratio: 0.5, image: "registry/team/web:1.2"},
    status: {observedGeneration: 3, readyReplicas: 2, startedAt: "2026-01-02T03:04:05Z", cpu: 250m,
    conditions: [{type: Available, status: "True", reason: MinimumReplicasAvailable}, {type: Progressing, status: "False"}]}}
    """),
  "health": ["status": "Healthy", "message": ""], "list": [3, 1, 2], "words": ["b", "a"], "empty": [], "nothing": .null,
]

/// What an expression gives, as JSON.
private func result(_ text: String) -> String {
  do {
    return JSON.string(try Expression(text).evaluate(variables))
  } catch {
    return "error: \(error)"
  }
}

@Test(
  arguments: [
    // Literals and operators.
    ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 / 2", "3"), ("-7 / 2", "-3"), ("7 % -2", "1"), ("1.5 + 1.75", "3.25"), ("2u + 3u", "5"),
    ("0x1F", "31"), ("1e3 == 1000", "true"), ("-9223372036854775808", "-9223372036854775808"), ("'a' + \"b\"", "\"ab\""),
    ("[1] + [2, 3]", "[1,2,3]"),
    ("'it\\'s \\u00e9'", "\"it's é\""), ("r'\\d'", "\"\\\\d\""), ("'''a\n'b' '''", "\"a\\n'b' \""), ("b'abc'", "\"YWJj\""),
    ("{'a': 1, 'b': [true]}", "{\"a\":1,\"b\":[true]}"),
    ("null", "null"), ("!true", "false"), ("!(1 == 2)", "true"), ("1 == 1.0", "true"), ("1 == 1u", "true"), ("1 == '1'", "false"),
    ("1 < 1.5", "true"), ("2u > -1", "true"),
    ("[1, 2] == [1.0, 2u]", "true"), ("{'a': 1} == {'a': 1.0}", "true"), ("null == nothing", "true"), ("'a' < 'b' && 'Z' < 'a'", "true"),
    ("false < true", "true"),
    ("1 in list", "true"), ("'app' in object.metadata.labels", "true"), ("5 in list", "false"), ("true ? 1 : 2", "1"),
    ("false ? 1 : true ? 2 : 3", "2"),
    ("// a comment\n1", "1"), ("[1, 2,]", "[1,2]"), ("{}", "{}"),
    // Errors that the other side decides.
    ("true || object.missing", "true"), ("object.missing || true", "true"), ("false && 1 / 0 == 1", "false"),
    ("1 / 0 == 1 && false", "false"),
    ("object.missing || false", "error: no such key: missing"), ("1 || true", "true"),
    // Fields.
    ("object.spec.replicas", "3"), ("object.metadata.labels['a/b']", "\"x\""), ("list[1]", "1"), ("object['spec']['paused']", "false"),
    ("list[1.0]", "1"),
    ("has(object.spec.replicas)", "true"), ("has(object.spec.missing)", "false"),
    ("has(object.missing.deep)", "error: no such key: missing"),
    ("object.?spec.?replicas.orValue(1)", "3"), ("object.?missing.?deep.orValue(1)", "1"), ("object.?missing.hasValue()", "false"),
    ("list[?9].orValue(0)", "0"),
    ("object.?spec.replicas.value()", "3"), ("optional.of(1).value()", "1"), ("optional.none().or(optional.of(2)).value()", "2"),
    ("object.?missing", "null"),
    // Macros.
    ("object.status.conditions.exists(c, c.type == 'Available' && c.status == 'True')", "true"),
    ("object.status.conditions.all(c, c.status == 'True')", "false"),
    ("object.status.conditions.exists_one(c, c.status == 'True')", "true"),
    ("object.status.conditions.filter(c, c.status == 'False').map(c, c.type)", "[\"Progressing\"]"),
    ("list.map(x, x > 1, x * 10)", "[30,20]"), ("empty.all(x, false)", "true"), ("empty.exists(x, true)", "false"),
    ("object.metadata.labels.all(k, k.size() > 0)", "true"),
    ("[1, 'a'].exists(x, x > 0)", "true"), ("list.map(x, list.filter(y, y < x).size())", "[2,0,1]"),
    ("object.status.conditions.exists(c, c.reason == 'X')", "error: no such key: reason"),
    // Conversions.
    ("int('12') + int(3.9) + int(2u)", "17"), ("double('1.5')", "1.5"), ("string(12) + string(true) + string(1.5)", "\"12true1.5\""),
    ("bool('true')", "true"), ("uint(3)", "3"),
    ("type(1) == int", "true"), ("type('a') == string && type({}) == map && type(null) == null_type", "true"), ("size('héllo')", "5"),
    ("list.size() + size({})", "3"),
    ("string(b'abc')", "\"abc\""), ("dyn(1)", "1"),
    // Texts.
    ("'registry/team'.contains('/')", "true"), ("'abc'.startsWith('ab') && 'abc'.endsWith('bc')", "true"),
    ("object.spec.image.matches('^registry/.*:[0-9.]+$')", "true"),
    ("matches('abc', 'b')", "true"), ("' a '.trim()", "\"a\""), ("'AbC'.lowerAscii() + 'x'.upperAscii()", "\"abcX\""),
    ("'a,b,c'.split(',')", "[\"a\",\"b\",\"c\"]"),
    ("'a,b,c'.split(',', 2)", "[\"a\",\"b,c\"]"), ("'abc'.split('')", "[\"a\",\"b\",\"c\"]"), ("'abcabc'.replace('b', 'x')", "\"axcaxc\""),
    ("'abcabc'.replace('b', 'x', 1)", "\"axcabc\""),
    ("'abc'.replace('', '_')", "\"_a_b_c_\""), ("'abc'.replace('', '_', 2)", "\"_a_bc\""),
    ("'hello'.indexOf('l') + 'hello'.lastIndexOf('l')", "5"), ("'hello'.indexOf('l', 3)", "3"),
    ("'hello'.indexOf('z')", "-1"),
    ("'hello'.substring(1, 3) + 'hello'.substring(3)", "\"ello\""), ("'abc'.charAt(1)", "\"b\""), ("'abc'.reverse()", "\"cba\""),
    ("words.join('-')", "\"b-a\""),
    ("'web:1.2'.find('[0-9]+')", "\"1\""), ("'a1b22'.findAll('[0-9]+')", "[\"1\",\"22\"]"), ("'a1b22'.findAll('[0-9]+', 1)", "[\"1\"]"),
    ("'abab'.find('(a|ab)(c|b)')", "\"ab\""),
    ("'aaa'.find('a+?')", "\"a\""), ("'Hello'.matches('(?i)^hELLO$')", "true"), ("'a b'.findAll('\\\\b\\\\w')", "[\"a\",\"b\"]"),
    // Lists.
    ("list.min() + list.max() + list.sum()", "10"), ("list.isSorted()", "false"), ("[1, 2, 2].isSorted()", "true"),
    ("list.indexOf(2)", "2"), ("[1, 2, 1].lastIndexOf(1)", "2"),
    ("list.slice(1, 3)", "[1,2]"), ("list.sort()", "[1,2,3]"), ("[1, 1.0, 2].distinct()", "[1,2]"), ("empty.sum()", "0"),
    ("words.sort()", "[\"a\",\"b\"]"),
    // Quantities.
    ("quantity(object.status.cpu).isLessThan(quantity('1'))", "true"),
    ("quantity('1Gi').add(quantity('1Mi')).compareTo(quantity('1025Mi'))", "0"),
    ("quantity('1').sub(quantity('1500m')).sign()", "-1"), ("quantity('2k').asInteger()", "2000"),
    ("quantity('50m').asApproximateFloat()", "0.05"), ("isQuantity('1Zi')", "false"),
    ("quantity('1') == quantity('1000m')", "true"), ("quantity('1.5').isInteger()", "false"),
    ("quantity('5').isGreaterThan(quantity('4'))", "true"), ("quantity('100').add(20)", "\"120\""),
    // Times.
    ("timestamp(object.status.startedAt) + duration('1h30m')", "\"2026-01-02T04:34:05Z\""),
    ("timestamp('2026-03-01T00:00:00Z') - timestamp('2026-02-28T00:00:00Z') == duration('24h')", "true"),
    ("timestamp('2026-01-02T03:04:05+02:00').getHours()", "1"),
    ("timestamp('2026-01-02T03:04:05Z').getHours('+02:00')", "5"), ("timestamp('2026-01-02T03:04:05Z').getDayOfWeek()", "5"),
    ("timestamp('2024-12-31T00:00:00Z').getDayOfYear()", "365"),
    ("timestamp('2026-01-02T00:00:00Z').getMonth() + timestamp('2026-01-02T00:00:00Z').getDate()", "2"),
    ("duration('90s').getMinutes()", "1"), ("duration('1.5s')", "\"1.5s\""),
    ("duration('1h') > duration('59m')", "true"), ("timestamp(0)", "\"1970-01-01T00:00:00Z\""),
    ("timestamp('1969-12-31T23:59:59.5Z')", "\"1969-12-31T23:59:59.5Z\""),
    // Mistakes.
    ("1 / 0", "error: division by zero"), ("9223372036854775807 + 1", "error: the result is too large for its type"),
    ("1 + 'a'", "error: there is no int + string"),
    ("unknown", "error: undeclared reference to unknown: there are empty, health, list, nothing, object, words"),
    ("list[9]", "error: index out of bounds: 9"),
    ("object.spec.replicas.x", "error: a int has no field x"), ("'a'.nonsense()", "error: a string has no function nonsense()"),
    ("nonsense(1)", "error: there is no function nonsense(int)"),
    ("1 < 'a'", "error: int and string have no order"), ("int('x')", "error: \"x\" is no whole number"),
    ("timestamp('2026-02-30T00:00:00Z')", "error: \"2026-02-30T00:00:00Z\" is no time, such as 2026-01-02T03:04:05Z"),
    ("'a'.matches('(')", "error: \"(\" is no regular expression that is understood"),
    ("quantity('x')", "error: \"x\" is no quantity, such as 500m or 1Gi"),
    ("!1", "error: ! needs true or false"), ("1 ? 2 : 3", "error: ?: needs true or false before the question mark"),
    ("{'a': 1, 'a': 2}", "error: a key appears twice in a map"),
  ] as [(String, String)])
func expressions(_ text: String, _ expected: String) { #expect(result(text) == expected) }

@Test(
  arguments: [
    ("", "unexpected the end", 1), ("1 +", "unexpected the end", 4), ("(1", "expected ), not the end", 3), ("1 2", "unexpected 2", 3),
    ("a.", "expected a name, not the end", 3),
    ("'abc", "a string that does not end", 1), ("'\\q'", "an unknown escape", 2), ("a # b", "unexpected \"#\"", 3),
    ("has(a)", "has takes a field, as in has(object.status)", 1),
    ("list.all(1, true)", "all takes a variable and an expression, as in list.all(x, x > 1)", 6), ("while", "while is a reserved word", 1),
    ("99999999999999999999", "99999999999999999999 is too large", 1),
  ] as [(String, String, Int)])
func expressionsThatCannotBeRead(_ text: String, _ message: String, _ column: Int) {
  #expect(throws: ExpressionError(message, column: column)) { try Expression(text) }
}

@Test func anExpressionIsStoppedBeforeItTakesTooLong() throws {
  let long = try Expression("big.all(a, big.all(b, big.all(c, big.all(d, a + b + c + d >= 0))))")
  let big = Value.array((0..<200).map { .int($0) })
  #expect(throws: ExpressionError("the expression takes too long: it was stopped")) { try long.evaluate(["big": big], budget: 100_000) }
  let nested = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
  #expect(throws: ExpressionError.self) { try Expression(nested) }
  #expect(try Expression("text.matches('(a*)*b')").evaluate(["text": .string(String(repeating: "a", count: 5000))]) == false)
}

@Test func conditionsAreTrueOrFalse() throws {
  #expect(try Expression("health.status == 'Healthy'").holds(variables))
  #expect(throws: ExpressionError("the expression gives a number, not true or false")) { try Expression("1").holds(variables) }
}
