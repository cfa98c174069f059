import Document

/// What a run of a corpus gave.
public struct Report: Sendable {
  /// One case, run.
  public struct Result: Sendable {
    /// The case.
    public let test: ConformanceCase
    /// What differs; none when it passed.
    public let differences: [Difference]
    /// Why it may differ; nil when it passed, or must not differ.
    public let deliberate: String?

    /// Whether it passed.
    public var passed: Bool { differences.isEmpty }
  }

  /// The folder of the corpus.
  public let corpus: String
  /// All cases in the order of the corpus.
  public let results: [Result]
  /// What else should be known: files that no case uses, differences that are none any more.
  public let notices: [String]

  /// Makes a report of what each case gave, in the order of the corpus' cases.
  public init(_ corpus: Corpus, cases: [ConformanceCase], differences: [[Difference]], deliberate: DeliberateDifferences) {
    self.corpus = corpus.folder
    results = Self.results(cases, differences, deliberate)
    notices =
      corpus.notices
      + results.filter { $0.passed && deliberate.entries[$0.test.name] != nil }
      .map { "\($0.test.name) is listed as a deliberate difference, but passes: take it from the list" }
  }

  /// The result of each case, given what differs.
  public static func results(
    _ cases: [ConformanceCase], _ differences: [[Difference]], _ deliberate: DeliberateDifferences
  ) -> [Result] {
    zip(cases, differences).map { test, differences in
      Result(test: test, differences: differences, deliberate: deliberate.reason(test.name, differences))
    }
  }

  /// How many cases passed. A deliberate difference did not pass.
  public var passed: Int { results.count { $0.passed } }

  /// Whether every case passed or differs on purpose.
  public var isSuccess: Bool { !results.isEmpty && results.allSatisfy { $0.passed || $0.deliberate != nil } }

  /// The last line: `conformance: PASSED/TOTAL passed`.
  public var lastLine: String { "conformance: \(passed)/\(results.count) passed" }

  /// Each failure as a diff, then notices, then the table; the last line and its line feed are not in it.
  public var text: String {
    var text = ""
    for result in results where !result.passed { text += Self.text(result) + "\n" }
    for notice in notices { text += "notice: \(notice)\n" }
    return text + (notices.isEmpty ? "" : "\n") + table
  }

  /// The failure of one case, readable: name, place, and what differs.
  public static func text(_ result: Result) -> String {
    let verdict = result.deliberate == nil ? "FAILED" : "DIFFERS ON PURPOSE"
    var text = "\(verdict) \(result.test.name) (\(result.test.file))\n"
    if let reason = result.deliberate { text += "  reason: \(reason)\n" }
    for difference in result.differences {
      text += "  \(difference.what)\n"
      for line in difference.diff.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty { text += "    \(line)\n" }
    }
    return text
  }

  /// The topics in the order of the corpus, with how many of their cases passed.
  private var topics: [(topic: Topic, passed: Int, total: Int)] {
    var rows: [(topic: Topic, passed: Int, total: Int)] = []
    var places: [Topic: Int] = [:]
    for result in results {
      let place = places[result.test.topic] ?? rows.count
      if place == rows.count {
        places[result.test.topic] = place
        rows.append((result.test.topic, 0, 0))
      }
      rows[place].passed += result.passed ? 1 : 0
      rows[place].total += 1
    }
    return rows
  }

  private var table: String {
    var rows = [["topic", "passed", "total"]]
    rows += topics.map { [$0.topic.description, String($0.passed), String($0.total)] }
    rows.append(["all", String(passed), String(results.count)])
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let blanks = (0..<3).map { String(repeating: " ", count: widths[$0] - row[$0].count) }
      return "\(row[0])\(blanks[0])  \(blanks[1])\(row[1])  \(blanks[2])\(row[2])\n"
    }.joined()
  }

  /// The whole report for programs.
  public var json: String {
    let cases: [Value] = results.map { result in
      var entry: Value = [
        "kind": .string(result.test.topic.kind.rawValue), "topic": .string(result.test.topic.name), "name": .string(result.test.name),
        "file": .string(result.test.file), "passed": .bool(result.passed),
      ]
      if let reason = result.deliberate { entry["deliberate"] = .string(reason) }
      if !result.passed { entry["differences"] = .array(result.differences.map(\.json)) }
      return entry
    }
    let document: Value = [
      "corpus": .string(corpus), "passed": .int(Int64(passed)), "total": .int(Int64(results.count)), "success": .bool(isSuccess),
      "deliberate": .int(Int64(results.count { $0.deliberate != nil })), "notices": .array(notices.map { .string($0) }),
      "topics": .array(
        topics.map { row in
          [
            "kind": .string(row.topic.kind.rawValue), "topic": .string(row.topic.name), "passed": .int(Int64(row.passed)),
            "total": .int(Int64(row.total)),
          ]
        }), "cases": .array(cases),
    ]
    return JSON.string(document, pretty: 2) + "\n"
  }
}
