import Document
import Transport

extension ClusterConnection {
  /// The connection that a context of a kubeconfig describes.
  /// - Parameters:
  ///   - file: the kubeconfig; nil for what kubectl would read
  ///   - context: the context; nil for the current one
  ///   - name: what the cluster is called in messages; nil for the context's name
  public static func fromKubeconfig(
    _ file: String?, context: String? = nil, name: String? = nil, environment: [String: String] = [:]
  ) throws(KubeconfigError) -> ClusterConnection {
    let config = if let file { try Kubeconfig(file: file) } else { try Kubeconfig.standard(environment: environment) }
    return try config.connection(context: context, name: name)
  }
}

extension Kubeconfig {
  /// The connection that a context describes; nil takes the current context.
  public func connection(context chosen: String? = nil, name: String? = nil) throws(KubeconfigError) -> ClusterConnection {
    let contextName = chosen ?? currentContext
    guard !contextName.isEmpty else {
      throw KubeconfigError("no current-context is set: name one of \(Kubeconfig.names(contexts))")
    }
    guard let context = contexts[contextName] else {
      throw KubeconfigError("no context \(contextName): there are \(Kubeconfig.names(contexts))")
    }
    let clusterName = context.value["cluster"]?.stringValue ?? ""
    guard let cluster = clusters[clusterName] else {
      throw KubeconfigError("context \(contextName) names the cluster \(clusterName), which is not there", file: context.file)
    }
    let userName = context.value["user"]?.stringValue ?? ""
    guard userName.isEmpty || users[userName] != nil else {
      throw KubeconfigError("context \(contextName) names the user \(userName), which is not there", file: context.file)
    }
    guard let server = cluster.value["server"]?.stringValue, !server.isEmpty else {
      throw KubeconfigError("cluster \(clusterName) has no server", file: cluster.file)
    }
    var connection = ClusterConnection(
      name: name ?? contextName, server: server, settings: try Kubeconfig.settings(cluster, "cluster \(clusterName)"),
      namespace: context.value["namespace"]?.stringValue)
    connection.acceptsCompression = !(cluster.value["disable-compression"]?.boolValue ?? false)
    if let user = users[userName] {
      let place = "user \(userName)"
      try Kubeconfig.checkMethods(user, place)
      connection.settings.clientCertificatePEM = try Kubeconfig.pem(user, "client-certificate", place)
      connection.settings.clientKeyPEM = try Kubeconfig.pem(user, "client-key", place)
      connection.certificateFiles = Kubeconfig.certificateFiles(user)
      connection.credential = try Kubeconfig.credential(user, place, cluster)
      connection.impersonation = try Kubeconfig.impersonation(user, place)
    }
    return connection
  }

  /// The contexts that speak to a server, for commands that ask by address.
  public func contextNames(forServer server: String) -> [String] {
    contexts.filter { entry in
      guard let name = entry.value.value["cluster"]?.stringValue, let cluster = clusters[name] else { return false }
      return cluster.value["server"]?.stringValue == server
    }.keys.sorted()
  }

  private static func names(_ entries: [String: Entry]) -> String {
    entries.isEmpty ? "none" : entries.keys.sorted().joined(separator: ", ")
  }

  private static func settings(_ cluster: Entry, _ place: String) throws(KubeconfigError) -> ConnectionSettings {
    var settings = ConnectionSettings()
    settings.insecureSkipVerify = cluster.value["insecure-skip-tls-verify"]?.boolValue ?? false
    settings.serverName = text(cluster, "tls-server-name")
    settings.proxy = text(cluster, "proxy-url")
    if let proxy = settings.proxy {
      let scheme = proxy.prefix { $0 != ":" }.lowercased()
      guard ["http", "https", "socks5", "socks5h"].contains(scheme), proxy.dropFirst(scheme.count).hasPrefix("://") else {
        throw KubeconfigError("proxy-url of \(place) is no http://, https:// or socks5:// address", file: cluster.file)
      }
    }
    // With verification off there is nothing to check against.
    if !settings.insecureSkipVerify { settings.caPEM = try pem(cluster, "certificate-authority", place) }
    return settings
  }

  private static func credential(_ user: Entry, _ place: String, _ cluster: Entry) throws(KubeconfigError) -> Credential {
    if let exec = user.value["exec"], !exec.isNull { return .exec(try plugin(exec, place, user, cluster)) }
    if let file = text(user, "tokenFile") { return .tokenFile(user.resolve(file)) }
    if let token = text(user, "token") { return .bearerToken(token) }
    if let name = text(user, "username") { return .basic(user: name, password: user.value["password"]?.stringValue ?? "") }
    return .none
  }

  /// Refuses what client-go refuses: ways that are gone, and ways that exclude each other.
  private static func checkMethods(_ user: Entry, _ place: String) throws(KubeconfigError) {
    if let provider = user.value["auth-provider"], !provider.isNull {
      let name = provider["name"]?.stringValue ?? "?"
      let hint =
        [
          "gcp": "use the exec plugin gke-gcloud-auth-plugin", "azure": "use the exec plugin kubelogin",
          "oidc": "use the exec plugin kubectl-oidc_login",
        ][name] ?? "use an exec plugin"
      throw KubeconfigError("\(place) uses auth-provider \(name), which Kubernetes clients no longer have: \(hint)", file: user.file)
    }
    var methods: [String] = []
    if text(user, "token") != nil || text(user, "tokenFile") != nil { methods.append("token") }
    if text(user, "username") != nil { methods.append("username") }
    if let exec = user.value["exec"], !exec.isNull { methods.append("exec") }
    guard methods.count <= 1 else {
      throw KubeconfigError(
        "\(place) has \(methods.joined(separator: " and ")), of which only one can be used: remove the others", file: user.file)
    }
  }

  private static func plugin(_ exec: Value, _ place: String, _ user: Entry, _ cluster: Entry) throws(KubeconfigError) -> ExecPlugin {
    guard let command = exec["command"]?.stringValue, !command.isEmpty else {
      throw KubeconfigError("\(place) has an exec plugin without command", file: user.file)
    }
    let version = exec["apiVersion"]?.stringValue ?? ""
    guard ExecProtocol.versions.contains(version) else {
      throw KubeconfigError(
        "\(place) has an exec plugin of apiVersion \"\(version)\": client.authentication.k8s.io/v1 or v1beta1 is expected", file: user.file)
    }
    var environment: [String: String] = [:]
    for variable in exec["env"]?.arrayValue ?? [] {
      if let name = variable["name"]?.stringValue { environment[name] = variable["value"]?.stringValue ?? "" }
    }
    let mode: ExecPlugin.InteractiveMode
    switch exec["interactiveMode"]?.stringValue ?? "" {
    // Only the newer version insists on it.
    case "" where version.hasSuffix("/v1beta1"): mode = .ifAvailable
    case let text:
      guard let known = ExecPlugin.InteractiveMode(rawValue: text) else {
        throw KubeconfigError("interactiveMode of the exec plugin of \(place) must be Never, IfAvailable or Always", file: user.file)
      }
      mode = known
    }
    let extensions = cluster.value["extensions"]?.arrayValue ?? []
    let config = extensions.first { $0["name"]?.stringValue == "client.authentication.k8s.io/exec" }?["extension"] ?? .null
    return ExecPlugin(
      // As in client-go, a command with a slash is relative to the kubeconfig, any other is looked up in PATH.
      command: command.contains("/") ? user.resolve(command) : command,
      arguments: (exec["args"]?.arrayValue ?? []).compactMap(\.stringValue), environment: environment, apiVersion: version,
      installHint: exec["installHint"]?.stringValue ?? "", provideClusterInfo: exec["provideClusterInfo"]?.boolValue ?? false,
      clusterConfig: config,
      interactiveMode: mode)
  }

  private static func impersonation(_ user: Entry, _ place: String) throws(KubeconfigError) -> Impersonation? {
    let groups = (user.value["as-groups"]?.arrayValue ?? []).compactMap(\.stringValue)
    var extra: [String: [String]] = [:]
    for member in user.value["as-user-extra"]?.objectValue?.members ?? [] {
      extra[member.key] = (member.value.arrayValue ?? []).compactMap(\.stringValue)
    }
    guard let name = text(user, "as") else {
      guard groups.isEmpty, extra.isEmpty, text(user, "as-uid") == nil else {
        throw KubeconfigError("\(place) has as-groups, as-uid or as-user-extra, but no as: name the user", file: user.file)
      }
      return nil
    }
    return Impersonation(user: name, groups: groups, uid: text(user, "as-uid") ?? "", extra: extra)
  }

  private static func certificateFiles(_ user: Entry) -> CertificateFiles? {
    // Data in the kubeconfig itself comes before files.
    guard text(user, "client-certificate-data") == nil, text(user, "client-key-data") == nil,
      let certificate = text(user, "client-certificate"),
      let key = text(user, "client-key")
    else { return nil }
    return CertificateFiles(certificate: user.resolve(certificate), key: user.resolve(key))
  }

  private static func text(_ entry: Entry, _ key: String) -> String? {
    guard let text = entry.value[key]?.stringValue, !text.isEmpty else { return nil }
    return text
  }

  /// The bytes of `KEY-data` (base64), else of the file that `KEY` names.
  private static func pem(_ entry: Entry, _ key: String, _ place: String) throws(KubeconfigError) -> [UInt8]? {
    if let data = text(entry, key + "-data") {
      guard let bytes = Base64.decode(data.utf8) else { throw KubeconfigError("\(key)-data of \(place) is no base64", file: entry.file) }
      return bytes
    }
    guard let path = text(entry, key) else { return nil }
    let file = entry.resolve(path)
    guard let bytes = SmallFile.read(file, maximumBytes: 1 << 20) else {
      throw KubeconfigError("\(key) of \(place): cannot read \(file)", file: entry.file)
    }
    return bytes
  }
}
