import Testing

@testable import Templating

/// Time, randomness and zones come from the environment alone.
@Suite struct EnvironmentTests {
  private static let environment = TemplateEnvironment(clock: .fixed(seconds: 1_600_000_000, nanoseconds: 5))

  @Test(arguments: [
    (#"{{ now | date "2006-01-02T15:04:05.999999999Z07:00" }}"#, "2020-09-13T12:26:40.000000005Z"),
    (#"{{ now | unixEpoch }} {{ now.Year }}"#, "1600000000 2020"),
    (#"{{ toDate "2006-01-02 15:04" "2020-09-13 12:00" | ago }}"#, "26m40s"),
    (#"{{ durationRound (toDate "2006-01-02" "2020-01-01") }}"#, "8mo"),
    (#"{{ date "2006" "no date" }}"#, "2020"),
    (#"{{ dateInZone "15:04 MST" now "Europe/Berlin" }}"#, "14:26 CEST"),
    (#"{{ dateInZone "15:04 MST" now "No/Where" }}"#, "12:26 UTC"),
    (#"{{ dateInZone "15:04 MST" now "../../etc/passwd" }}"#, "12:26 UTC"),
  ])
  func fixedClock(template: String, expected: String) throws {
    #expect(try GoTemplate(template).execute(.null, environment: Self.environment) == expected)
  }

  /// A zone of one offset, in the binary form with 64-bit times and a rule.
  private struct OneZone: ZoneDatabase {
    func file(_ name: String) -> [UInt8]? {
      guard name == "Test/Zone" else { return nil }
      let header: [UInt8] = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
      let counts: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
      let type: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0] + Array("TST\0".utf8)
      return header + counts + type + header + counts + type + Array("\nTST-1TDT,M3.5.0,M10.5.0/3\n".utf8)
    }
  }

  @Test func givenZones() throws {
    var environment = TemplateEnvironment(clock: .fixed(seconds: 1_600_000_000), localZone: "Test/Zone", zones: OneZone())
    let template = try GoTemplate(#"{{ now | date "15:04 MST" }} {{ dateInZone "15:04 MST" now "Europe/Berlin" }}"#)
    #expect(try template.execute(.null, environment: environment) == "14:26 TDT 12:26 UTC")
    environment.clock = .fixed(seconds: 1_580_000_000)
    #expect(try template.execute(.null, environment: environment) == "01:53 TST 00:53 UTC")
  }

  @Test(arguments: [
    "{{ randAlphaNum 40 }} {{ randAscii 3 }} {{ randNumeric 4 }} {{ randBytes 12 }}",
    "{{ uuidv4 }} {{ uuidv4 }}",
    #"{{ shuffle "abcdefghijklmnop" }} {{ randInt 0 1000000 }}"#,
    #"{{ genPrivateKey "ed25519" }}{{ genPrivateKey "ecdsa" }}"#,
    #"{{ encryptAES "k" "text" }}"#,
    #"{{ $c := genCAWithKey "ca" 10 (genPrivateKey "ed25519") }}{{ $c.Cert }}{{ $c.Key }}"#,
  ])
  func seedDecides(template: String) throws {
    let template = try GoTemplate(template)
    #expect(!template.isDeterministic)
    let one = TemplateEnvironment.system.pinned(seconds: 1_600_000_000, seed: [1])
    let two = TemplateEnvironment.system.pinned(seconds: 1_600_000_000, seed: [2])
    let first = try template.execute(.null, environment: one)
    #expect(try template.execute(.null, environment: one) == first)
    #expect(try template.execute(.null, environment: two) != first)
    #expect(try template.execute(.null) != template.execute(.null))
  }

  @Test(
    arguments: [
      ("{{ .x }}", []),
      (#"{{ toDate "2006" "2020" | date "06" }}{{ sha256sum .x }}"#, []),
      ("{{ if .x }}{{ now }}{{ end }}{{ uuidv4 }}{{ now }}", ["now", "uuidv4"]),
      (#"{{ define "a" }}{{ randAlpha 5 }}{{ end }}{{ genCA "x" 1 }}"#, ["genCA", "randAlpha"]),
      (#"{{ htpasswd "u" "p" | bcrypt | shuffle }}"#, ["bcrypt", "htpasswd", "shuffle"]),
    ] as [(String, [String])])
  func nondeterministicFunctions(template: String, expected: [String]) throws {
    let template = try GoTemplate(template)
    #expect(template.nondeterministicFunctions == expected)
    #expect(template.isDeterministic == expected.isEmpty)
  }

  @Test func setsKnowTheirFunctionsToo() throws {
    var set = TemplateSet()
    try set.add("{{ uuidv4 }}", name: "a")
    try set.add("{{ now }}", name: "b")
    #expect(set.nondeterministicFunctions == ["now", "uuidv4"])
  }

  @Test func lookups() throws {
    let environment = TemplateEnvironment(lookup: { version, kind, namespace, name in
      name == "known" ? .dictionary([("id", .string("\(version)/\(kind)/\(namespace)"))]) : nil
    })
    let template = try GoTemplate(
      #"{{ (lookup "v1" "Secret" "ns" "known").id }} {{ lookup "v1" "Secret" "ns" "other" }}"#, functions: .helm)
    #expect(try template.execute(.null, environment: environment) == "v1/Secret/ns map[]")
    #expect(try template.execute(.dictionary([])) == "<no value> map[]")
  }
}
