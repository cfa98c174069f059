import Foundation
import Testing

/// Commands that need no hub.
@Suite struct OfflineCommandTests {
  private static let repo = "https://git.acme.example/fleet.git=fleet"

  @Test(arguments: ["clusters", "git-directories", "git-files", "list", "matrix", "merge"])
  func generatesWhatTheExamplesSay(_ name: String) async throws {
    let result = try await CommandLine.run("generate", "-f", "generators/\(name)")
    #expect(result.errors == "")
    #expect(result.status == 0)
    #expect(result.output == (try String(contentsOfFile: CommandLine.repository + "/generators/\(name)/expected.yaml", encoding: .utf8)))
  }

  @Test func validatesTheExampleFleet() async throws {
    let result = try await CommandLine.run("validate", "-f", "fleet/definitions", "--repo", Self.repo, "--strict")
    #expect(result.errors == "")
    #expect(result.output == "2 application sets, 20 applications, 4 clusters: 0 errors, 0 warnings\n")
    #expect(result.status == 0)
  }

  @Test func plansTheExampleFleetInOrder() async throws {
    let result = try await CommandLine.run("plan", "-f", "fleet/definitions", "--repo", Self.repo)
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("Step") } == ["Step 1", "Step 2", "Step 3", "Step 4", "Step 5"])
    #expect(lines.last == "Plan: 20 to create, 0 to change, 0 to remove; 0 unchanged.")
    let names = lines.filter { $0.hasPrefix("  + ") }.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    #expect(names.first == "crds-eu-production")
    #expect(names.last == "storefront-us-production")
  }

  @Test func rendersOneApplication() async throws {
    let result = try await CommandLine.run("render", "-f", "fleet/definitions", "--repo", Self.repo, "crds-eu-staging")
    #expect(result.output.hasPrefix("---\n# application: crds-eu-staging\napiVersion: apiextensions.k8s.io/v1\n"))
    #expect(result.status == 0)
  }

  /// What is wrong, and what a newcomer is told.
  static let mistakes: [(arguments: [String], message: String, status: Int32)] = [
    (["plan", "-f", "nowhere"], "nowhere does not exist", 1),
    (["render", "-f", "generators/list", "chekout"], "no application \"chekout\" is produced", 1),
    (["get", "applications", "--hub", "http://127.0.0.1:1"], "no hub answers at http://127.0.0.1:1", 1),
    (["generate"], "say where the definitions are: -f FOLDER, -f FILE or -f -", 1),
    (["frobnicate"], "Unexpected argument 'frobnicate'", 64),
  ]

  @Test(arguments: mistakes)
  func saysWhatIsWrong(_ row: (arguments: [String], message: String, status: Int32)) async throws {
    let folder = NSTemporaryDirectory() + "flotilla-cli-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = folder + "/errors"
    _ = FileManager.default.createFile(atPath: file, contents: nil)
    let process = try CommandLine.start(row.arguments, errors: try FileHandle(forWritingTo: URL(fileURLWithPath: file)))
    while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    #expect(process.terminationStatus == row.status)
    #expect((try String(contentsOfFile: file, encoding: .utf8)).contains(row.message))
  }
}
