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
    var settings = try Kubeconfig.settings(cluster, "cluster \(clusterName)")
    var credential = Credential.none
    var impersonation: Impersonation?
    if let user = users[userName] {
      credential = try Kubeconfig.credential(user, "user \(userName)", &settings)
      impersonation = Kubeconfig.impersonation(user)
    }
    return ClusterConnection(
      name: name ?? contextName, server: server, settings: settings, credential: credential, impersonation: impersonation,
      namespace: context.value["namespace"]?.stringValue)
  }

  private static func names(_ entries: [String: Entry]) -> String {
    entries.isEmpty ? "none" : entries.keys.sorted().joined(separator: ", ")
  }

  private static func settings(_ cluster: Entry, _ place: String) throws(KubeconfigError) -> ConnectionSettings {
    var settings = ConnectionSettings()
    settings.insecureSkipVerify = cluster.value["insecure-skip-tls-verify"]?.boolValue ?? false
    settings.serverName = text(cluster, "tls-server-name")
    settings.proxy = text(cluster, "proxy-url")
    // With verification off there is nothing to check against.
    if !settings.insecureSkipVerify { settings.caPEM = try pem(cluster, "certificate-authority", place) }
    return settings
  }

  private static func credential(
    _ user: Entry, _ place: String, _ settings: inout ConnectionSettings
  ) throws(KubeconfigError) -> Credential {
    settings.clientCertificatePEM = try pem(user, "client-certificate", place)
    settings.clientKeyPEM = try pem(user, "client-key", place)
    if let provider = user.value["auth-provider"], !provider.isNull {
      let name = provider["name"]?.stringValue ?? "?"
      let hint =
        ["gcp": "gke-gcloud-auth-plugin", "azure": "kubelogin"][name].map { ": use the exec plugin \($0)" } ?? ": use an exec plugin"
      throw KubeconfigError("\(place) uses auth-provider \(name), which Kubernetes clients no longer have\(hint)", file: user.file)
    }
    if let exec = user.value["exec"], !exec.isNull { return .exec(try plugin(exec, place, user)) }
    if let file = text(user, "tokenFile") { return .tokenFile(user.resolve(file)) }
    if let token = text(user, "token") { return .bearerToken(token) }
    if let name = text(user, "username") { return .basic(user: name, password: user.value["password"]?.stringValue ?? "") }
    return .none
  }

  private static func plugin(_ exec: Value, _ place: String, _ user: Entry) throws(KubeconfigError) -> ExecPlugin {
    guard let command = exec["command"]?.stringValue, !command.isEmpty else {
      throw KubeconfigError("\(place) has an exec plugin without command", file: user.file)
    }
    let version = exec["apiVersion"]?.stringValue ?? ""
    guard ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"].contains(version) else {
      throw KubeconfigError(
        "\(place) has an exec plugin of apiVersion \"\(version)\": client.authentication.k8s.io/v1 or v1beta1 is expected", file: user.file)
    }
    var environment: [String: String] = [:]
    for variable in exec["env"]?.arrayValue ?? [] {
      if let name = variable["name"]?.stringValue { environment[name] = variable["value"]?.stringValue ?? "" }
    }
    return ExecPlugin(
      // As in client-go, a command with a slash is relative to the kubeconfig, any other is looked up in PATH.
      command: command.contains("/") ? user.resolve(command) : command,
      arguments: (exec["args"]?.arrayValue ?? []).compactMap(\.stringValue), environment: environment, apiVersion: version,
      installHint: exec["installHint"]?.stringValue ?? "", provideClusterInfo: exec["provideClusterInfo"]?.boolValue ?? false)
  }

  private static func impersonation(_ user: Entry) -> Impersonation? {
    guard let name = text(user, "as") else { return nil }
    return Impersonation(
      user: name, groups: (user.value["as-groups"]?.arrayValue ?? []).compactMap(\.stringValue), uid: text(user, "as-uid") ?? "")
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
