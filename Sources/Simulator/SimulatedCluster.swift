import Document

/// A small Kubernetes API server with its controllers, as a state machine.
///
/// It knows no sockets, no clock and no randomness of its own: requests come in with the time, answers and watch events go out as
/// values. Behaviour follows the recordings of a 1.36 API server.
public struct SimulatedCluster: Sendable {
  /// The behaviour that was asked for; may be changed at any time.
  public var settings: SimulatedClusterSettings
  /// How many requests came, by verb (`get`, `list`, `watch`, `create`, `update`, `patch`, `apply`, `delete`, `deletecollection`, `other`).
  public internal(set) var requestCounts: [String: Int] = [:]

  var store = ObjectStore()
  var catalog = ResourceCatalog()
  var random: RandomSource
  var now: SimulatedTime
  var timers = TimerQueue()
  var watches = WatchRegistry()
  /// Workloads that are about to be looked at; an empty name stands for all services of a namespace.
  var pendingReconciles: Set<ObjectReference> = []
  /// Who has an owner reference to a uid.
  var dependents: [String: Set<ObjectReference>] = [:]
  var nextServiceAddress: UInt32 = 1
  /// On whose behalf the present request is.
  var user = UserInfo.admin
  /// What the roles and bindings come to.
  var grants: [AccessGrant] = []
  var grantsAreStale = false
  /// The APIs that other servers are to serve.
  var aggregatedServices: [AggregatedService] = []
  var aggregationIsStale = false

  /// Makes a cluster that holds what a fresh one holds: the four namespaces and the `kubernetes` service.
  public init(settings: SimulatedClusterSettings = SimulatedClusterSettings(), at now: SimulatedTime) {
    self.settings = settings
    self.now = now
    random = RandomSource(seed: settings.seed)
    store.historyLimit = settings.historyLimit
    store.advance(to: now)
    seedContents()
    seedAccess()
    store.compact(upTo: store.resourceVersion)
  }

  /// Answers a request.
  public mutating func handle(_ request: APIRequest, at now: SimulatedTime) -> APIResponse {
    advance(to: now)
    var response: APIResponse
    do throws(APIFailure) {
      response = try route(request)
    } catch {
      response = encode(failure: error, request)
    }
    runDueTimers()
    if let etag = response.headers.first(where: { $0.name == "etag" })?.value, request.headers["if-none-match"] == etag {
      // Caches take the header fields of a 304 over those that they hold, so all of them are sent again.
      response.status = 304
      response.body = []
    }
    return response
  }

  /// Lets everything happen that is due by now.
  public mutating func advance(to now: SimulatedTime) {
    if self.now < now { self.now = now }
    store.advance(to: self.now)
    runDueTimers()
  }

  /// When something will happen by itself; nil when nothing is pending.
  public var nextDeadline: SimulatedTime? { timers.next }

  /// The watch events since the last call.
  public mutating func takeDeliveries() -> [WatchDelivery] { watches.takeDeliveries() }

  /// Ends a watch whose client is gone.
  public mutating func closeWatch(_ watch: Int) { watches.remove(watch) }

  /// Sets all request counters to zero.
  public mutating func resetRequestCounts() { requestCounts = [:] }

  /// How many requests came since the counters were reset.
  public var requests: Int { requestCounts.values.reduce(0, +) }

  /// How many of them could write.
  public var writes: Int {
    ["create", "update", "patch", "apply", "delete", "deletecollection"].reduce(0) { $0 + (requestCounts[$1] ?? 0) }
  }

  /// How many objects the cluster holds.
  public var objectCount: Int { store.objectCount }

  /// How many watches are open.
  public var watchCount: Int { watches.count }

  /// Forgets the watch history up to now, so that older versions answer 410.
  public mutating func compactHistory() { store.compact(upTo: store.resourceVersion) }

  /// The stored object; nil when there is none. For tests and demos.
  public func object(group: String, plural: String, namespace: String = "", name: String) -> Value? {
    store.get(ResourceKey(group: group, plural: plural), namespace, name)?.value
  }

  mutating func count(_ verb: String) { requestCounts[verb, default: 0] += 1 }
}
