import Foundation
import Testing

@testable import Templating

/// Random and mutated templates: whatever they are, they end with a text or an error.
///
/// `FLOTILLA_FUZZ=<executions>` runs more than the usual few thousand; `FLOTILLA_FUZZ_SEED` another sequence.
@Suite struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment

  @Test func randomTemplates() {
    let count = Self.environment["FLOTILLA_FUZZ"].flatMap { Int($0) } ?? 3000
    let seed = Self.environment["FLOTILLA_FUZZ_SEED"] ?? "1"
    var fuzzer = TemplateFuzzer(seed: Array(seed.utf8))
    for _ in 0..<count { fuzzer.step() }
    #expect(fuzzer.outputs + fuzzer.executionErrors + fuzzer.parseErrors == count)
    // A fuzzer whose templates all fail to parse would find nothing.
    #expect(fuzzer.outputs > count / 50)
    #expect(fuzzer.executionErrors > count / 50)
    if count > 3000 {
      print(
        "fuzz: \(count) templates, \(fuzzer.outputs) outputs, \(fuzzer.executionErrors) execution errors, \(fuzzer.parseErrors) parse errors"
      )
    }
  }
}
