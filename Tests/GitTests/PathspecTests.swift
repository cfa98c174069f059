import Foundation
import Testing

@testable import Git

@Suite struct PathspecTests {
  static let files = [
    "README.md", "a*b/x.yaml", "a.yaml", "apps/web/config.json", "apps/web/prod/config.json", "apps/web-2/config.json", "apps/webs",
    "apps/x.yaml", "apps/x.yml", "b/[x]/c", "b/]", "b/x/c", "charts/Foo.yaml", "charts/a1.yaml", "charts/aé.yaml", "deep/a/b/c/values.yaml",
    "deep/a/values.yaml", "deep/values.yaml", "é/x.yaml",
  ]

  static let specs = [
    "apps", "apps/", "apps/web", "apps/web/", "apps/web/*", "apps/*", "apps/*/config.json", "*.yaml", "**/*.yaml", "*", ".", "./apps//web",
    "apps/x.y*ml", "apps/x.y?ml", "apps/x.y?", "charts/a?.yaml", "charts/a??.yaml", "charts/[a-z]1.yaml", "charts/[A-F]*", "charts/[^a]*",
    "charts/[!a]*", "charts/[[:upper:]]*", "charts/[[:alpha:]][[:digit:]].yaml", "charts/[[:nope:]]*", "deep/**/values.yaml",
    "deep/*/values.yaml",
    ":(glob)deep/**/values.yaml", ":(glob)deep/*/values.yaml", ":(glob)deep/**", ":(glob)**/x.yaml", ":(glob)*.yaml", ":(glob)apps/web**",
    ":(icase)APPS/WEB", ":(icase)CHARTS/f*", ":(icase)charts/[F]*", ":(literal)a*b", "a\\*b", "a*b", "a\\*b/*", "b/[x]/c", "b/\\[x\\]/c",
    "b/]", "b/[]]",
    "b/[", "b/[x", "b/*]*", ":/apps/x.yml", ":!apps", ":^*.yaml", ":(exclude)deep/*", "nothing", "apps/web/config.json/", "apps/webs/",
    "*config*",
    "*/config.json", "a/../apps/web", "[!", "\\", "*\\", "é", "é/*", "?/x.yaml", "??/x.yaml", ":(top,glob)apps/*", "apps/.", "apps/./web",
    "*/",
    "apps/*/", "charts/[a-]*", "charts/[-a]*", "charts/[\\a-b]*",
  ]

  @Test(.enabled(if: Tools.obstacle == nil, "git is needed")) func agreesWithGit() throws {
    let repository = try Repository()
    for file in Self.files { try repository.write(file, "x") }
    try repository.git("add", "-A")
    try repository.git("commit", "-q", "-m", "files")
    let listed = Self.files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for spec in Self.specs {
      let expected = try repository.git("ls-files", "-z", "--full-name", "--", spec).split(separator: "\0").map(String.init)
      #expect(try Globs.pathspec(spec, in: listed) == expected, "pathspec \(spec)")
    }
  }

  @Test(arguments: ["", "/etc", "..", "a/../../b", ":(nope)a", ":(glob", ":(glob,literal)a"])
  func refused(spec: String) {
    #expect(throws: GitError.self) { try Pathspec(spec) }
  }

  @Test func excludesAreTakenFromWhatOthersChoose() throws {
    let specs = try ["apps", ":!*.yml", ":!apps/web/"].map { spec throws(GitError) in try Pathspec(spec) }
    #expect(Pathspec.select(specs, from: Self.files) == ["apps/web-2/config.json", "apps/webs", "apps/x.yaml"])
  }
}
