import ArgumentParser
import Document

/// How a command prints objects, with kubectl's names.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case table
  case wide
  case name
  case json
  case yaml
}

/// The options that all listing commands have.
struct OutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("How to print: table, wide, name, json or yaml.", valueName: "format"))
  var output: OutputFormat = .table

  @Flag(help: "Leave out the heading of tables.")
  var noHeaders = false
}

/// Prints objects in the format that was asked for.
struct Printer {
  let terminal: Terminal
  let options: OutputOptions

  /// Prints a list of objects; `table` makes the table for `table` and `wide`.
  func print(_ items: [Value], kind: String, asOne: Bool = false, table: (_ wide: Bool) -> Table) {
    switch options.output {
    case .table: printTable(table(false))
    case .wide: printTable(table(true))
    case .name:
      for item in items { terminal.print("\(kind)/\(item[at: "metadata", "name"]?.stringValue ?? "")") }
    case .json: terminal.print(JSON.string(document(items, asOne), pretty: 2))
    case .yaml: terminal.write(YAML.encode(document(items, asOne)))
    }
  }

  func printTable(_ table: Table) {
    for line in table.lines(terminal).dropFirst(options.noHeaders ? 1 : 0) { terminal.print(line) }
  }

  private func document(_ items: [Value], _ asOne: Bool) -> Value {
    if asOne, items.count == 1, let item = items.first { return item }
    return ["apiVersion": "v1", "kind": "List", "items": .array(items)]
  }
}
