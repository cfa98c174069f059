import Foundation
import Testing

/// `flotilla demo`, whole, with all of its processes.
@Suite(.serialized) struct DemoTests {
  /// Places in the text of a demo at which an application is said to be done.
  private func order(_ output: String) -> [String: Int] {
    var order: [String: Int] = [:]
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 3, words[0].hasSuffix("."), let place = Int(words[0].dropLast()) { order[String(words[2])] = place }
    }
    return order
  }

  @Test func convergesInDependencyOrder() async throws {
    let result = try await CommandLine.run("demo", "--port", "0", "--timeout", "60")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.split(separator: "\n").count { $0.contains(" Synced ") && $0.contains(" Healthy ") } == 20)
    let order = order(result.output)
    #expect(order.count == 20)
    for cluster in ["eu-staging", "us-staging", "eu-production", "us-production"] {
      let chain = ["crds", "operators", "databases", "checkout"].compactMap { order["\($0)-\(cluster)"] }
      #expect(chain.count == 4)
      #expect(chain == chain.sorted())
    }
    for staging in ["eu-staging", "us-staging"] {
      for production in ["eu-production", "us-production"] {
        #expect((order["checkout-\(staging)"] ?? 99) < (order["checkout-\(production)"] ?? 0))
      }
    }
  }

  /// The hub is killed while it syncs, again and again; what was done is not done twice.
  @Test func survivesKillsOfTheHub() async throws {
    let folder = NSTemporaryDirectory() + "flotilla-demo-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = folder + "/output"
    _ = FileManager.default.createFile(atPath: file, contents: nil)
    let log = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    let demo = try CommandLine.start(["demo", "--port", "0", "--timeout", "60", "--data", folder + "/demo"], output: log, errors: log)
    var kills = 0
    while demo.isRunning {
      try await Task.sleep(for: .milliseconds(600))
      // The latest hub that the demo tells of.
      let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
      guard kills < 3, let mark = text.ranges(of: "process ").last, let process = Int32(text[mark.upperBound...].prefix { $0.isNumber })
      else {
        continue
      }
      kill(process, SIGKILL)
      kills += 1
    }
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(demo.terminationStatus == 0, "\(text)")
    #expect(kills > 0)
    #expect(text.contains("the hub ended (killed by signal 9); started again"))
    let done = text.split(separator: "\n").filter { $0.contains(". ") && $0.contains(":") }.compactMap { $0.split(separator: " ").last }
    let finished = done.filter { $0.hasSuffix("-staging") || $0.hasSuffix("-production") }
    #expect(Set(finished).count == 20)
    #expect(finished.count == 20, "no application is synced twice")
  }
}
