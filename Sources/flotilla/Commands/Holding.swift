import ArgumentParser
import Document

/// `flotilla holds`: removals that the deletion guard holds.
struct Holds: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the removals that wait for an approval.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var hub: HubOptions

  func run() async throws {
    let terminal = Terminal.current()
    let items = try await hub.client(environment: Environment.current).get("/api/v1/holds")["items"]?.arrayValue ?? []
    Printer(terminal: terminal, options: output).print(items, kind: "hold") { _ in
      var table = Table("set", "applications", "reason")
      for item in items {
        let names = item["applications"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let shown = names.prefix(3).joined(separator: ",") + (names.count > 3 ? ",… (\(names.count))" : "")
        table.append(.init(item.name), .init(shown), .init(item.text("message"), .waiting))
      }
      return table
    }
    if items.isEmpty, output.output == .table { terminal.note("nothing is held") }
  }
}

/// `flotilla approve`: releases the removals of a set.
struct Approve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Release the held removals of an application set.",
    discussion: "Releases exactly the applications that `flotilla holds` lists now; later ones are judged anew.")

  @Argument(help: "The application set.")
  var set: String

  @OptionGroup var hub: HubOptions

  func run() async throws {
    let answer = try await hub.client(environment: Environment.current).post("/api/v1/holds/\(PercentEncoding.encode(set))/approve", [:])
    for name in answer["items"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
      Terminal.current().print("application/\(name) will be removed")
    }
  }
}
