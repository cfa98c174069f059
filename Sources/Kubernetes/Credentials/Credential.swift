import Document

/// What a cluster is told about who asks. Client certificates are part of ``ConnectionSettings`` and ``ClusterConnection/certificateFiles``.
public enum Credential: Sendable, Hashable {
  /// Nothing but a client certificate, if there is one.
  case none
  /// A token.
  case bearerToken(String)
  /// A file with a token, read again as it is rotated.
  case tokenFile(String)
  /// User and password.
  case basic(user: String, password: String)
  /// A program that prints a credential.
  case exec(ExecPlugin)
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Which way it is, never the secret.
  public var description: String {
    switch self {
    case .none: "none"
    case .bearerToken: "bearer token"
    case .tokenFile(let path): "token file \(path)"
    case .basic(let user, _): "user \(user) with password"
    case .exec(let plugin): "credential plugin \(plugin.command)"
    }
  }

  /// As ``description``.
  public var debugDescription: String { description }

  /// Nothing to look into.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Files of a client certificate, which are read again as they are rotated.
public struct CertificateFiles: Sendable, Hashable {
  /// Where the certificate chain lies, as PEM.
  public var certificate: String
  /// Where its key lies, as PEM; the same file may hold both.
  public var key: String

  /// Names the files.
  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }
}

/// A program that prints an `ExecCredential`, as a kubeconfig names it.
public struct ExecPlugin: Sendable, Hashable {
  /// Whether the program may ask a person something.
  public enum InteractiveMode: String, Sendable, Hashable {
    /// It never does.
    case never = "Never"
    /// It does where there is a terminal.
    case ifAvailable = "IfAvailable"
    /// It cannot do without.
    case always = "Always"
  }

  /// The program: a path, or a name that is looked up in `PATH`.
  public var command: String
  /// Its arguments.
  public var arguments: [String]
  /// Variables that are added to its environment; they may be secret.
  public var environment: [String: String]
  /// `client.authentication.k8s.io/v1` or `v1beta1`.
  public var apiVersion: String
  /// What to tell the user when the program is missing.
  public var installHint: String
  /// Whether the cluster's address and authority are passed on to the program.
  public var provideClusterInfo: Bool
  /// What the kubeconfig's cluster entry says for the program only: its extension `client.authentication.k8s.io/exec`.
  public var clusterConfig: Value
  /// Whether the program may ask a person something.
  public var interactiveMode: InteractiveMode

  /// Makes a description.
  public init(
    command: String, arguments: [String] = [], environment: [String: String] = [:], apiVersion: String = "client.authentication.k8s.io/v1",
    installHint: String = "", provideClusterInfo: Bool = false, clusterConfig: Value = .null, interactiveMode: InteractiveMode = .never
  ) {
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.apiVersion = apiVersion
    self.installHint = installHint
    self.provideClusterInfo = provideClusterInfo
    self.clusterConfig = clusterConfig
    self.interactiveMode = interactiveMode
  }
}

extension ExecPlugin {
  /// What an Argo CD cluster Secret means by `awsAuthConfig`: a token of EKS from the AWS command line.
  public static func aws(cluster: String, roleARN: String? = nil, profile: String? = nil) -> ExecPlugin {
    ExecPlugin(
      command: "aws",
      arguments: ["eks", "get-token", "--output", "json", "--cluster-name", cluster] + (roleARN.map { ["--role-arn", $0] } ?? []),
      environment: profile.map { ["AWS_PROFILE": $0] } ?? [:], apiVersion: "client.authentication.k8s.io/v1beta1",
      installHint: "install version 2 of the AWS command line where the hub runs")
  }

  /// What an Argo CD cluster Secret means by `argocd-k8s-auth gcp`: a token of GKE from Google's plugin.
  public static func gcp() -> ExecPlugin {
    ExecPlugin(
      command: "gke-gcloud-auth-plugin", apiVersion: "client.authentication.k8s.io/v1beta1",
      installHint: "install gke-gcloud-auth-plugin where the hub runs: gcloud components install gke-gcloud-auth-plugin",
      provideClusterInfo: true)
  }
}

/// In whose name calls are made, where the hub's own account may do so.
public struct Impersonation: Sendable, Hashable {
  /// The user.
  public var user: String
  /// Its groups.
  public var groups: [String]
  /// Its unique id; may be empty.
  public var uid: String
  /// What else is known of the user, such as scopes.
  public var extra: [String: [String]]

  /// Makes an impersonation.
  public init(user: String, groups: [String] = [], uid: String = "", extra: [String: [String]] = [:]) {
    self.user = user
    self.groups = groups
    self.uid = uid
    self.extra = extra
  }

  var headers: [(String, String)] {
    var headers = [("Impersonate-User", user)] + groups.map { ("Impersonate-Group", $0) }
    if !uid.isEmpty { headers.append(("Impersonate-Uid", uid)) }
    for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
      // A key is part of a header's name, where few characters are allowed; the server decodes it.
      headers += values.map { ("Impersonate-Extra-" + Percent.encode(key), $0) }
    }
    return headers
  }
}
