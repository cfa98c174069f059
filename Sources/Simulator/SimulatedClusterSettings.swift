/// How a simulated cluster behaves.
public struct SimulatedClusterSettings: Sendable, Hashable {
  /// The cluster's name, under which the server lists it.
  public var name: String
  /// How long a workload takes to become ready after each change of its specification.
  public var readyAfter: Duration
  /// Workloads with a container image that contains one of these texts never become ready.
  public var failingImages: [String]
  /// When a deployment that does not become ready is reported with ProgressDeadlineExceeded; nil takes `progressDeadlineSeconds`.
  public var progressDeadline: Duration?
  /// Whether custom resources with a status get a `Ready` condition after ``readyAfter``.
  public var customResourcesBecomeReady: Bool
  /// How long a CustomResourceDefinition takes until it is established and its kind is served; zero for at once.
  public var definitionsEstablishAfter: Duration
  /// How long a namespace that was deleted waits before its contents go; a real controller takes five seconds.
  public var namespaceDeletionDelay: Duration
  /// Whether anything happens by itself: workload status, garbage collection, namespace deletion.
  public var controllers: Bool
  /// Whether workloads make ReplicaSets and pods, as on a cluster with a scheduler and a kubelet; there is one node then. Without, they
  /// only report their status: several times cheaper, for simulating hundreds of clusters.
  public var makesPods: Bool
  /// The administrator's bearer token. With one, a request without any token is anonymous, as on a real server; nil takes every
  /// request without a token for the administrator's. Unknown tokens are refused (401) in any case.
  public var bearerToken: String?
  /// Further accounts with their tokens and rights.
  public var accounts: [SimulatedAccount]
  /// How many changes are kept for watches that begin in the past; older ones answer 410.
  public var historyLimit: Int
  /// The seed of uids, generated names, addresses and faults.
  public var seed: UInt64
  /// The TCP port; 0 takes a free one.
  public var port: Int

  /// Makes settings.
  public init(
    name: String = "cluster", readyAfter: Duration = .zero, failingImages: [String] = [], progressDeadline: Duration? = nil,
    customResourcesBecomeReady: Bool = true, definitionsEstablishAfter: Duration = .zero,
    namespaceDeletionDelay: Duration = .zero, controllers: Bool = true, makesPods: Bool = false,
    bearerToken: String? = nil,
    accounts: [SimulatedAccount] = [], historyLimit: Int = 2000,
    seed: UInt64 = 1, port: Int = 0
  ) {
    self.name = name
    self.readyAfter = readyAfter
    self.failingImages = failingImages
    self.progressDeadline = progressDeadline
    self.customResourcesBecomeReady = customResourcesBecomeReady
    self.definitionsEstablishAfter = definitionsEstablishAfter
    self.namespaceDeletionDelay = namespaceDeletionDelay
    self.controllers = controllers
    self.makesPods = makesPods
    self.bearerToken = bearerToken
    self.accounts = accounts
    self.historyLimit = historyLimit
    self.seed = seed
    self.port = port
  }
}
