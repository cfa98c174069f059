import Foundation
import Testing

@testable import Git

@Suite(.enabled(if: Tools.obstacle == nil, "git is needed"))
struct CommitTreeTests {
  /// Opens the tree of a commit in place, with limits.
  static func tree(_ repository: Repository, _ commit: String, limits: CommitTree.Limits = .init()) throws -> CommitTree {
    let id = try #require(ObjectID(hex: commit))
    return try CommitTree(commit: id, in: ObjectStore(path: repository.folder), limits: limits)
  }

  /// Makes a commit of one folder whose entries are given as `git ls-tree` prints them, `;` for the end of each; nothing is checked.
  static func commit(_ repository: Repository, entries: String) throws -> String {
    try repository.shell(#"tree=$(printf "$1" | tr ';' '\000' | git mktree -z --missing) && git commit-tree "$tree" -m made"#, entries)
  }

  @Test func onlyWhatIsAskedForIsRead() throws {
    let repository = try Repository()
    let head = try repository.commit(
      "first", ["apps/a/x": "1", "apps/b/y": "2", "broken/deep/z": "3", "apps-b/w": "4", "modules/README": "", "top": "5"])
    let broken = try repository.git("rev-parse", "HEAD:broken").trimmingCharacters(in: .whitespacesAndNewlines)
    try FileManager.default.removeItem(atPath: repository.folder + "/.git/objects/\(broken.prefix(2))/\(broken.dropFirst(2))")
    let tree = try Self.tree(repository, head)
    let cases: [(String, [String])] = [
      ("apps", ["apps/a/x", "apps/b/y"]), ("./apps/a/", ["apps/a/x"]), ("apps/a/x", []), ("nothing", []), ("app", []), ("apps/../top", []),
    ]
    for (folder, paths) in cases { #expect(try tree.paths(under: folder) == paths, "\(folder)") }
    #expect(try tree.hasFolder("apps") && tree.hasFolder(".") && tree.hasFolder("apps/b"))
    #expect(try !tree.hasFolder("top") && !tree.hasFolder("apps/c") && !tree.hasFolder(".."))
    #expect(try tree.read("apps/a/x", maximumBytes: 1) == [0x31])
    #expect(try tree.kind(of: "top") == .file && tree.kind(of: "apps") == nil && tree.kind(of: "top/x") == nil)
    #expect(try tree.contentID("top") == (try repository.head("HEAD:top")))
    // What needs the folder that is missing says so: never a shorter list.
    for ask in [{ _ = try tree.paths() }, { _ = try tree.paths(under: "broken") }, { _ = try tree.kind(of: "broken/deep/z") }] {
      #expect { try ask() } throws: { ($0 as? GitError)?.kind == .corrupt }
    }
  }

  @Test func foldersAgreeWithTheWholeListing() throws {
    let repository = try Repository()
    var files: [String: String] = [:]
    for name in ["a", "a-b", "a.b", "a0", "b", "é", "z"] { for inner in ["x", "x-y", "x/y", "x.z"] { files["\(name)/\(inner)/f"] = name } }
    files["a/x-"] = ""
    let head = try repository.commit("first", files)
    let (lazy, whole) = (try Self.tree(repository, head), try Self.tree(repository, head))
    let all = try whole.paths()
    let listed = try repository.git("ls-tree", "-r", "-z", "--name-only", head).split(separator: "\0").map(String.init)
    #expect(all == listed)
    for folder in TreePaths.folders(of: all, hidden: true) + ["a/x/y/f", "q", ""] {
      let expected = Array(TreePaths.slice(all, under: folder))
      #expect(try lazy.paths(under: folder) == expected, "\(folder)")
      #expect(try whole.paths(under: folder) == expected, "\(folder)")
      #expect(try lazy.hasFolder(folder) == !expected.isEmpty, "\(folder)")
    }
    for path in all { #expect(try lazy.kind(of: path) == .file, "\(path)") }
  }

  /// What a link at `d/e/link` leads to, and what reading it gives.
  static let links: [(target: String, text: String?)] = [
    ("../../top", "top"), ("file", "near"), ("./file", "near"), ("other", "near"), ("../folder/inner", "inner"),
    ("../linked/inner", "inner"),
    ("../../d/../d//e/file", "near"), ("run.sh", "run"),
    ("../../../outside", nil), ("../../../repo/top", nil), ("/etc/passwd", nil), ("..", nil), (".", nil), ("missing", nil), ("link", nil),
    ("circle", nil), ("file/x", nil), ("../../vendor/lib/x", nil), ("../../vendor/lib", nil), ("../folder", nil),
  ]

  @Test(arguments: links)
  func linksNeverLeaveTheRepository(target: String, text: String?) async throws {
    let repository = try Repository()
    try repository.scratch.write("outside", "secret")
    try repository.write("d/e/run.sh", "run", executable: true)
    let files = ["top": "top", "d/e/file": "near", "d/folder/inner": "inner"]
    for (link, target) in [("d/e/other", "file"), ("d/linked", "folder"), ("d/e/circle", "circle2"), ("d/e/circle2", "circle")] {
      if !FileManager.default.fileExists(atPath: repository.folder + "/d/e") { try repository.write("d/e/file", "") }
      try repository.scratch.link("repo/" + link, to: target)
    }
    try repository.scratch.link("repo/d/e/link", to: target)
    let first = try repository.commit("first", files)
    try repository.git("update-index", "--add", "--cacheinfo", "160000,\(first),vendor/lib")
    try repository.git("commit", "-q", "-m", "submodule")
    let commit = try Self.tree(repository, repository.head())
    let trees: [any FileTree] = [commit, DirectoryTree(repository.folder)]
    for tree in trees {
      // On disk, a link to a folder is left out of the listing, and one that leaves the folder and comes back is one that stays.
      let isOnDisk = tree is DirectoryTree
      if isOnDisk && ["..", ".", "../folder", "../../../repo/top"].contains(target) { continue }
      #expect(try tree.paths().contains("d/e/link"))
      guard let text else {
        #expect(try tree.kind(of: "d/e/link") == .symbolicLink, "\(tree)")
        #expect { try tree.read("d/e/link", maximumBytes: 100) } throws: { ($0 as? GitError)?.kind == .notRegular }
        continue
      }
      #expect(try tree.kind(of: "d/e/link") != .symbolicLink, "\(tree)")
      #expect(try tree.read("d/e/link", maximumBytes: 100) == Array(text.utf8), "\(tree)")
      #expect { try tree.read("d/e/link", maximumBytes: 1) } throws: { ($0 as? GitError)?.kind == .tooLarge }
    }
    #expect(try (commit.contentID("d/e/link") == nil) == (text == nil))
    // What seems to lie below a link to a folder is no part of the tree.
    #expect(try commit.kind(of: "d/linked/inner") == nil && commit.paths(under: "d/linked").isEmpty)
    #expect(try DirectoryTree(repository.folder).paths(under: "d/linked").isEmpty)
  }

  @Test func namesThatAreNotUTF8() throws {
    let repository = try Repository()
    try repository.commit("first", ["x": "one"])
    let blob = try repository.head("HEAD:x")
    let other = try repository.shell("printf two | git hash-object -w --stdin")
    let head = try Self.commit(
      repository,
      entries: #"100644 blob \#(blob)\tcaf\351.yaml;100644 blob \#(blob)\tb;100644 blob \#(blob)\ttwo\377;100644 blob \#(other)\ttwo\376;"#)
    let tree = try Self.tree(repository, head)
    // Listed, so that nobody believes them gone, and read where it is clear which one is meant.
    #expect(try tree.paths() == ["b", "caf\u{FFFD}.yaml", "two\u{FFFD}", "two\u{FFFD}"])
    #expect(try tree.read("caf\u{FFFD}.yaml", maximumBytes: 10) == Array("one".utf8))
    #expect { try tree.read("two\u{FFFD}", maximumBytes: 10) } throws: { ($0 as? GitError)?.message.contains("rename") == true }
    #expect(try tree.contentID("two\u{FFFD}") == nil)
  }

  static let dishonest: [(String, GitError.Kind)] = [
    (#"100644 blob B\t.git;"#, .invalid), (#"100644 blob B\t.GIT;"#, .invalid), (#"100644 blob B\t..;"#, .invalid),
    (#"040000 tree T\t.git;"#, .invalid), (#"100644 blob B\ta;100755 blob B\ta;"#, .invalid),
    (#"100644 blob B\ta;040000 tree T\ta;"#, .invalid),
    (#"040000 tree B\ta;"#, .corrupt), (#"040000 tree 1111111111111111111111111111111111111111\ta;"#, .corrupt),
    (#"100644 blob 1111111111111111111111111111111111111111\ta;"#, .corrupt), (#"100644 blob T\ta;"#, .corrupt),
  ]

  @Test(.enabled(if: Tools.hasPython, "python3 is needed"), arguments: dishonest)
  func dishonestCommitsAreRefused(entries: String, kind: GitError.Kind) throws {
    let repository = try Repository()
    try repository.commit("first", ["x": "one"])
    let (blob, folder) = (try repository.head("HEAD:x"), try repository.head("HEAD^{tree}"))
    let made = entries.replacingOccurrences(of: " B", with: " " + blob).replacingOccurrences(of: " T", with: " " + folder)
    let head = try repository.shell(
      #"""
      printf "$1" | tr ';' '\000' > entries
      tree=$(git mktree -z --missing < entries 2>/dev/null) || tree=$(python3 - <<'END'
      import hashlib, subprocess
      body = b""
      for line in open("entries", "rb").read().split(b"\0")[:-1]:
          head, name = line.split(b"\t")
          mode, _, id = head.split(b" ")
          body += mode.lstrip(b"0") + b" " + name + b"\0" + bytes.fromhex(id.decode())
      done = subprocess.run(["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"], input=body, stdout=subprocess.PIPE)
      print(done.stdout.decode().strip())
      END
      )
      git commit-tree "$tree" -m made
      """#, made)
    #expect {
      let tree = try Self.tree(repository, head)
      for path in try tree.paths() { _ = try tree.read(path, maximumBytes: 100) }
    } throws: {
      ($0 as? GitError)?.kind == kind
    }
  }

  @Test func aTreeWithoutEndIsRefused() throws {
    let repository = try Repository()
    // Thirty folders, each ten times in the next: 10^30 paths of a few kilobytes.
    let head = try repository.shell(
      #"""
      tree=$(git mktree </dev/null)
      for level in $(seq 30); do tree=$(for name in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\t%s\n' "$tree" $name; done | git mktree); done
      git commit-tree "$tree" -m bomb
      """#)
    let tree = try Self.tree(repository, head, limits: .init(files: 100, entries: 20_000))
    #expect { try tree.paths() } throws: { ($0 as? GitError)?.kind == .tooLarge }
    #expect { try tree.hasFolder("0") } throws: { ($0 as? GitError)?.kind == .tooLarge }
    let shallow = try Self.tree(repository, head, limits: .init(depth: 10))
    #expect { try shallow.paths() } throws: { ($0 as? GitError)?.message.contains("nested") == true }
    let many = try repository.commit("many", ["a": "1", "b": "2", "c": "3"])
    #expect { try Self.tree(repository, many, limits: .init(files: 2)).paths() } throws: { ($0 as? GitError)?.kind == .tooLarge }
  }
}
