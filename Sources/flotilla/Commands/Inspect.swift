import ArgumentParser
import Document

/// `flotilla describe`: everything about one application or cluster.
struct Describe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show one application or cluster with its objects, its history and its events.")

  @Argument(help: "application or cluster; may be left out for an application.")
  var kindOrName: String

  @Argument(help: "The name.")
  var name: String?

  @OptionGroup var hub: HubOptions

  func run() async throws {
    let terminal = Terminal.current()
    let client = hub.client(environment: Environment.current)
    let kind = name == nil ? .applications : ResourceKind(argument: kindOrName)
    guard let kind else { throw CommandFailure("unknown kind \"\(kindOrName)\": it is application, applicationset or cluster") }
    let name = name ?? kindOrName
    let item = try await client.get("/api/v1/\(kind.rawValue)/\(PercentEncoding.encode(name))")
    for line in Description(item).lines { terminal.print(line) }
    guard kind != .applicationsets else { return }
    let events = try await client.get("/api/v1/events", [(kind.singular, name), ("limit", "15")])
    let rows = events["items"]?.arrayValue ?? []
    guard !rows.isEmpty else { return }
    terminal.print()
    terminal.print(terminal.styled("Events", .bold))
    for line in Events.table(rows).lines(terminal) { terminal.print("  " + line) }
  }
}

/// An object as indented text, in a stable order: the identity first, then what the hub says of it.
struct Description {
  private(set) var lines: [String] = []

  init(_ item: Value) {
    for key in ["kind", "metadata", "spec", "status"] {
      guard let value = item[key] else { continue }
      add(key, value, depth: 0)
    }
  }

  private mutating func add(_ key: String, _ value: Value, depth: Int) {
    let indent = String(repeating: "  ", count: depth)
    let title = (key.first?.uppercased() ?? "") + key.dropFirst()
    switch value {
    case .object(let object):
      guard !object.isEmpty else { return }
      lines.append("\(indent)\(title):")
      for member in object { add(member.key, member.value, depth: depth + 1) }
    case .array(let elements):
      guard !elements.isEmpty else { return }
      lines.append("\(indent)\(title):")
      for element in elements { lines.append("\(indent)  - \(Description.inline(element))") }
    default:
      let text = Description.inline(value)
      if !text.isEmpty { lines.append("\(indent)\(title): \(text)") }
    }
  }

  private static func inline(_ value: Value) -> String {
    switch value {
    case .string(let text): text
    case .null: ""
    case .object(let object): object.map { "\($0.key): \(inline($0.value))" }.joined(separator: ", ")
    default: JSON.string(value)
    }
  }
}

/// `flotilla why`: the chain of reasons behind the state of an application.
struct Why: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why an application is in the state it is in.",
    discussion: "Where it comes from, what it waits for (down to the first cause), what happened last, and what will happen next.")

  @Argument(help: "The name of the application.")
  var name: String

  @OptionGroup var hub: HubOptions

  func run() async throws {
    let terminal = Terminal.current()
    let answer = try await hub.client(environment: Environment.current).get("/api/v1/applications/\(PercentEncoding.encode(name))/why")
    terminal.print(terminal.styled(answer["summary"]?.stringValue ?? "", .bold))
    for reason in answer["reasons"]?.arrayValue ?? [] { terminal.print("  " + (reason.stringValue ?? "")) }
  }
}

/// `flotilla events`: what happened.
struct Events: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List what happened in the fleet, oldest first.")

  @Option(help: "Only events of this application.")
  var application: String?

  @Option(help: "Only events of this cluster.")
  var cluster: String?

  @Option(help: "Only the last so many.")
  var limit = 200

  @Flag(name: .shortAndLong, help: "Go on printing what happens.")
  var watch = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var hub: HubOptions

  func run() async throws {
    let terminal = Terminal.current()
    let client = hub.client(environment: Environment.current)
    var query: [(String, String)] = [("limit", String(limit))]
    if let application { query.append(("application", application)) }
    if let cluster { query.append(("cluster", cluster)) }
    var since: Int64 = 0
    var options = output
    repeat {
      let answer = try await client.get("/api/v1/events", query + (since > 0 ? [("since", String(since))] : []))
      let items = answer["items"]?.arrayValue ?? []
      if !items.isEmpty || since == 0 {
        Printer(terminal: terminal, options: options).print(items, kind: "event") { _ in Events.table(items) }
      }
      since = items.last?["sequence"]?.intValue ?? max(since, 1)
      options.noHeaders = true
      if watch { try await Task.sleep(for: .milliseconds(500)) }
    } while watch
  }

  static func table(_ items: [Value]) -> Table {
    var table = Table("time", "event", "application", "cluster", "message")
    for item in items {
      table.append(
        .init(item.text("time"), .dim), .init(item.text("reason")), .init(item.text("application")), .init(item.text("cluster")),
        .init(item.text("message")))
    }
    return table
  }
}

/// `flotilla sync`: syncs applications now.
struct Sync: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sync applications now, whatever their policy says; dependencies and limits still hold.")

  @Argument(help: "Names of applications.")
  var names: [String] = []

  @Option(name: [.customShort("l"), .long], help: "All applications with these labels.")
  var selector: String?

  @Flag(help: "All applications.")
  var all = false

  @Flag(help: "Delete objects that Git no longer has, even where the policy does not prune.")
  var prune = false

  @Flag(help: "Delete and make anew what cannot be changed, such as a Deployment's selector.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "Only this object, without hooks: GROUP:KIND:NAME, with * for anything and ! before it to leave it out. May be given more than once.",
      valueName: "object"))
  var resource: [String] = []

  @Flag(help: "Ask the clusters what they would say, and store nothing.")
  var dryRun = false

  @Flag(help: "Return once the request is recorded, without waiting for the outcome.")
  var noWait = false

  @Option(help: "How many seconds to wait at most.")
  var timeout = 300

  @OptionGroup var hub: HubOptions

  func validate() throws {
    guard !names.isEmpty || selector != nil || all else { throw ValidationError("name an application, or use --selector or --all") }
    if dryRun, all || selector != nil { throw ValidationError("--dry-run is for applications that are named") }
  }

  func run() async throws {
    let terminal = Terminal.current()
    let client = hub.client(environment: Environment.current)
    var body: Object = [
      "prune": .bool(prune), "force": .bool(force), "dryRun": .bool(dryRun), "resources": .array(resource.map { .string($0) }),
      "all": .bool(all), "names": .array(names.map { .string($0) }),
    ]
    if let selector { body["selector"] = .string(selector) }
    let answer = try await client.post("/api/v1/sync", .object(body))
    if dryRun { return try report(answer["items"]?.arrayValue ?? [], terminal) }
    let requested = answer["items"]?.arrayValue?.compactMap(\.stringValue) ?? []
    for name in requested { terminal.print("application/\(name) sync requested") }
    guard !noWait else { return }
    try await wait(for: requested, client, terminal)
  }

  /// What the clusters said to a dry run.
  private func report(_ results: [Value], _ terminal: Terminal) throws {
    for result in results {
      terminal.print(
        "application/\(result.text("application")) \(result.text("outcome").lowercased()) (dry run): \(result.text("message"))")
      for object in result["objects"]?.arrayValue ?? [] {
        let note = object.text("message").isEmpty ? "" : ": \(object.text("message"))"
        let isDone = object["done"]?.boolValue == true
        terminal.print(
          "  \(object.text("action")) \(object.text("object"))" + terminal.styled(isDone ? note : " refused\(note)", isDone ? .plain : .bad)
        )
      }
    }
    if results.contains(where: { $0.text("outcome") == "Failed" }) { throw ExitCode(1) }
  }

  private func wait(for names: [String], _ client: HubClient, _ terminal: Terminal) async throws {
    var open = Set(names)
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(timeout)
    var failed: [String] = []
    while !open.isEmpty {
      for name in open.sorted() {
        let item = try await client.get("/api/v1/applications/\(PercentEncoding.encode(name))")
        guard item[at: "status", "requested"]?.boolValue != true else { continue }
        let phase = item.text("status", "operationState", "phase")
        guard phase != "Running" else { continue }
        open.remove(name)
        terminal.print("application/\(name) \(phase.lowercased()): \(item.text("status", "operationState", "message"))")
        if phase != "Succeeded" { failed.append(name) }
      }
      guard clock.now < deadline else {
        throw CommandFailure(
          "not finished after \(timeout) s: \(open.sorted().joined(separator: ", ")); `flotilla why NAME` says what they wait for")
      }
      if !open.isEmpty { try await Task.sleep(for: .milliseconds(200)) }
    }
    if !failed.isEmpty { throw ExitCode(1) }
  }
}
