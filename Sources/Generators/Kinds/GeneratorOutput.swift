import Document
import FleetModel
import Templating

/// Why a generator, or one element of it, gives nothing.
struct GeneratorProblem: Sendable {
  var message: String
  /// The element's key; nil when the generator as a whole failed.
  var element: String?
  var path: [PathComponent]
  /// Whether it only waits for a source.
  var isPending = false
  /// Whether Argo CD passes it over in silence; here it is reported, and keeps the set from removing anything.
  var isSilent = false

  func within(_ prefix: String) -> GeneratorProblem {
    if isSilent || isPending { return self }
    var copy = self
    copy.message = prefix + message
    return copy
  }
}

/// What a generator gives: elements in order, and what is wrong.
struct GeneratorOutput: Sendable {
  var sets: [ParameterSet] = []
  var problems: [GeneratorProblem] = []

  static func failed(_ message: String, _ path: [PathComponent]) -> GeneratorOutput {
    GeneratorOutput(problems: [GeneratorProblem(message: message, path: path)])
  }

  /// Nothing yet: a source or an answer has still to be fetched.
  static func waiting(_ message: String, _ path: [PathComponent]) -> GeneratorOutput {
    GeneratorOutput(problems: [GeneratorProblem(message: message, path: path, isPending: true)])
  }

  /// Nothing, where Argo CD would take it for an empty list.
  static func silent(_ message: String, _ path: [PathComponent]) -> GeneratorOutput {
    GeneratorOutput(problems: [GeneratorProblem(message: message, path: path, isSilent: true)])
  }

  func within(_ prefix: String) -> GeneratorOutput {
    if problems.isEmpty { return self }
    var copy = self
    copy.problems = problems.map { $0.within(prefix) }
    return copy
  }
}

/// One generator's elements with the template that is meant for them.
struct GeneratorResult: Sendable {
  var output: GeneratorOutput
  var template: Value?
  var title: String
}
