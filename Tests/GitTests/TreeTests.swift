import Foundation
import Testing

@testable import Git

@Suite struct TreeTests {
  static let folderCases: [([String], Bool, [String])] = [
    ([], false, []),
    (["README.md"], false, []),
    (["apps/web/a.yaml", "apps/web/b.yaml", "apps/db.yaml"], false, ["apps", "apps/web"]),
    ([".github/workflows/x.yaml", "a/.hidden/deep/x", "a/b/c/d"], false, ["a", "a/b", "a/b/c"]),
    ([".github/workflows/x.yaml", "a/.hidden/x"], true, [".github", ".github/workflows", "a", "a/.hidden"]),
    (["a-b/x", "a/x", "a/y/z"], false, ["a", "a-b", "a/y"]),
    (["a./x", "é/ü/x"], false, ["a.", "é", "é/ü"]),
  ]

  @Test(arguments: folderCases)
  func folders(paths: [String], hidden: Bool, expected: [String]) {
    #expect(TreePaths.folders(of: paths, hidden: hidden) == expected)
  }

  static let normalized: [(String, String)] = [
    ("", ""), (".", ""), ("./", ""), ("/", ""), ("a", "a"), ("a/", "a"), ("./a/./b//c/", "a/b/c"), ("a/../b", "a/../b"), (".a", ".a"),
    ("a.b/c", "a.b/c"),
  ]

  @Test(arguments: normalized)
  func normalizes(path: String, expected: String) {
    #expect(TreePaths.normalized(path) == expected)
  }

  @Test func foldersOfAListing() throws {
    let tree = InMemoryTree(["a/x": "", "a/b/y": "", "a.z": "", "ab/q": "", "c": ""])
    #expect(try tree.paths(under: "a") == ["a/b/y", "a/x"])
    #expect(try tree.paths(under: "./a/") == ["a/b/y", "a/x"])
    #expect(try tree.paths(under: ".") == ["a.z", "a/b/y", "a/x", "ab/q", "c"])
    #expect(try tree.hasFolder("a/b") && tree.hasFolder("") && !tree.hasFolder("c") && !tree.hasFolder("x"))
    #expect(try tree.kind(of: "c") == .file && tree.kind(of: "a") == nil)
  }

  @Test func memoryRefusesWhatIsNoFile() throws {
    let tree = InMemoryTree(bytes: ["a": [1, 2, 3]], kinds: ["l": .symbolicLink, "s": .submodule], commit: "abc")
    #expect(try tree.paths() == ["a", "l"])
    #expect(try tree.submodules() == ["s"])
    #expect(throws: GitError.self) { try tree.read("a", maximumBytes: 2) }
    #expect(try tree.read("./a", maximumBytes: 3) == [1, 2, 3])
    for path in ["l", "s", "x"] { #expect(throws: GitError.self) { try tree.read(path, maximumBytes: 10) } }
  }

  @Test func foldersOnDisk() throws {
    let scratch = try Scratch()
    try scratch.write("fleet/b.yaml", "b")
    try scratch.write("fleet/a/deep/x.yaml", "x: 1")
    try scratch.write("fleet/.git/config", "secret")
    try scratch.write("fleet/a/.git/config", "secret")
    try scratch.write("fleet/.hidden/y", "y")
    try scratch.write("outside/secret", "s")
    try scratch.write("fleet/..2026/data.yaml", "mounted")
    try scratch.link("fleet/..data", to: "..2026")
    try scratch.link("fleet/data.yaml", to: "..data/data.yaml")
    try scratch.link("fleet/out.yaml", to: "../outside/secret")
    try scratch.link("fleet/loop.yaml", to: "loop.yaml")
    try scratch.link("fleet/folder", to: "a")
    let tree = DirectoryTree(scratch.path("fleet"))
    #expect(try tree.paths() == [".hidden/y", "a/deep/x.yaml", "b.yaml", "data.yaml", "loop.yaml", "out.yaml"])
    #expect(try tree.read("a/deep/x.yaml", maximumBytes: 100) == Array("x: 1".utf8))
    #expect(try tree.read("data.yaml", maximumBytes: 100) == Array("mounted".utf8))
    #expect(try tree.kind(of: "data.yaml") == .file)
    #expect(try tree.kind(of: "out.yaml") == .symbolicLink)
    #expect(tree.commit == nil)
    for (folder, paths) in [
      ("a", ["a/deep/x.yaml"]), ("./a/deep/", ["a/deep/x.yaml"]), (".hidden", [".hidden/y"]), ("folder", []), (".git", []), ("a/.git", []),
      ("../outside", []), ("a/../../outside", []), ("..2026", []), ("nothing", []), ("b.yaml", []),
    ] {
      #expect(try tree.paths(under: folder) == paths, "\(folder)")
      #expect(try tree.hasFolder(folder) == !paths.isEmpty, "\(folder)")
    }
    for (path, kind) in [
      ("out.yaml", GitError.Kind.notRegular), ("loop.yaml", .notRegular), ("nothing", .fileNotFound), ("../outside/secret", .invalid),
      ("a", .notRegular),
    ] {
      #expect { try tree.read(path, maximumBytes: 100) } throws: { ($0 as? GitError)?.kind == kind }
    }
    #expect { try tree.read("a/deep/x.yaml", maximumBytes: 3) } throws: { ($0 as? GitError)?.kind == .tooLarge }
    #expect { try DirectoryTree(scratch.path("nowhere")).paths() } throws: { ($0 as? GitError)?.kind == .fileNotFound }
    #expect { try DirectoryTree(scratch.path("fleet"), maximumFiles: 2).paths() } throws: { ($0 as? GitError)?.kind == .tooLarge }
  }
}
