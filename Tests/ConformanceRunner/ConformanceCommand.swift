import ArgumentParser
import Conformance
import Foundation

/// `flotilla-conformance`: runs a folder of recorded cases and says what differs.
@main struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flotilla-conformance",
    abstract: "Runs recorded cases of Argo CD, Go, Sprig and Helm, and shows what differs.",
    discussion: """
      Prints every failure as a diff, a table of the topics, and as the last line `conformance: PASSED/TOTAL passed`. The exit code is 0
      when all cases passed or differ on purpose, otherwise 1.
      """)

  @Argument(help: "The folder of the corpus.", completion: .directory)
  var corpus = "../shared/conformance"

  @Option(help: "Where to write the report for programs (JSON).", completion: .file())
  var report = ".build/conformance.json"

  @Option(help: "The Markdown file that lists the deliberate differences.", completion: .file())
  var differences = "docs/compatibility.md"

  @Option(help: "Run only the cases whose name, or topic as in the table, begins with this.")
  var only = ""

  @Option(help: .hidden)
  var worker: String?

  func run() throws {
    let corpus: Corpus
    let deliberate: DeliberateDifferences
    do {
      corpus = try Corpus(self.corpus)
      deliberate = try DeliberateDifferences(file: differences)
    } catch {
      complain("\(error)")
      if self.corpus == "../shared/conformance" { complain("name another folder of the same format: make conformance CORPUS=DIR") }
      print("conformance: 0/0 passed")
      throw ExitCode(1)
    }
    let cases = corpus.cases.filter { only.isEmpty || $0.name.hasPrefix(only) || $0.topic.description.hasPrefix(only) }
    if let worker { return work(worker, cases) }

    var arguments = [corpus.folder, "--differences", differences, "--worker", "FIRST/STRIDE"]
    if !only.isEmpty { arguments += ["--only", only] }
    let pool = WorkerPool(executable: Self.program, arguments: arguments, workers: ProcessInfo.processInfo.activeProcessorCount)
    let result = Report(corpus, cases: cases, differences: pool.differences(count: cases.count), deliberate: deliberate)
    print(result.text)
    do {
      let file = URL(fileURLWithPath: report)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(result.json.utf8).write(to: file, options: .atomic)
      print("report: \(file.path)")
    } catch {
      complain("the report cannot be written to \(report): \(error.localizedDescription)")
      print(result.lastLine)
      throw ExitCode(1)
    }
    print(result.lastLine)
    if !result.isSuccess { throw ExitCode(1) }
  }

  /// Runs every STRIDE-th case from FIRST on and prints a line for each.
  private func work(_ share: String, _ cases: [ConformanceCase]) {
    let numbers = share.split(separator: "/").compactMap { Int($0) }
    guard numbers.count == 2, numbers[1] > 0 else { return complain("--worker must be FIRST/STRIDE") }
    for index in stride(from: numbers[0], to: cases.count, by: numbers[1]) {
      FileHandle.standardOutput.write(Data((WorkerPool.line(cases[index].differences()) + "\n").utf8))
    }
  }

  private func complain(_ text: String) { FileHandle.standardError.write(Data("flotilla-conformance: \(text)\n".utf8)) }

  /// This program, whatever the folder that it was started in.
  private static var program: String {
    Bundle.main.executablePath ?? CommandLine.arguments.first ?? ""
  }
}
