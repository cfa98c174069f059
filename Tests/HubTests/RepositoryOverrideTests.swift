import Testing

@testable import Hub

@Suite struct RepositoryOverrideTests {
  @Test(arguments: [
    ("https://h/a.git=/srv/a", RepositoryOverride(url: "https://h/a.git", path: "/srv/a")),
    ("https://h/a.git=/srv/a@v1.2", RepositoryOverride(url: "https://h/a.git", path: "/srv/a", content: .revision("v1.2"))),
    ("https://h/a.git=/srv/a@refs/tags/v1", RepositoryOverride(url: "https://h/a.git", path: "/srv/a", content: .revision("refs/tags/v1"))),
    ("https://h/a.git=fleet@worktree", RepositoryOverride(url: "https://h/a.git", path: "fleet", content: .workTree)),
    ("git@h:team/a.git=a", RepositoryOverride(url: "git@h:team/a.git", path: "a")),
    ("https://h/a?x=1=/srv/a", RepositoryOverride(url: "https://h/a?x=1", path: "/srv/a")),
    ("https://h/a.git=/srv/user@host/a", RepositoryOverride(url: "https://h/a.git", path: "/srv/user@host/a")),
  ])
  func reads(_ text: String, _ expected: RepositoryOverride) {
    #expect(RepositoryOverride(argument: text) == expected)
  }

  @Test(arguments: ["", "https://h/a.git", "=path", "https://h/a.git="])
  func refuses(_ text: String) {
    #expect(RepositoryOverride(argument: text) == nil)
  }
}
