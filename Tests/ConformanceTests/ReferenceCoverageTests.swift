import Foundation
import Testing

/// That none of the 95 cases of `reference/argocd.md`, section 5.2, is forgotten.
///
/// The tables of the test targets carry the numbers of their cases as first argument, `"#12"`. A number stands in one file only, or in
/// the list below.
@Suite struct ReferenceCoverageTests {
  /// Cases about parts that Flotilla does not have (yet), or does in another way.
  private static let elsewhere: [Int: String] = [
    44: "signatures of commits are not checked yet",
    74: "no Application objects are kept in a cluster whose annotations could be lost in an update",
    75: "no Application objects are kept in a cluster that ignoreApplicationDifferences could spare",
    76: "no Application objects are kept in a cluster that ignoreApplicationDifferences could spare",
    78: "the network side of forges is not there yet", 79: "webhooks are not there yet",
    81: "rollouts in steps are not there yet", 82: "rollouts in steps are not there yet", 83: "rollouts in steps are not there yet",
    84: "rollouts in steps are not there yet", 85: "rollouts in steps are not there yet", 86: "rollouts in steps are not there yet",
    87: "rollouts in steps are not there yet",
    94: "a sync that takes too long is stopped, and says so in words of its own (limits.syncTimeout)",
  ]

  /// The numbers in the tables, with the files in which they stand.
  private static func numbers() throws -> [Int: Set<String>] {
    let tests = Corpora.repository.appendingPathComponent("Tests")
    var found: [Int: Set<String>] = [:]
    for folder in try FileManager.default.contentsOfDirectory(atPath: tests.path) where folder.hasSuffix("Tests") {
      for name in try FileManager.default.contentsOfDirectory(atPath: tests.path + "/" + folder) where name.hasSuffix(".swift") {
        if name == "ReferenceCoverageTests.swift" { continue }
        let text = try String(contentsOf: tests.appendingPathComponent("\(folder)/\(name)"), encoding: .utf8)
        for literal in text.matches(of: /"((?:#[0-9]+ ?)+)"/) {
          for number in literal.1.split(separator: " ").compactMap({ Int($0.dropFirst()) }) {
            found[number, default: []].insert("\(folder)/\(name)")
          }
        }
      }
    }
    return found
  }

  @Test func everyCaseStandsInOneTable() throws {
    let found = try Self.numbers()
    for number in 1...95 {
      let files = found[number] ?? []
      #expect(files.count == (Self.elsewhere[number] == nil ? 1 : 0), "case \(number) stands in \(files.sorted())")
    }
    #expect(found.keys.allSatisfy { (1...95).contains($0) })
  }
}
