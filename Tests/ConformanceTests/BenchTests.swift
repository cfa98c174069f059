import Document
import Foundation
import Testing

@testable import Conformance

/// The bench itself: it finds what is wrong, counts everything and says so in its last line.
@Suite struct BenchTests {
  /// A copy of our own corpus, or of one folder of it, that may be changed; it is gone afterwards.
  private final class Copy {
    let folder = NSTemporaryDirectory() + "flotilla-conformance-\(UUID().uuidString)"

    init(_ parts: String...) throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for part in parts {
        let target = URL(fileURLWithPath: "\(folder)/\(part)")
        try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(Corpora.own)/\(part)", toPath: target.path)
      }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ path: String, _ text: String) throws {
      let file = URL(fileURLWithPath: "\(folder)/\(path)")
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }

    func edit(_ path: String, _ old: String, _ new: String) throws {
      let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
      try #require(text.contains(old))
      try write(path, text.replacingOccurrences(of: old, with: new))
    }

    func report(_ deliberate: DeliberateDifferences = .init()) throws -> Report {
      let corpus = try Corpus(folder)
      return Report(corpus, cases: corpus.cases, differences: corpus.cases.map { $0.differences() }, deliberate: deliberate)
    }
  }

  /// The program as `make conformance` starts it: its exit code, its output and its last line.
  private static func run(_ arguments: String...) async throws -> (status: Int32, output: String, last: String, errors: String) {
    let bundle = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath().deletingLastPathComponent()
    let folder = NSTemporaryDirectory() + "flotilla-bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = ["out", "err"].map { URL(fileURLWithPath: "\(folder)/\($0)") }
    for file in files { try Data().write(to: file) }
    let process = Process()
    let built = [bundle, Corpora.repository.appendingPathComponent(".build/debug")].map {
      $0.appendingPathComponent("flotilla-conformance")
    }
    let program: URL = try #require(built.first { FileManager.default.isExecutableFile(atPath: $0.path) })
    process.executableURL = program
    process.arguments = arguments + ["--differences", Corpora.differences, "--report", "\(folder)/report.json"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    #expect(texts[0].hasSuffix("\n"))
    return (process.terminationStatus, texts[0], texts[0].split(separator: "\n").last.map(String.init) ?? "", texts[1])
  }

  @Test func aCorpusThatPasses() async throws {
    let corpus = try Copy("applicationsets", "clusters", "repos", "templates/basics.jsonl")
    let result = try await Self.run(corpus.folder)
    #expect(result.status == 0)
    #expect(result.last == "conformance: 19/19 passed")
    #expect(result.output.contains("\ntemplates/basics                      7      7\n"), "\(result.output)")
  }

  @Test func aWrongExpectationIsShown() async throws {
    let corpus = try Copy("applicationsets/matrix-1", "templates/basics.jsonl")
    try corpus.edit("templates/basics.jsonl", "\"ANN\"", "\"Ann\"")
    try corpus.edit("applicationsets/matrix-1/expected.json", "\"path\": \"2x\"", "\"path\": \"2y\"")
    let result = try await Self.run(corpus.folder)
    #expect(result.status == 1)
    #expect(result.last == "conformance: 6/8 passed")
    #expect(
      result.output.contains("FAILED basics-1 (templates/basics.jsonl:1)\n  output of {{ .name | upper }}\n    --- expected\n    +++ got\n")
    )
    #expect(result.output.contains("    -Ann\n    \\ No newline at the end\n    +ANN\n"))
    #expect(result.output.contains("FAILED matrix-1 (applicationsets/matrix-1)\n"))
    #expect(result.output.contains("    -    path: 2y\n    +    path: 2x\n"))
  }

  @Test(arguments: ["/nowhere/at/all", NSTemporaryDirectory() + "flotilla-empty-\(UUID().uuidString)"])
  func aCorpusThatIsNotThere(_ folder: String) async throws {
    if folder.hasPrefix(NSTemporaryDirectory()) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try await Self.run(folder)
    #expect(result.status == 1)
    #expect(result.last == "conformance: 0/0 passed")
    #expect(result.errors.contains(folder))
  }

  /// One topic only, and names that nobody has thought of.
  @Test func otherNames() throws {
    let corpus = try Copy("templates/basics.jsonl")
    let fewer = try corpus.report()
    #expect(fewer.lastLine == "conformance: 7/7 passed" && fewer.isSuccess)
    for (index, folder) in ["sets/more/alpha", "sets/more/beta_02", "sets/clusters/1"].enumerated() {
      for file in ["applicationset.yaml", "expected.json"] {
        let text = try String(contentsOfFile: "\(Corpora.own)/applicationsets/list-2/\(file)", encoding: .utf8)
        try corpus.write("\(folder)/\(file)", text)
      }
      #expect(try corpus.report().lastLine == "conformance: \(8 + index)/\(8 + index) passed")
    }
    try corpus.write("words/deep/anything.jsonl", "{\"id\": \"x\", \"dialect\": \"fast\", \"template\": \"a\", \"out\": \"a\"}\n")
    #expect(try corpus.report().lastLine == "conformance: 11/11 passed")
    #expect(
      Set(try Corpus(corpus.folder).topics.map(\.topic.description)).isSuperset(of: [
        "templates/anything", "applicationsets/beta", "applicationsets/clusters",
      ]))
  }

  /// A line that is no case, or no case of this format, fails; the lines around it are run.
  @Test(arguments: [
    ("{\"id\": ", "no JSON"), ("[]", "the case is no object but array"),
    ("{\"dialect\": \"go\", \"template\": \"\", \"out\": \"\"}", "`id` must be text"),
    ("{\"id\": \"x\", \"dialect\": \"jinja\", \"template\": \"\", \"out\": \"\"}", "`dialect` must be go, fast or helm, not \"jinja\""),
    ("{\"id\": \"x\", \"dialect\": \"go\", \"out\": \"\"}", "`template` must be text"),
    ("{\"id\": \"x\", \"dialect\": \"go\", \"template\": \"\"}", "exactly one of `out`, `error` and `matches`, not 0"),
    ("{\"id\": \"x\", \"dialect\": \"go\", \"template\": \"\", \"out\": \"\", \"error\": \"\"}", "exactly one of"),
    ("{\"id\": \"x\", \"dialect\": \"go\", \"template\": \"\", \"out\": 1}", "`out` must be text"),
    ("{\"id\": \"x\", \"dialect\": \"go\", \"template\": \"\", \"out\": \"\", \"options\": \"a\"}", "`options` must be a list"),
    ("{\"id\": \"x\", \"dialect\": \"go\", \"template\": \"\", \"out\": \"\", \"time\": 1}", "has the field \"time\""),
    ("{\"id\": \"x\", \"dialect\": \"go\", \"template\": \"\", \"matches\": \"(\"}", "no regular expression"),
  ])
  func malformedTemplates(_ line: String, _ message: String) throws {
    let good = "{\"id\": \"good\", \"dialect\": \"go\", \"template\": \"a\", \"out\": \"a\", \"note\": \"remarks may stand there\"}\n"
    let corpus = try Copy()
    try corpus.write("templates/t.jsonl", good + line + "\n\n" + good)
    let report = try corpus.report()
    #expect(report.lastLine == "conformance: 2/3 passed" && !report.isSuccess)
    let failure = try #require(report.results.first { !$0.passed })
    #expect(failure.test.file == "templates/t.jsonl:2")
    #expect(failure.differences.map(\.what).joined().contains(message), "\(failure.differences)")
  }

  /// A folder that lacks something, or holds what nobody can read, fails; the others are run.
  @Test(arguments: [
    ("applicationset.yaml", nil, "applicationset.yaml is missing"), ("expected.json", nil, "expected.json is missing"),
    ("expected.json", "[{", "expected.json"), ("expected.json", "{}", "expected.json is no list but object"),
    ("expected.json", "[{\"applicationSet\": \"argocd/list-1\"}]", "needs either `applications`, a list, or `error`"),
    ("expected.json", "[]", "argocd/list-1 is not in expected.json"),
    ("expected.json", "[{\"applicationSet\": \"argocd/list-1\", \"warnings\": []}]", "has the field \"warnings\""),
    ("params.json", "[{\"applicationSet\": \"argocd/list-1\", \"params\": 1}]", "`params` must be a list"),
    ("applicationset.yaml", "{", "applicationset.yaml"), ("clusters.yaml", "a: [", "clusters.yaml"),
    ("clusters.yaml", "shared: nobody", "clusters/nobody.yaml, which is missing"), ("options.json", "{\"validate\": 1}", "`validate`"),
    ("options.json", "{\"globbing\": \"new\"}", "has the field \"globbing\""),
    ("repos.json", "{\"r\": \"nowhere\"}", "repos/nowhere, which is missing"),
    ("pulls.json", "[]", "pull requests"), ("scm.json", "{}", "repositories"), ("events.json", "[]", "the format has no file events.json"),
  ])
  func malformedSets(_ file: String, _ content: String?, _ message: String) throws {
    let corpus = try Copy("applicationsets/list-1", "applicationsets/list-2")
    if let content {
      try corpus.write("applicationsets/list-1/\(file)", content)
    } else {
      try FileManager.default.removeItem(atPath: "\(corpus.folder)/applicationsets/list-1/\(file)")
    }
    let report = try corpus.report()
    #expect(report.lastLine == "conformance: 1/2 passed" && !report.isSuccess)
    let failure = try #require(report.results.first { !$0.passed })
    #expect(failure.test.name == "list-1")
    #expect(failure.differences.map(\.what).joined(separator: "\n").contains(message), "\(failure.differences)")
  }

  @Test func anEmptyFolderIsACaseThatFails() throws {
    let corpus = try Copy("applicationsets/list-1")
    try FileManager.default.createDirectory(atPath: "\(corpus.folder)/applicationsets/list-9", withIntermediateDirectories: true)
    try corpus.write("templates/empty.jsonl", "\n")
    try corpus.write("templates/cases.csv", "x")
    let report = try corpus.report()
    #expect(report.lastLine == "conformance: 1/3 passed")
    #expect(report.notices.count == 1 && report.notices[0].hasPrefix("templates/cases.csv: not read"))
  }

  /// What differs on purpose has not passed, but is no failure either.
  @Test func deliberateDifferences() throws {
    let corpus = try Copy("templates/basics.jsonl")
    try corpus.edit("templates/basics.jsonl", "\"ANN\"", "\"Ann\"")
    let table =
      "\(DeliberateDifferences.mark)\n\n| case | Go | why |\n|---|---|---|\n| `basics-1` | `Ann` | for a \\| b |\n| `basics-3` | a | as well |\n"
    let deliberate = try DeliberateDifferences(markdown: "# Page\n\(table)\nmore\n", file: "page.md")
    #expect(deliberate.entries["basics-1"] == .init(recorded: "Ann", reason: "for a | b"))
    #expect(deliberate.entries.count == 2)
    let report = try corpus.report(deliberate)
    #expect(report.lastLine == "conformance: 6/7 passed" && report.isSuccess)
    #expect(report.text.contains("DIFFERS ON PURPOSE basics-1 (templates/basics.jsonl:1)\n  reason: for a | b\n"))
    #expect(report.notices == ["basics-3 is listed as a deliberate difference, but passes: take it from the list"])
    // The same name in another corpus is no excuse.
    try corpus.edit("templates/basics.jsonl", "\"Ann\"", "\"Bob\"")
    #expect(try corpus.report(deliberate).isSuccess == false)
    let json = try JSON.decode(report.json)
    #expect(json["passed"] == 6 && json["total"] == 7 && json["success"] == true && json["deliberate"] == 1)
    #expect(json["cases"]?.arrayValue?.count == 7 && json["cases"]?.arrayValue?.first?["deliberate"] == "for a | b")
    #expect(json["topics"] == [["kind": "templates", "topic": "basics", "passed": 6, "total": 7]])
  }

  @Test(arguments: [
    ("# Page", "page.md has no line"), ("\(DeliberateDifferences.mark)\ntext", "page.md:1: a table must follow"),
    ("\(DeliberateDifferences.mark)\n| a | b | c |\n|---|---|---|\n| x |", "page.md:4: a row is"),
    ("\(DeliberateDifferences.mark)\n| a | b | c |\n|---|---|---|\n| x | y | |", "page.md:4: a row is"),
    ("\(DeliberateDifferences.mark)\n| a | b | c |\n|---|---|---|\n| x | y | z |\n| `x` | y | z |", "page.md:5: x stands here twice"),
  ])
  func aPageThatCannotBeRead(_ text: String, _ message: String) {
    let error = #expect(throws: CorpusError.self) { try DeliberateDifferences(markdown: text, file: "page.md") }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  /// A worker that dies, hangs or prints nonsense costs the case that it was at, and no other.
  @Test(arguments: [
    ("kill -SEGV $$", "the process that ran the case ended with signal 11"),
    ("exit 3", "the process that ran the case ended with status 3"),
    ("exec sleep 30", "the case did not end within 1 seconds"), ("echo nonsense", "the worker printed what is no result: nonsense"),
  ])
  func aCaseThatTakesItsWorkerDown(_ end: String, _ message: String) {
    let script = "i=FIRST; while [ $i -lt 7 ]; do if [ $i = 3 ]; then \(end); fi; echo '[]'; i=$((i + STRIDE)); done"
    let pool = WorkerPool(executable: "/bin/sh", arguments: ["-c", script], workers: 2, seconds: 1)
    let results = pool.differences(count: 7)
    #expect(results.map(\.count) == [0, 0, 0, 1, 0, 0, 0])
    #expect(results[3].first?.what == message)
  }

  @Test(arguments: [
    ("a\nb\n", "a\nb\n", ""), ("a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"),
    ("a\n", "a", "@@ -1 +1 @@\n-a\n+a\n\\ No newline at the end\n"), ("", "a\n", "@@ -0,0 +1 @@\n+a\n"),
    ("a \u{7}\n", "a\t\n", "@@ -1 +1 @@\n-a \\u{7}\n+a\\t\n"), ("a\n", "a \n", "@@ -1 +1 @@\n-a\n+a\\u{20}\n"),
    ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nx\n", "@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+x\n"),
    // Composed and decomposed letters are different bytes, though Swift finds them equal.
    ("\u{e9}\n", "e\u{301}\n", "@@ -1 +1 @@\n-\u{e9}\n+e\u{301}\n"),
  ])
  func diffs(_ expected: String, _ got: String, _ diff: String) {
    #expect(UnifiedDiff.text(expected: expected, got: got) == (diff.isEmpty ? "" : "--- expected\n+++ got\n" + diff))
  }

  @Test(arguments: [
    ("a", "a", true), ("a", "b", false), ("x: yaml: line 2: did not", "x: yaml: line 3", true),
    ("x: yaml: line 2", "z: yaml: line 2", false),
    ("at <len>: error calling len: reflect: no", "at <len>: error calling len: len of nil", true),
    ("at <len>: error calling len: reflect: no", "at <cap>: error calling len: reflect: no", false),
    // What a template says of YAML does not make its own errors free.
    ("go template {{ \"yaml: \" }}{{ .a.b }}: at <.a.b>: nil pointer", "go template {{ \"yaml: \" }}{{ .a.b }}: at <.a.b>: other", false),
    ("json: cannot unmarshal string into Go value of type []map", "json: cannot unmarshal", true),
  ])
  func errorTexts(_ expected: String, _ got: String, _ same: Bool) { #expect(ErrorText.same(expected, got) == same) }
}
