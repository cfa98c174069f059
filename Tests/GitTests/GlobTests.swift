import Testing

@testable import Git

@Suite struct GlobTests {
  /// pattern, name, expected (nil: malformed)
  static let goPath: [(String, String, Bool?)] = [
    ("apps/*", "apps/web", true), ("apps/*", "apps/web/base", false), ("apps/*", "apps/", true), ("*", "", true), ("", "", true),
    ("", "a", false), ("*", "a/b", false), ("**", "a/b", false), ("apps/**", "apps/a/b", false), ("apps/**", "apps/a", true),
    ("a?c", "abc", true), ("a?c", "a/c", false), ("a?c", "aéc", true), ("a??c", "aéc", false),
    ("[a-c]x", "bx", true), ("[^a-c]x", "bx", false), ("[^a-c]x", "zx", true), ("[!a]x", "!x", true), ("[!a]x", "bx", false),
    ("[^a]b", "/b", true), ("*x", "xxx", true), ("a*b*c", "a1b2b3c", true), ("a*b*c", "a1b2b3cd", false), ("a\\*b", "a*b", true),
    ("a\\*b", "acb", false), ("[\\]]", "]", true), ("[\\-x]", "-", true), ("]", "]", true), ("a]b", "a]b", true),
    ("*[^x]b*c", "zb/bc", false), ("{a,b}", "{a,b}", true), ("{a,b}", "a", false),
    ("cluster-*/values-?.yaml", "cluster-eu/values-1.yaml", true),
    ("[z-a]", "b", false), ("a*/b", "a/c/b", false), ("*/*/x", "a/b/x", true),
    ("[", "a", nil), ("[a", "a", nil), ("[]a]", "]", nil), ("[-]", "-", nil), ("[x-]", "x", nil), ("[a-b-c]", "a", nil),
    ("[^]a]", "b", nil),
    ("\\", "a", nil), ("a[", "zzz", nil), ("b*[", "a", nil), ("[a-", "a", nil), ("a\\", "b", nil), ("[\\", "a", nil),
  ]

  @Test(arguments: goPath)
  func pathMatch(pattern: String, name: String, expected: Bool?) {
    #expect(Globs.pathMatch(pattern, name) == expected, "\(pattern) on \(name)")
  }

  static let doublestars: [(String, String, Bool?)] = [
    ("a/**", "a", true), ("a/**", "a/b/c", true), ("a/**", "ab", false), ("**", "a/b/c", true), ("**", "", true), ("**/c", "c", true),
    ("**/c", "a/b/c", true), ("**/c", "a/bc", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true), ("a/**/b", "ax/b", false),
    ("a/**.yaml", "a/b/c.yaml", false), ("a/**.yaml", "a/c.yaml", true), ("a**/c", "abc/c", true), ("a**/c", "a/b/c", false),
    ("**/*.{yaml,yml}", "x/y/z.yml", true), ("**/*.{yaml,yml}", "z.json", false), ("{a,b/**}/c", "b/x/y/c", true),
    ("{a,{b,c}}d", "cd", true),
    ("[!a]b", "cb", true), ("[^a]b", "ab", false), ("[-x]", "-", true), ("[x-]", "-", true), ("a/*/**/z", "a/b/z", true),
    ("a/*/**/z", "a/z", false),
    ("**/a*b/**/c", "x/aab/ab/y/c", true), ("abc**", "abc", true), ("*", ".hidden", true), ("a/**/", "a", true), ("a\\{b", "a{b", true),
    ("**/config.json", "apps/web/config.json", true), ("apps/*/config.json", "apps/web/x/config.json", false),
    ("{a,b", "a", nil), ("[", "a", nil), ("[]a]", "]", nil), ("a\\", "a", nil),
  ]

  @Test(arguments: doublestars)
  func doublestar(pattern: String, name: String, expected: Bool?) {
    #expect(Globs.doublestar(pattern, name) == expected, "\(pattern) on \(name)")
  }

  static let brace: [(String, String, Bool?)] = [
    ("*.yaml", "a/b/c.yaml", true), ("{config,env-use2/*}", "env-use2/a/b.yaml", true), ("{*.yml,*.yaml}", "x.yml", true), ("?", "/", true),
    ("config.{yaml,json}", "config.json", true), ("[!a]x", "bx", true), ("[^a]x", "^x", true), ("[a-c]", "b", true), ("a,b", "a,b", true),
    ("**/x", "a/b/x", true), ("*/x", "x", false), ("{a,{b,c}*}", "cde", true), ("", "", true), ("", "a", false), ("[a-cx]", "b", nil),
    ("{a", "a", nil),
  ]

  @Test(arguments: brace)
  func braces(pattern: String, name: String, expected: Bool?) {
    #expect(Globs.braces(pattern, name) == expected, "\(pattern) on \(name)")
  }

  @Test func aPatternWithTooManyAlternativesIsRefused() {
    #expect(GlobPattern(String(repeating: "{a,b,c,d}", count: 8), dialect: .braces) == nil)
    #expect(GlobPattern(String(repeating: "{", count: 5000) + String(repeating: "}", count: 5000), dialect: .doublestar) != nil)
  }

  @Test func aHostilePatternEnds() throws {
    let name = String(repeating: "a", count: 2000)
    let pattern = String(repeating: "*a", count: 40) + "*b"
    #expect(Globs.pathMatch(pattern, name) == false)
    #expect(Globs.doublestar(pattern, name) == false)
    #expect(try Pathspec(pattern).matches(name) == false)
  }
}
