import Foundation
import Testing

@testable import Git

/// Copies that are damaged, replaced or cannot be written: a right answer, or an error, but never a wrong answer.
@Suite(.enabled(if: Tools.obstacle == nil, "git is needed"))
struct RepairTests {
  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let run: @Sendable (String) throws -> Void
  }

  static func packs(_ folder: String, _ suffix: String = ".pack") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder + "/objects/pack").filter { $0.hasSuffix(suffix) }
      .map { folder + "/objects/pack/" + $0 }
  }

  static func rewrite(_ path: String, _ change: (inout Data) -> Void) throws {
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    change(&data)
    try FileManager.default.removeItem(atPath: path)
    try data.write(to: URL(fileURLWithPath: path))
  }

  static let damages: [Damage] = [
    Damage(testDescription: "HEAD is gone") { try FileManager.default.removeItem(atPath: $0 + "/HEAD") },
    Damage(testDescription: "the packs are gone") { try FileManager.default.removeItem(atPath: $0 + "/objects/pack") },
    Damage(testDescription: "all objects are gone") { try FileManager.default.removeItem(atPath: $0 + "/objects") },
    Damage(testDescription: "the packs are cut off") { for pack in try packs($0) { try rewrite(pack) { $0 = $0.prefix(40) } } },
    Damage(testDescription: "the packs are empty") { for pack in try packs($0) { try rewrite(pack) { $0 = Data() } } },
    Damage(testDescription: "bits of the packs have changed") { folder in
      for pack in try packs(folder) { try rewrite(pack) { data in for index in 14..<(data.count - 20) { data[index] ^= 0x55 } } }
    },
    Damage(testDescription: "the indexes are cut off") {
      for index in try packs($0, ".idx") { try rewrite(index) { $0 = $0.prefix(100) } }
    },
    Damage(testDescription: "the references are nonsense") { try rewrite($0 + "/packed-refs") { $0 = Data("nonsense".utf8) } },
    Damage(testDescription: "the references are empty") { try rewrite($0 + "/packed-refs") { $0 = Data() } },
    Damage(testDescription: "the references end early") { try rewrite($0 + "/packed-refs") { $0.removeLast(60) } },
    Damage(testDescription: "a reference was edited") { folder in
      try rewrite(folder + "/packed-refs") {
        $0 = Data(String(decoding: $0, as: UTF8.self).replacing("heads/main", with: "heads/mein").utf8)
      }
    },
    Damage(testDescription: "it is another repository's") {
      try rewrite($0 + "/flotilla-origin") { $0 = Data("https://elsewhere/x\n".utf8) }
    },
    Damage(testDescription: "a file stands in its place") { folder in
      try FileManager.default.removeItem(atPath: folder)
      try Data("a file".utf8).write(to: URL(fileURLWithPath: folder))
    },
    Damage(testDescription: "it is gone") { try FileManager.default.removeItem(atPath: $0) },
  ]

  @Test(arguments: damages)
  func aDamagedMirrorIsMadeAnew(damage: Damage) async throws {
    let repository = try Repository()
    let head = try repository.commit("first", ["a": "1", "b/c": String(repeating: "some text\n", count: 50)])
    let folder = repository.scratch.path("mirror")
    let running = try Way.ssh.mirror(repository)
    try await running.fetch()
    try damage.run(folder)
    try FileManager.default.createDirectory(atPath: folder + ".new-left", withIntermediateDirectories: true)

    // A process that starts now: without a fetch it repairs or refuses, and after a fetch all is well.
    let starting = try Way.ssh.mirror(repository)
    do {
      #expect(try await starting.resolve("main") == head)
      #expect(try await starting.references()["refs/heads/main"] == head)
    } catch {
      #expect(error.kind == .network && error.message.contains("not fetched yet") || error.kind == .corrupt, "\(error)")
    }
    try await starting.fetch()
    #expect(try await starting.resolve("HEAD") == head)
    #expect(try await starting.tree(at: "main").paths() == ["a", "b/c"])
    do {
      #expect(try await starting.tree(at: "main").read("a", maximumBytes: 10) == [0x31])
    } catch {
      // Only reading shows that a file is damaged; the next call makes the copy anew.
      #expect(error.kind == .corrupt, "\(error)")
      #expect(try await starting.tree(at: "main").read("a", maximumBytes: 10) == [0x31])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: repository.scratch.root).filter { $0.hasPrefix("mirror.") } == [])
  }

  @Test func damageUnderARunningMirrorIsFoundAndRepaired() async throws {
    let repository = try Repository()
    let first = try repository.commit("first", ["a": "1"])
    let head = try repository.commit("second", ["a": "2", "b": "2"])
    let folder = repository.scratch.path("mirror")
    let mirror = try Way.ssh.mirror(repository)
    try await mirror.fetch()
    try FileManager.default.removeItem(atPath: folder + "/objects/pack")
    let other = try Way.ssh.mirror(repository)
    // The remote has not moved, so a fetch alone would have nothing to do: what is asked for shows the damage.
    #expect(try await other.tree(at: first).read("a", maximumBytes: 10) == [0x31])
    #expect(try await other.tree(at: head).paths() == ["a", "b"])

    // Without the remote there is an error that says both.
    try FileManager.default.removeItem(atPath: folder + "/objects/pack")
    try FileManager.default.removeItem(atPath: repository.folder)
    let alone = try Way.ssh.mirror(repository)
    await expectFailure(.corrupt, containing: "damaged", "cannot be made anew", folder) { try await alone.tree(at: first).paths() }
  }

  @Test func whatAKilledProcessLeftIsPassedOver() async throws {
    let repository = try Repository()
    try repository.commit("first", ["a": "1"])
    let folder = repository.scratch.path("mirror")
    try await Way.ssh.mirror(repository).fetch()
    // Half a pack that was being received, an index without its pack, references that were not yet renamed, half a copy.
    let index = try #require(try Self.packs(folder, ".idx").first)
    for name in ["objects/pack/pack_git2_0123456789abcdef", "objects/pack/tmp_pack_x", "packed-refs.new", "HEAD.new"] {
      try Data("half".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try FileManager.default.copyItem(atPath: index, toPath: folder + "/objects/pack/pack-\(String(repeating: "1", count: 40)).idx")
    for name in [".new-1", ".old-2"] { try repository.scratch.write("mirror\(name)/HEAD", "ref: refs/heads/main\n") }
    let next = try repository.commit("second", ["a": "2"])
    let mirror = try Way.ssh.mirror(repository)
    try await mirror.fetch()
    #expect(try await mirror.resolve("main") == next)
    #expect(try await mirror.tree(at: next).read("a", maximumBytes: 10) == [0x32])
    let left = try FileManager.default.subpathsOfDirectory(atPath: repository.scratch.root).filter {
      $0.contains("pack_git2") || $0.contains("tmp_pack") || $0.hasSuffix(".new") || $0.hasPrefix("mirror.")
    }
    #expect(left == [])
  }

  @Test func readersNeverSeeACopyBeingReplaced() async throws {
    let repository = try Repository()
    var files: [String: String] = [:]
    for number in 0..<40 { files["d\(number % 4)/f\(number)"] = "content \(number)" }
    let expected = files
    let first = try repository.commit("first", files)
    let folder = repository.scratch.path("mirror")
    let mirror = try Way.ssh.mirror(repository)
    try await mirror.fetch()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<12 {
            let main = try await mirror.resolve("main")
            let tree = try await mirror.tree(at: main)
            for (path, text) in expected {
              let bytes = try tree.read(path, maximumBytes: 100)
              #expect(bytes == Array(text.utf8))
            }
            let old = try await mirror.tree(at: first).paths().count
            #expect(old >= 40)
          }
        }
      }
      for round in 0..<6 {
        // A copy whose origin is not known is made anew, though nothing is wrong with its objects.
        try? FileManager.default.removeItem(atPath: folder + "/flotilla-origin")
        try repository.commit("round \(round)", ["new\(round)": "x"])
        try await mirror.fetch()
      }
      try await group.waitForAll()
    }
    #expect(try await mirror.resolve("main") == (try repository.head()))
  }

  @Test func whatCannotBeWrittenIsSaidSo() async throws {
    let repository = try Repository()
    try repository.commit("first", ["a": "1"])
    try repository.scratch.write("file", "no folder")
    let mirror = try Way.ssh.mirror(repository, named: "file/mirror")
    await expectFailure(.system, containing: "file/mirror", "permissions") { try await mirror.fetch() }
    #expect {
      try AtomicFile.write("x", to: repository.scratch.path("nowhere/x"))
    } throws: {
      ($0 as? GitError)?.kind == .system
    }
    #if os(Linux)
      // A device that is always full.
      try repository.scratch.write("kept", "old")
      try repository.scratch.link("kept.new", to: "/dev/full")
      #expect {
        try AtomicFile.write("new", to: repository.scratch.path("kept"))
      } throws: {
        ($0 as? GitError)?.message.contains("the disk is full") == true
      }
      #expect(try String(contentsOfFile: repository.scratch.path("kept"), encoding: .utf8) == "old")
    #endif
  }

  @Test func theFileOfReferencesReadsBack() throws {
    let one = try #require(ObjectID(hex: String(repeating: "a1", count: 20)))
    let two = try #require(ObjectID(hex: String(repeating: "b2", count: 20)))
    var references = References()
    #expect(References(packed: references.packed) == references)
    references.targets = ["refs/heads/main": one, "refs/tags/v1": two]
    references.peeled = ["refs/tags/v1": one]
    for (name, head) in [("refs/heads/main", one), (nil, two), ("refs/heads/gone", nil)] as [(String?, ObjectID?)] {
      references.headName = name
      references.head = head
      let text = references.packed
      #expect(References(packed: text) == references)
      for cut in stride(from: 0, to: text.count, by: 7) { #expect(References(packed: String(text.prefix(cut))) == nil, "\(cut)") }
      #expect(References(packed: text + "\(one) refs/heads/more\n") == nil)
    }
  }

  @Test func aFullPoolLetsACallerGo() async throws {
    let repository = try Repository()
    try repository.commit("first", ["a": "1"])
    var settings = GitSettings()
    settings.sshCommand = try fakeSSH(repository.scratch, before: "touch \(repository.scratch.path("up")); cat >/dev/null; exit 1")
    let workers = GitWorkers(network: 1, reading: 1)
    let url = "ssh://git@example.invalid" + repository.folder
    func mirror(_ name: String) -> GitMirror {
      GitMirror(url: url, folder: repository.scratch.path(name), http: sharedHTTP, settings: settings, workers: workers)
    }
    let (busy, waiting) = (mirror("busy"), mirror("waiting"))
    let first = Task { try await busy.fetch() }
    let up = repository.scratch.path("up")
    try await eventually { FileManager.default.fileExists(atPath: up) }
    // The only thread is taken, and its server stays silent: the second call never begins, and must end all the same.
    let second = Task { try await waiting.remoteReferences() }
    try await Task.sleep(for: .milliseconds(50))
    second.cancel()
    await expectFailure(.cancelled) { try await second.value }
    first.cancel()
    await expectFailure(.cancelled) { try await first.value }
  }
}
