import Conformance
import Foundation
import Generators
import Testing

/// The corpora that the tests run.
enum Corpora {
  /// The folder of the repository; the leaf packages that developers build in link to it.
  static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Beside these tests.
  static let own = repository.appendingPathComponent("Tests/ConformanceTests/corpus").path

  /// `FLOTILLA_CONFORMANCE`, or the folder beside the repository; nil where it is not there.
  static let shared: String? = {
    let given = ProcessInfo.processInfo.environment["FLOTILLA_CONFORMANCE"]
    let folder = given ?? repository.deletingLastPathComponent().appendingPathComponent("shared/conformance").path
    if FileManager.default.fileExists(atPath: folder) { return folder }
    print("notice: no conformance corpus at \(folder): its cases are not run")
    return nil
  }()

  static let differences = repository.appendingPathComponent("docs/compatibility.md").path
}

/// Every recorded case, as `make conformance` runs it.
@Suite struct CorpusTests {
  struct TopicCases: Sendable, CustomTestStringConvertible {
    let topic: Topic
    let cases: [ConformanceCase]

    var testDescription: String { "\(topic), \(cases.count) cases" }
  }

  private static let corpora = [Corpora.own, Corpora.shared].compactMap { $0 }.compactMap { try? Corpus($0) }

  private static let topics = corpora.flatMap(\.topics).map { TopicCases(topic: $0.topic, cases: $0.cases) }

  private static let deliberate = Result { try DeliberateDifferences(file: Corpora.differences) }

  @Test(arguments: topics)
  func isAsRecorded(_ test: TopicCases) throws {
    let deliberate = try Self.deliberate.get()
    for result in Report.results(test.cases, test.cases.map { $0.differences() }, deliberate) where !result.passed {
      if result.deliberate == nil { Issue.record("\(Report.text(result))") }
    }
  }

  /// The page that names the differences names none that is gone, and no case that does not exist.
  @Test func everyDeliberateDifferenceIsOne() throws {
    guard let shared = Corpora.shared else { return }
    let cases = try Corpus(shared).cases
    for name in try Self.deliberate.get().entries.keys.sorted() {
      let test = try #require(cases.first { $0.name == name }, "docs/compatibility.md names \(name), which is no case")
      #expect(!test.differences().isEmpty, "\(name) passes: take it from docs/compatibility.md")
    }
  }

  /// Every case once more on top of the one before: a cache never changes what comes out.
  @Test func aCacheOfAnotherCaseChangesNothing() throws {
    var cache = EvaluationCache()
    for test in Self.corpora.flatMap(\.cases) {
      guard let definitions = try test.applicationSets?.definitions() else { continue }
      let inputs = EvaluationInputs(clusters: definitions.clusters)
      let fresh = Evaluator.evaluate(definitions, inputs: inputs)
      let cached = Evaluator.evaluate(definitions, inputs: inputs, cache: &cache)
      #expect(cached.instances == fresh.instances && cached.sets == fresh.sets, "\(test.name)")
    }
  }
}
