import Document

/// A registered spoke cluster.
public struct Cluster: Sendable, Hashable {
  /// Its name, which applications name as their destination and which is unique in the fleet.
  public var name: String
  /// The labels that generators select by, with Argo CD's `argocd.argoproj.io/secret-type: cluster` always among them.
  public var labels: [String: String]
  /// The annotations, which templates can read.
  public var annotations: [String: String]
  /// The project that the cluster belongs to; empty for none.
  public var project: String
  /// How it is reached.
  public var access: ClusterAccess
  /// The address under which applications name it as `destination.server`.
  public var serverURL: String
  /// Namespaces that may be managed; empty: all.
  public var namespaces: [String]
  /// Whether the cluster came from a Secret or a Cluster document; false only for the hub's own cluster, which generators list
  /// as `in-cluster` without labels where nobody registered it.
  public var isRegistered: Bool
  /// Where it is defined; nil when it was registered through the API.
  public var position: SourcePosition?

  /// Makes a cluster.
  public init(
    name: String, labels: [String: String] = [:], annotations: [String: String] = [:], project: String = "", access: ClusterAccess,
    serverURL: String? = nil, namespaces: [String] = [], isRegistered: Bool = true, position: SourcePosition? = nil
  ) {
    self.name = name
    self.labels = labels
    self.annotations = annotations
    self.project = project
    self.access = access
    self.namespaces = namespaces
    self.isRegistered = isRegistered
    self.position = position
    if let serverURL {
      self.serverURL = serverURL
    } else if case .server(let server) = access {
      self.serverURL = server.url
    } else {
      self.serverURL = "https://\(name).flotilla.invalid"
    }
  }

  /// An address in the form in which addresses are compared: a slash at the end says nothing.
  public static func comparable(_ address: String) -> String {
    address.utf8.last == UInt8(ascii: "/") ? String(address.dropLast()) : address
  }

  /// The address by which a cluster calls itself.
  public static let inClusterURL = "https://kubernetes.default.svc"
  /// The name under which Argo CD lists the cluster that it runs in.
  public static let inClusterName = "in-cluster"
  /// The label that makes a Secret a cluster registration.
  public static let secretTypeLabel = "argocd.argoproj.io/secret-type"

  /// The hub's own cluster as generators list it where nobody registered it.
  public static let inCluster = Cluster(
    name: inClusterName, access: .server(ServerAccess(url: inClusterURL)), isRegistered: false)
}

/// How a spoke cluster is reached.
public enum ClusterAccess: Sendable, Hashable {
  /// By address and credentials.
  case server(ServerAccess)
  /// Through a kubeconfig file on the hub; without a context its current one.
  case kubeconfig(path: String, context: String?)
  /// A cluster that Flotilla simulates.
  case simulated(SimulatedClusterSettings)
}

/// Address and credentials of a cluster; of several credentials the first one below that is given is used.
public struct ServerAccess: Sendable, Hashable {
  /// The address of the API server.
  public var url: String
  /// Client certificates and trust.
  public var tls: TLSSettings
  /// A bearer token.
  public var bearerToken: Secret<String>?
  /// A file with a bearer token, read anew when it changes.
  public var bearerTokenFile: String?
  /// Basic authentication.
  public var username: String?
  /// The password of basic authentication.
  public var password: Secret<String>?
  /// A program that prints a token or a certificate (client.authentication.k8s.io).
  public var exec: ExecCredential?
  /// Amazon EKS authentication.
  public var aws: AWSAuthentication?
  /// A proxy for this cluster alone.
  public var proxyURL: String?
  /// Whether answers are asked for without compression.
  public var disableCompression: Bool

  /// Makes an access without credentials.
  public init(url: String) {
    self.url = url
    tls = TLSSettings()
    disableCompression = false
  }
}

/// Trust and client certificate of a TLS connection.
public struct TLSSettings: Sendable, Hashable {
  /// Certificates to trust instead of the system's, as PEM.
  public var caData: [UInt8]?
  /// The client certificate, as PEM.
  public var certData: [UInt8]?
  /// The key of the client certificate, as PEM.
  public var keyData: Secret<[UInt8]>?
  /// A file with certificates to trust.
  public var caFile: String?
  /// A file with the client certificate.
  public var certFile: String?
  /// A file with the key of the client certificate.
  public var keyFile: String?
  /// The name to expect in the server's certificate instead of the address's host.
  public var serverName: String?
  /// Whether the server's certificate is not checked at all.
  public var insecure: Bool

  /// Makes settings that trust what the system trusts.
  public init() { insecure = false }
}

/// A program that prints credentials, as kubeconfig's `exec` and Argo CD's `execProviderConfig`.
public struct ExecCredential: Sendable, Hashable {
  /// The program.
  public var command: String
  /// Its arguments.
  public var args: [String]
  /// Variables to set besides the usual ones.
  public var env: [String: String]
  /// The version of the protocol, such as `client.authentication.k8s.io/v1beta1`.
  public var apiVersion: String
  /// What to say when the program is not installed.
  public var installHint: String?

  /// Makes a program call.
  public init(
    command: String, args: [String] = [], env: [String: String] = [:], apiVersion: String = "client.authentication.k8s.io/v1",
    installHint: String? = nil
  ) {
    self.command = command
    self.args = args
    self.env = env
    self.apiVersion = apiVersion
    self.installHint = installHint
  }
}

/// Amazon EKS authentication as in `awsAuthConfig`.
public struct AWSAuthentication: Sendable, Hashable {
  /// The name of the EKS cluster.
  public var clusterName: String
  /// A role to assume.
  public var roleARN: String?
  /// A profile of the AWS configuration.
  public var profile: String?

  /// Makes the settings.
  public init(clusterName: String, roleARN: String? = nil, profile: String? = nil) {
    self.clusterName = clusterName
    self.roleARN = roleARN
    self.profile = profile
  }
}

/// How a simulated cluster behaves.
public struct SimulatedClusterSettings: Sendable, Hashable {
  /// Time from creating a workload until it is healthy.
  public var readyAfter: Duration
  /// Time that every request takes.
  public var latency: Duration
  /// Share of requests that fail with a server error, 0 to 1.
  public var errorRate: Double
  /// Images whose containers never become ready; `*` matches any characters.
  public var failingImages: [String]
  /// Whether the cluster refuses every connection from the start.
  public var offline: Bool
  /// The seed of the simulated faults, so that a run can be repeated.
  public var seed: UInt64
  /// The Kubernetes version that it says it is.
  public var kubernetesVersion: String

  /// Makes settings; a cluster that works, and whose workloads take two seconds.
  public init(
    readyAfter: Duration = .seconds(2), latency: Duration = .zero, errorRate: Double = 0, failingImages: [String] = [],
    offline: Bool = false, seed: UInt64 = 1, kubernetesVersion: String = "v1.34.0"
  ) {
    self.readyAfter = readyAfter
    self.latency = latency
    self.errorRate = errorRate
    self.failingImages = failingImages
    self.offline = offline
    self.seed = seed
    self.kubernetesVersion = kubernetesVersion
  }
}
