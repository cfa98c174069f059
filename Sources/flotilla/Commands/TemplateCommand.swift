import ArgumentParser
import Document
import Foundation
import Generators
import Templating

/// `flotilla template`: one template, one set of parameters.
struct TemplateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template",
    abstract: "Evaluate one template against parameters: what an application set would make of it.",
    discussion: """
      flotilla template '{{ .name | upper }}' --set name=eu-1
      flotilla template '{{name}}-{{metadata.labels.env}}' --classic --params cluster.yaml
      flotilla template -f values.tpl --params element.json --option missingkey=error
      flotilla generate -f set.yaml --params -o json      shows the parameters that a set's generators give
      """)

  @Argument(help: "The template; - reads it from standard input.")
  var template: String?

  @Option(name: [.customShort("f"), .long], help: ArgumentHelp("Read the template from a file.", valueName: "file"))
  var filename: String?

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp("A file of parameters, YAML or JSON: an object, or a list of objects for one text each.", valueName: "file"))
  var params: String?

  @Option(help: ArgumentHelp("A parameter as text, with dots for levels: --set metadata.labels.env=prod.", valueName: "name=value"))
  var set: [String] = []

  @Flag(help: "Substitute {{name}} as application sets without goTemplate do.")
  var classic = false

  @Flag(help: "With the functions of Helm charts (include, tpl, required, …) instead of those of application sets.")
  var helm = false

  @Option(help: ArgumentHelp("An entry of goTemplateOptions, such as missingkey=error.", valueName: "option"))
  var option: [String] = []

  @Option(help: ArgumentHelp("What now gives, in seconds since 1970; the clock where it is not given.", valueName: "seconds"))
  var now: Int64?

  @Option(
    help: ArgumentHelp("What random functions are derived from; something else at every run where it is not given.", valueName: "text"))
  var seed: String?

  func validate() throws {
    if template != nil, filename != nil { throw ValidationError("give the template as an argument or with -f, not both") }
    if template == nil, filename == nil { throw ValidationError("give a template: as an argument, with -f FILE, or - for standard input") }
    if classic, helm || !option.isEmpty { throw ValidationError("--classic has neither functions nor options") }
  }

  func run() async throws {
    let terminal = Terminal.current()
    let text = try source()
    let elements = try parameters()
    for (index, element) in elements.enumerated() {
      do throws(TemplateError) {
        let output = try classic ? substituted(text, element, terminal) : executed(text, element)
        terminal.write(output.hasSuffix("\n") ? output : output + "\n")
      } catch {
        for line in TemplateExcerpt(text: text, error: error).lines { terminal.note(line) }
        let which = elements.count > 1 ? "element \(index): " : ""
        throw CommandFailure(which + error.message + hint(error, element))
      }
    }
  }

  private func hint(_ error: TemplateError, _ element: Value) -> String {
    ParameterHint.text(for: error.message, in: TemplateValue(element), functions: helm ? .helm : .argoCD)
  }

  private func source() throws -> String {
    if let filename { return try TemplateCommand.read(filename) }
    guard let template, template != "-" else {
      return String(decoding: try FileHandle.standardInput.readToEnd() ?? Data(), as: UTF8.self)
    }
    return template
  }

  private static func read(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: NSString(string: path).expandingTildeInPath) else {
      throw CommandFailure("\(path) cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// The parameter sets, one for each text to be made.
  private func parameters() throws -> [Value] {
    var elements: [Value] = [.object(Object())]
    if let params {
      do {
        let document = try YAML.decode(try TemplateCommand.read(params))
        elements = document.arrayValue ?? [document.isNull ? .object(Object()) : document]
      } catch let error as DocumentError {
        throw CommandFailure("\(params)\(error.position.map { ":\($0.line):\($0.column)" } ?? ""): \(error.message)")
      }
      guard elements.allSatisfy({ $0.objectValue != nil }) else { throw CommandFailure("\(params): parameters are an object") }
    }
    for assignment in set {
      guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
        throw CommandFailure("--set takes NAME=VALUE, not \"\(assignment)\"")
      }
      let path = assignment[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      let value = Value.string(String(assignment[assignment.index(after: equals)...]))
      for index in elements.indices { elements[index] = TemplateCommand.setting(path[...], to: value, in: elements[index]) }
    }
    return elements
  }

  private static func setting(_ path: ArraySlice<String>, to value: Value, in target: Value) -> Value {
    guard let key = path.first else { return value }
    var object = target.objectValue ?? Object()
    object[key] = setting(path.dropFirst(), to: value, in: object[key] ?? .null)
    return .object(object)
  }

  private func executed(_ text: String, _ element: Value) throws(TemplateError) -> String {
    let options = try TemplateOptions(goTemplateOptions: option)
    let template = try GoTemplate(text, name: filename ?? "base", functions: helm ? .helm : .argoCD, options: options)
    var environment = TemplateEnvironment.system
    if let now { environment.clock = .fixed(seconds: now) }
    if let seed { environment.randomness = .seeded(Array(seed.utf8)) }
    return try template.execute(TemplateValue(element), environment: environment)
  }

  private func substituted(_ text: String, _ element: Value, _ terminal: Terminal) throws(TemplateError) -> String {
    var names: [String: String] = [:]
    TemplateCommand.flatten(element, "", into: &names)
    return try ClassicTemplate(text).execute { name in
      if let value = names[name] { return value }
      terminal.note(
        "warning: {{\(name)}} stays as it is: no such parameter\(ParameterHint.hint(name, in: names.keys.sorted(by: ByteOrder.less)))")
      return nil
    }
  }

  /// The parameters as generators without goTemplate give them: texts with dots in their names.
  private static func flatten(_ value: Value, _ prefix: String, into names: inout [String: String]) {
    switch value {
    case .object(let object):
      for member in object { flatten(member.value, prefix.isEmpty ? member.key : "\(prefix).\(member.key)", into: &names) }
    case .array(let elements):
      for (index, element) in elements.enumerated() { flatten(element, "\(prefix).\(index)", into: &names) }
    case .string(let text): names[prefix] = text
    default: names[prefix] = JSON.string(value)
    }
  }
}

/// The line of a template that an error is about, with a mark below the place.
struct TemplateExcerpt {
  let text: String
  let error: TemplateError

  var lines: [String] {
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard error.line > 0, error.line <= all.count else { return [] }
    let line = String(all[error.line - 1])
    let number = "\(error.line)"
    let excerpt = "  \(number) | \(line)"
    guard error.column > 0, error.column <= line.utf8.count else { return [excerpt] }
    let before = String(decoding: Array(line.utf8.prefix(error.column)), as: UTF8.self)
    let indent = String(repeating: " ", count: number.count) + "   | " + String(before.map { $0 == "\t" ? "\t" : " " })
    return [excerpt, "\(indent)^"]
  }
}
