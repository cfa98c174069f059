import ArgumentParser
import Document
import FleetModel
import Foundation
import Hub
import Kubernetes
import Transport

/// `flotilla cluster remove`: takes back what `cluster add` made.
struct ClusterRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Take back what `cluster add` made: the account and its permissions, the token, the definition.",
    discussion: """
      Shows what would go, and does it with --yes. Workloads are never touched. Refuses as long as applications target the cluster: remove
      those first, so that the hub, which needs the account for that, takes their objects away.

      flotilla cluster remove eu-1 -f fleet/definitions
      flotilla cluster remove eu-1 -f fleet/definitions --yes
      """)

  @Argument(help: "The cluster.")
  var name: String

  @OptionGroup var definitions: DefinitionOptions
  @OptionGroup var kubeconfig: KubeconfigOptions

  @Option(
    help: ArgumentHelp(
      "The context that may delete the account; the one of this name or with the cluster's address where not given.", valueName: "context"))
  var context: String?

  @OptionGroup var account: SpokeAccountOptions

  @Option(help: ArgumentHelp("A hub to ask for applications too; FLOTILLA_HUB where it is set.", valueName: "url"))
  var hub: String?

  @Flag(help: "Do not speak to the cluster, such as one that is gone: only definition and token go.")
  var keepAccount = false

  @Flag(help: "Go on although applications target the cluster, or although nobody could tell.")
  var force = false

  @Flag(name: .shortAndLong, help: "Do it, instead of showing what would be done.")
  var yes = false

  func run() async throws {
    let terminal = Terminal.current()
    let environment = Environment.current
    let registration = try await registration(environment)
    try await checkApplications(registration, environment, terminal)
    let onboarding = try await onboarding(registration, environment)
    let steps: [ClusterOnboarding.Step]
    do {
      steps = try await onboarding?.remove(dryRun: true) ?? []
    } catch {
      let way = error.isUnreachable ? ": if it is gone for good, --keep-account takes away what is here" : ""
      throw CommandFailure("\(error)\nnothing was removed\(way)")
    }
    let files = try filesToRemove(registration)
    guard !steps.isEmpty || !files.isEmpty else {
      terminal.note("nothing is left of \(name): there is no account of it, and no definition")
      return
    }
    guard yes else {
      for step in steps { terminal.print("would remove from \(name): \(step.object)") }
      for file in files { terminal.print("would \(file.action)") }
      if let space = onboarding?.account.namespace { terminal.note("the namespace \(space) stays, and so does every workload") }
      throw CommandFailure("nothing was removed: say --yes to do it")
    }
    do {
      _ = try await onboarding?.remove { step in terminal.print("removed from \(name): \(step.object)") }
    } catch {
      throw CommandFailure("\(error)\nthe definition stays until the account is gone: run the command again, or with --keep-account")
    }
    for file in files {
      try file.perform()
      terminal.print(file.done)
    }
  }

  // MARK: - what is registered

  private struct Registration {
    var cluster: Cluster
    /// The file of the definition.
    var file: String?
  }

  private func registration(_ environment: [String: String]) async throws -> Registration? {
    guard !definitions.filename.isEmpty else {
      guard context != nil || !keepAccount else { throw CommandFailure("say where the definition is: -f FILE or -f FOLDER") }
      return nil
    }
    let decoded = try await Workspace.decode(definitions, environment: environment)
    guard let cluster = decoded.clusters.first(where: { $0.name == name && $0.isRegistered }) else {
      if context != nil { return nil }
      let hint = NearestName.hint(name, in: decoded.clusters.filter(\.isRegistered).map(\.name))
      throw CommandFailure("no cluster \"\(name)\" in the definitions\(hint)")
    }
    return Registration(cluster: cluster, file: cluster.position?.file)
  }

  /// Fails where applications still target the cluster, or where that cannot be told.
  private func checkApplications(_ registration: Registration?, _ environment: [String: String], _ terminal: Terminal) async throws {
    var found: Set<String> = []
    var doubts: [String] = []
    if registration != nil {
      let evaluated = try await Workspace.load(definitions, environment: environment).evaluated
      for instance in evaluated.evaluation.instances where evaluated.destinations.cluster(of: instance.application)?.name == name {
        found.insert(instance.name)
      }
      doubts += evaluated.diagnostics.filter { $0.severity == .error }.map(\.description)
    }
    if let address = hub ?? environment["FLOTILLA_HUB"] {
      do {
        for item in try await HubClient(address: address).get("/api/v1/applications")["items"]?.arrayValue ?? []
        where item.text("status", "cluster") == name { found.insert(item.name) }
      } catch {
        doubts.append("\(error)")
      }
    } else if registration == nil {
      doubts.append("neither definitions (-f) nor a hub (--hub) is given")
    }
    let list = found.sorted().map { "\n  \($0)" }.joined()
    let what = "\(found.count == 1 ? "application targets" : "applications target") \(name)"
    if force {
      if !found.isEmpty { terminal.note("\(found.count) \(what); their objects stay on it, and nobody looks after them:\(list)") }
      return
    }
    guard found.isEmpty else {
      throw CommandFailure(
        "\(found.count) \(what):\(list)\nremove them first, or let their generators leave the cluster out; with --force the account goes all "
          + "the same, and their objects stay on the cluster")
    }
    guard doubts.isEmpty else {
      throw CommandFailure(
        "cannot tell which applications target \(name):\n  \(doubts.joined(separator: "\n  "))\ncorrect that, or use --force")
    }
  }

  // MARK: - the account

  private func onboarding(_ registration: Registration?, _ environment: [String: String]) async throws -> ClusterOnboarding? {
    guard !keepAccount else { return nil }
    if case .simulated? = registration?.cluster.access { return nil }
    let connection = try connection(registration, environment)
    let client = ClusterClient(connection, http: HTTPClient(), retry: RetryPolicy(maximumAttempts: 2))
    let (space, accountName) = try account.parsed(definition: registration?.cluster.annotations ?? [:])
    return ClusterOnboarding(client, account: SpokeAccount(namespace: space, name: accountName))
  }

  /// The connection of a person who may delete the account; the hub's own account must not be able to end itself half-way.
  private func connection(_ registration: Registration?, _ environment: [String: String]) throws -> ClusterConnection {
    let config = try kubeconfig.load(environment: environment)
    if let context { return try kubeconfig.connection(context: context, name: name, in: config) }
    let address: String
    switch registration?.cluster.access {
    case .server(let server)?: address = server.url
    case .kubeconfig(let path, let context)?:
      address = try ClusterConnection.fromKubeconfig(NSString(string: path).expandingTildeInPath, context: context).server
    case .simulated?, nil:
      throw CommandFailure("say which context may delete the account: --context, or --keep-account to leave it")
    }
    let fitting = config.contextNames(forServer: address)
    if fitting.contains(name) || fitting.count == 1 {
      return try kubeconfig.connection(context: fitting.contains(name) ? name : fitting[0], name: name, in: config)
    }
    throw CommandFailure(
      fitting.isEmpty
        ? "no context of \(kubeconfig.place) speaks to \(address): name one with --context, or leave the account with --keep-account"
        : "several contexts of \(kubeconfig.place) speak to \(address): name one of \(fitting.joined(separator: ", ")) with --context")
  }

  // MARK: - files

  private struct FileChange {
    var action: String
    var done: String
    var perform: () throws -> Void
  }

  private func filesToRemove(_ registration: Registration?) throws -> [FileChange] {
    guard let registration else { return [] }
    var changes: [FileChange] = []
    if let file = credentialFile(registration.cluster) {
      changes.append(
        FileChange(action: "delete \(file)", done: "deleted \(file)") { try FileManager.default.removeItem(atPath: file) })
    }
    guard let file = registration.file, let text = PrivateFile.read(file) else { return changes }
    switch RegistrationFile.removing(name, from: text) {
    case .empty:
      changes.append(FileChange(action: "delete \(file)", done: "deleted \(file)") { try FileManager.default.removeItem(atPath: file) })
    case .changed(let rest):
      changes.append(
        FileChange(action: "take \(name) out of \(file)", done: "took \(name) out of \(file)") {
          try PrivateFile.write(rest, to: file, mode: 0o644)
        })
    case .refused(let reason): throw CommandFailure("\(file): \(reason)")
    case .unchanged, .created: break
    }
    return changes
  }

  /// The token's file, where `cluster add` has written it: it holds a token of the account, or a kubeconfig with nothing else.
  private func credentialFile(_ cluster: Cluster) -> String? {
    guard let owner = cluster.annotations[SpokeAccountOptions.annotation]?.split(separator: "/"), owner.count == 2 else { return nil }
    let user = "system:serviceaccount:\(owner[0]):\(owner[1])"
    switch cluster.access {
    case .server(let server):
      guard let file = server.bearerTokenFile, let text = PrivateFile.read(file) else { return nil }
      return TokenClaims.subject(text.filter { !$0.isWhitespace }) == user ? file : nil
    case .kubeconfig(let path, let context):
      let file = NSString(string: path).expandingTildeInPath
      guard let config = try? Kubeconfig(file: file), config.contexts.count == 1, let connection = try? config.connection(context: context),
        case .bearerToken(let token) = connection.credential
      else { return nil }
      return TokenClaims.subject(token) == user ? file : nil
    case .simulated: return nil
    }
  }
}
