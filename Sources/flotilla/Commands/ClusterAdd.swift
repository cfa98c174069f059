import ArgumentParser
import Document
import FleetModel
import Foundation
import Git
import Hub
import Kubernetes
import Transport

/// `flotilla cluster add`: makes the hub's account on a cluster and writes the Cluster definition.
struct ClusterAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Register a cluster: make the hub's account there and write its definition.",
    discussion: """
      Takes a context of your kubeconfig that may create cluster roles. On that cluster it makes a service account with the permissions that the
      hub needs, and a token; here it writes a Cluster definition that can go into Git. The token goes into a file of its own, which the
      definition names. A second run changes nothing; with other options it changes what they say.

      flotilla cluster add eu-1 --label env=production --output fleet/definitions/clusters/
      flotilla cluster add eu-1 --namespace shop --namespace search --output eu-1.yaml
      flotilla cluster add eu-1 --dry-run
      flotilla cluster add eu-1 --manifests | kubectl --context admin@eu-1 apply --server-side -f -
      """)

  @Argument(help: "The context of the kubeconfig.")
  var context: String

  @Option(help: ArgumentHelp("What the cluster is called in the fleet; the context's name where not given.", valueName: "name"))
  var name: String?

  @OptionGroup var kubeconfig: KubeconfigOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("A label of the cluster, for generators to select by.", valueName: "key=value"))
  var label: [String] = []

  @Option(help: ArgumentHelp("An annotation of the cluster.", valueName: "key=value"))
  var annotation: [String] = []

  @Option(help: ArgumentHelp("The project that the cluster belongs to.", valueName: "project"))
  var project: String?

  @Option(help: ArgumentHelp("How far the account reaches: cluster, read-only or administrator.", valueName: "scope"))
  var scope: ScopeArgument = .cluster

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A namespace that the account is limited to; may be given more than once.", valueName: "namespace"))
  var namespace: [String] = []

  @OptionGroup var account: SpokeAccountOptions

  @Option(help: ArgumentHelp("The address under which the hub reaches the server, where it is not the kubeconfig's.", valueName: "url"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "The definition's file, or the folder of definitions that gets a file NAME.yaml; standard output where not given.", valueName: "path")
  )
  var output: String?

  @Option(help: ArgumentHelp("Keep the token in this file; ~/.config/flotilla/tokens/NAME where nothing else is said.", valueName: "file"))
  var tokenFile: String?

  @Option(help: ArgumentHelp("Keep the token in a kubeconfig of its own, which the definition names.", valueName: "file"))
  var kubeconfigFile: String?

  @Flag(help: "Write the token into the definition itself, for everybody to read who can read that. Not for Git.")
  var tokenInDefinition = false

  @Option(help: ArgumentHelp("How long the token is good, such as 720h; the server may give less.", valueName: "duration"))
  var tokenLifetime = "8760h"

  @Flag(help: "A token without end, in a Secret of the cluster.")
  var permanentToken = false

  @Flag(help: "Show what would be made, and make nothing.")
  var dryRun = false

  @Flag(help: "Print the account's objects, for an administrator of the cluster to apply, and make nothing.")
  var manifests = false

  func validate() throws {
    let places = [tokenFile != nil, kubeconfigFile != nil, tokenInDefinition].filter { $0 }.count
    guard places <= 1 else {
      throw ValidationError("the token is kept in one place: --token-file, --kubeconfig-file or --token-in-definition")
    }
    _ = try token()
    _ = try labels()
    _ = try scope.scope(namespaces: namespace)
    _ = try account.parsed()
  }

  func run() async throws {
    let terminal = Terminal.current()
    let environment = Environment.current
    let connection = try kubeconfig.connection(context: context, name: name, in: try kubeconfig.load(environment: environment))
    let name = name ?? context
    guard ClusterNames.isUsable(name) else {
      throw CommandFailure(
        "\"\(name)\" cannot be the name of a cluster (lower-case letters, digits, - and .): choose one, such as "
          + "--name \(ClusterNames.suggestion(name))")
    }
    let target = try RegistrationTarget(output, cluster: name, server: server ?? connection.server)
    let client = ClusterClient(connection, http: HTTPClient(), retry: RetryPolicy(maximumAttempts: 2))
    let (space, accountName) = try account.parsed()
    let spoke = try await ClusterOnboarding.account(
      for: client, scope: try scope.scope(namespaces: namespace), namespace: space, name: accountName)
    if manifests {
      terminal.write(YAML.encodeAll(spoke.manifests(longLivedToken: permanentToken)))
      return
    }
    let onboarding = ClusterOnboarding(client, account: spoke)
    let plan = try await preflight(onboarding, client, name)
    let place = try tokenPlace(name, environment)
    if dryRun {
      try show(plan, place, target, onboarding, connection, terminal)
      return
    }
    let made = try await make(onboarding, place, target, terminal)
    try keep(made, place, terminal)
    try target.write(definition(made, name, place), terminal)
    try await verify(made, name, terminal)
  }

  // MARK: - before anything is made

  /// All that can be found out before: permissions of the person, namespaces, rights that cannot be handed on.
  private func preflight(
    _ onboarding: ClusterOnboarding, _ client: ClusterClient, _ name: String
  ) async throws -> [ClusterOnboarding.Step] {
    let missing = try await onboarding.missingPermissions(token: try token())
    guard missing.isEmpty else {
      let user = (try? await client.user()).map { $0.isEmpty ? "the account" : $0 } ?? "the account"
      throw CommandFailure(
        """
        cluster \(name): nothing was made: \(user), as which the context "\(context)" speaks, lacks permissions there:
          \(AccessNeed.summary(missing).joined(separator: "\n  "))
        use a context that may create cluster roles (such as an administrator's), or let an administrator apply what \
        `flotilla cluster add \(context) --manifests` prints
        """)
    }
    let absent = try await onboarding.absentNamespaces()
    guard absent.isEmpty else {
      throw CommandFailure(
        "cluster \(name): nothing was made: \(absent.count == 1 ? "the namespace" : "the namespaces") \(absent.joined(separator: ", ")) "
          + "\(absent.count == 1 ? "does" : "do") not exist there: create \(absent.count == 1 ? "it" : "them") first, or correct --namespace"
      )
    }
    do {
      return try await onboarding.plan(token: try token())
    } catch let error as KubernetesError where error.isForbidden {
      throw CommandFailure(
        "\(error)\nnothing was made: an account cannot hand on permissions that it does not have itself; "
          + "use an administrator's context, or a smaller --scope")
    }
  }

  private func show(
    _ plan: [ClusterOnboarding.Step], _ place: OnboardedCluster.TokenPlace, _ target: RegistrationTarget, _ onboarding: ClusterOnboarding,
    _ connection: ClusterConnection, _ terminal: Terminal
  ) throws {
    for step in plan { terminal.note("\(step) (dry run)") }
    switch place {
    case .file(let path): terminal.note("the token would be kept in \(path)")
    case .kubeconfig(let path, _): terminal.note("the token would be kept in the kubeconfig \(path)")
    case .definition: terminal.note("the token would stand in the definition")
    }
    let made = OnboardedCluster(
      connection: connection, account: onboarding.account, token: IssuedToken(text: "(the token)", expires: nil), steps: plan)
    try target.preview(definition(made, name ?? context, place), terminal)
  }

  // MARK: - making

  private func make(
    _ onboarding: ClusterOnboarding, _ place: OnboardedCluster.TokenPlace, _ target: RegistrationTarget, _ terminal: Terminal
  ) async throws -> OnboardedCluster {
    do {
      return try await onboarding.run(token: try token(), keeping: formerToken(place, target)) { step in terminal.note(step.description) }
    } catch {
      terminal.note("\(error)")
      throw CommandFailure(
        "not registered: what is listed above is made, no definition is written; `flotilla cluster add \(context)` again goes on from here"
          + ", `flotilla cluster remove \(name ?? context) --context \(context) --force` takes it back")
    }
  }

  /// The token that a former run kept.
  private func formerToken(_ place: OnboardedCluster.TokenPlace, _ target: RegistrationTarget) -> IssuedToken? {
    let text: String?
    switch place {
    case .file(let path): text = PrivateFile.read(path)
    case .kubeconfig(let path, let context):
      let connection = try? ClusterConnection.fromKubeconfig(path, context: context)
      if case .bearerToken(let token)? = connection?.credential { text = token } else { text = nil }
    case .definition: text = target.former?[at: "spec", "auth", "bearerToken"]?.stringValue
    }
    guard let token = text?.filter({ !$0.isWhitespace }), !token.isEmpty else { return nil }
    return IssuedToken(kept: token)
  }

  private func keep(_ made: OnboardedCluster, _ place: OnboardedCluster.TokenPlace, _ terminal: Terminal) throws {
    let kind = made.token.description
    switch place {
    case .file(let path):
      if !made.keepsToken { try PrivateFile.write(made.token.text + "\n", to: path) }
      terminal.note("\(kind) \(made.keepsToken ? "kept" : "written") in \(path)")
    case .kubeconfig(let path, let context):
      let text = YAML.encode(made.kubeconfig(context: context, server: server))
      let isSame = PrivateFile.read(path) == text
      if !isSame { try PrivateFile.write(text, to: path) }
      terminal.note("\(kind) \(isSame ? "kept" : "written") in the kubeconfig \(path)")
    case .definition:
      terminal.note("\(kind) in the definition: whoever can read it can use it, so keep it out of Git")
    }
  }

  /// The new account's own look at the cluster: what works now will work for the hub.
  private func verify(_ made: OnboardedCluster, _ name: String, _ terminal: Terminal) async throws {
    var connection = made.connection
    if let server {
      connection = ClusterConnection(name: name, server: server, settings: connection.settings, credential: connection.credential)
    }
    let client = ClusterClient(connection, http: HTTPClient(), retry: RetryPolicy(maximumAttempts: 2))
    let report = await ClusterCheck(client, scope: made.account.scope).run()
    for finding in report.findings where finding.verdict > .good { terminal.note("check: \(finding)") }
    guard report.verdict < .bad else {
      throw CommandFailure(
        "cluster \(name) is registered, but the hub could not work with it as it is: see above, then `flotilla cluster check`")
    }
    terminal.note("cluster \(name) is registered as \(made.account.user) at \(connection.server)")
  }

  // MARK: - options

  private func token() throws -> ClusterOnboarding.TokenKind {
    if permanentToken { return .permanent }
    guard let duration = GoDuration.parse(tokenLifetime), duration >= .seconds(600) else {
      throw ValidationError("--token-lifetime takes a duration of ten minutes or more, such as 720h, not \"\(tokenLifetime)\"")
    }
    return .expiring(seconds: Int(duration.components.seconds))
  }

  private func labels() throws -> [String: String] { try ClusterNames.pairs(label, option: "--label") }

  private func tokenPlace(_ name: String, _ environment: [String: String]) throws -> OnboardedCluster.TokenPlace {
    if tokenInDefinition { return .definition }
    if let kubeconfigFile { return .kubeconfig(path: PrivateFile.absolute(kubeconfigFile), context: name) }
    if let tokenFile { return .file(PrivateFile.absolute(tokenFile)) }
    let home = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
    guard let home else { throw CommandFailure("say where the token is kept: --token-file FILE (HOME is not set)") }
    return .file(PrivateFile.absolute("\(home)/flotilla/tokens/\(name)"))
  }

  private func definition(_ made: OnboardedCluster, _ name: String, _ place: OnboardedCluster.TokenPlace) -> Value {
    var annotations = (try? ClusterNames.pairs(annotation, option: "--annotation")) ?? [:]
    annotations[SpokeAccountOptions.annotation] = "\(made.account.namespace)/\(made.account.name)"
    // Always, so that a wider scope later on takes the place of the narrower one.
    annotations[SpokeAccountOptions.scopeAnnotation] = scope.rawValue
    return made.definition(
      name: name, labels: (try? labels()) ?? [:], annotations: annotations, project: project, server: server, token: place)
  }
}

/// Where the definition goes.
struct RegistrationTarget {
  private let cluster: String
  /// Nil for standard output.
  private let file: String?
  private let text: String?

  /// Looks at what is there, before anything is made.
  init(_ output: String?, cluster: String, server: String) throws {
    self.cluster = cluster
    guard let output, output != "-" else {
      file = nil
      text = nil
      return
    }
    var isFolder: ObjCBool = false
    let path = NSString(string: output).expandingTildeInPath
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard (exists && isFolder.boolValue) || output.hasSuffix("/") else {
      file = path
      text = exists ? PrivateFile.read(path) : nil
      try RegistrationTarget.check(text, path, cluster, server)
      return
    }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    var place = "\(folder)/\(cluster).yaml"
    if exists, let snapshot = try? DefinitionSnapshot.read(DirectoryTree(folder), below: "", named: output) {
      let definitions = Definitions.decode(snapshot.files.map { SourceFile(path: "\(folder)/\($0.path)", bytes: $0.bytes) })
      // A definition that moved to another file is brought up to date there.
      if let known = definitions.clusters.first(where: { $0.name == cluster }), let position = known.position { place = position.file }
      if let twin = definitions.clusters.first(where: { $0.serverURL == server && $0.name != cluster }) {
        throw CommandFailure(
          "\(server) is registered as \(twin.name) already (\(twin.position.map { "\($0)" } ?? folder)): use --name \(twin.name) to bring that up to date, "
            + "or remove it first")
      }
    }
    file = place
    text = PrivateFile.read(place)
    try RegistrationTarget.check(text, place, cluster, server)
  }

  private static func check(_ text: String?, _ path: String, _ cluster: String, _ server: String) throws {
    let probe: Value = [
      "apiVersion": "flotilla.dev/v1alpha1", "kind": "Cluster", "metadata": ["name": .string(cluster)], "spec": ["server": .string(server)],
    ]
    if case .refused(let reason) = RegistrationFile.adding(probe, to: text) { throw CommandFailure("\(path): \(reason)") }
  }

  /// The definition as it is now.
  var former: Value? { text.flatMap { RegistrationFile.definition(of: cluster, in: $0) } }

  func write(_ definition: Value, _ terminal: Terminal) throws {
    guard let file else {
      terminal.write(YAML.encode(definition))
      return
    }
    let hasSecret = definition[at: "spec", "auth", "bearerToken"] != nil
    switch RegistrationFile.adding(definition, to: text) {
    case .created(let text):
      try PrivateFile.write(text, to: file, mode: hasSecret ? 0o600 : 0o644)
      terminal.note("definition of \(cluster) written to \(file)")
    case .changed(let text):
      try PrivateFile.write(text, to: file, mode: hasSecret ? 0o600 : 0o644)
      terminal.note("definition of \(cluster) changed in \(file)")
    case .unchanged, .empty: terminal.note("definition of \(cluster) unchanged in \(file)")
    case .refused(let reason): throw CommandFailure("\(file): \(reason)")
    }
  }

  func preview(_ definition: Value, _ terminal: Terminal) throws {
    if let file {
      switch RegistrationFile.adding(definition, to: text) {
      case .created: terminal.note("the definition would be written to \(file):")
      case .changed: terminal.note("the definition would be changed in \(file):")
      case .unchanged, .empty: terminal.note("the definition in \(file) would stay as it is:")
      case .refused(let reason): throw CommandFailure("\(file): \(reason)")
      }
    }
    terminal.write(YAML.encode(definition))
  }
}
