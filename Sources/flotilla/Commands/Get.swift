import ArgumentParser
import Document
import FleetModel

/// `flotilla get`: lists what the hub knows.
struct Get: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List applications, application sets or clusters of the hub.",
    discussion: """
      flotilla get applications
      flotilla get apps -l environment=production -o wide
      flotilla get application checkout-eu-staging -o yaml
      flotilla get clusters --watch
      """)

  @Argument(help: "applications (apps), applicationsets (appsets) or clusters.")
  var kind: ResourceKind

  @Argument(help: "Names; all where none is given.")
  var names: [String] = []

  @Option(name: [.customShort("l"), .long], help: "Only those with these labels (key=value, key!=value, key in (a,b), key, !key).")
  var selector: String?

  @Flag(name: .shortAndLong, help: "Go on printing what changes.")
  var watch = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var hub: HubOptions

  func run() async throws {
    let terminal = Terminal.current()
    let client = hub.client(environment: Environment.current)
    var last: [String: Value] = [:]
    repeat {
      let items = try await list(client)
      let changed = items.filter { last[$0.name] != $0 }
      if last.isEmpty {
        Printer(terminal: terminal, options: output).print(items, kind: kind.singular, asOne: names.count == 1) {
          kind.table(items, wide: $0)
        }
        if items.isEmpty, output.output == .table { terminal.note("no \(kind.rawValue) found") }
      } else if !changed.isEmpty {
        var options = output
        options.noHeaders = true
        Printer(terminal: terminal, options: options).print(changed, kind: kind.singular) { kind.table(changed, wide: $0) }
      }
      last = Dictionary(items.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      if watch { try await Task.sleep(for: .seconds(1)) }
    } while watch
  }

  private func list(_ client: HubClient) async throws -> [Value] {
    let answer = try await client.get("/api/v1/\(kind.rawValue)", selector.map { [("selector", $0)] } ?? [])
    let items = answer["items"]?.arrayValue ?? []
    guard !names.isEmpty else { return items }
    return try names.map { name in
      guard let item = items.first(where: { $0.name == name }) else {
        let near = NearestName.hint(name, in: items.map(\.name))
        throw CommandFailure("\(kind.singular) \"\(name)\" not found\(near)")
      }
      return item
    }
  }
}

extension Value {
  /// `metadata.name`.
  var name: String { self[at: "metadata", "name"]?.stringValue ?? "" }

  /// Text at a path; empty where there is none.
  func text(_ path: String...) -> String { self[path]?.stringValue ?? "" }
}
