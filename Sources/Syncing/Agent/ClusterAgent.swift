import Document
import FleetModel
import Kubernetes

/// All that the hub has to do with one cluster: one actor over the pure ``LiveIndex``, ``SyncPlan`` and ``Connectivity``.
///
/// The hub sets what applications want (``setDesired(_:)``); the agent watches exactly the kinds that are wanted or still managed, by the
/// label of the hub, compares and judges on arrival, and answers questions from memory. When something changed it calls `notify` once,
/// and not again before the hub has taken the changes (``takeChanges()``): however much happens, one mark stands for it. Writes happen
/// only in ``sync(_:_:)`` and ``remove(_:_:)``. A cluster that does not answer costs its own agent some sleeping tasks and nobody else
/// anything.
public actor ClusterAgent {
  /// The cluster's name.
  public nonisolated let name: String
  let api: any SpokeAPI
  let settings: AgentSettings
  let environment: AgentEnvironment
  let gate: AsyncSemaphore
  let notify: @Sendable (String) -> Void

  var index: LiveIndex
  /// Whether the cluster answers.
  public internal(set) var connectivity = Connectivity()

  var isRunning = false
  var watches: [GroupKind: KindWatch] = [:]
  var inventory: [GroupKind: GroupVersionKind] = [:]
  var scopes = Scopes()
  /// What applications were set to want while the scope of a kind was not known.
  var unsettled: [String: DesiredInput] = [:]
  var owners: [String: InstanceID] = [:]
  var changes = AgentChanges()
  var signals: [Int: Signal] = [:]
  var nextSignal = 0
  /// Grows whenever kinds that were not served may be served now.
  var definitions = 0
  var fetching: Task<Void, Never>?
  var fetchPauses = 0
  /// The kinds that are being listed; two lists of one kind at once would take each other's gaps for deletions.
  var listing: Set<GroupKind> = []
  /// Syncs and removals that are under way, by label.
  private var operations: [String: Task<SyncResult, Never>] = [:]
  /// Why a kind could not be read at the last try.
  var obstacles: [GroupKind: SpokeError] = [:]
  var driftPositions: [ObjectIdentity: Int] = [:]
  var knownNamespaces: [String: Digest] = [:]

  struct KindWatch {
    /// What was asked for; the version may be empty.
    var type: GroupVersionKind
    /// What is watched, once the server told.
    var resolved: GroupVersionKind?
    var task: Task<Void, Never>
  }

  struct Signal {
    var label: String
    var continuation: AsyncStream<Void>.Continuation
  }

  /// Makes an agent; nothing is sent before ``start(inventory:)``.
  /// - Parameters:
  ///   - notify: called with the cluster's name when there are changes to take; must return at once
  ///   - health: judges objects of which the caller knows more, such as by an expression of the fleet's definitions; nil for all others
  public init(
    name: String, api: any SpokeAPI, environment: AgentEnvironment, settings: AgentSettings = AgentSettings(),
    notify: @escaping @Sendable (String) -> Void = { _ in }, health: @escaping @Sendable (Value) -> Health? = { _ in nil }
  ) {
    self.name = name
    self.api = api
    self.settings = settings
    self.environment = environment
    self.notify = notify
    gate = AsyncSemaphore(limit: settings.maximumRequests)
    index = LiveIndex(health: health)
  }

  // MARK: life

  /// Begins to watch.
  /// - Parameter inventory: The types of objects that were managed here before, so that those which nobody wants any more are seen. An
  ///   empty version stands for the one that the server prefers: what is stored of a ``Holding`` (its group and kind) is enough.
  public func start(inventory: [GroupVersionKind] = []) {
    for type in inventory where self.inventory[type.groupKind] == nil || !type.version.isEmpty { self.inventory[type.groupKind] = type }
    isRunning = true
    arrangeWatches()
    fetch()
  }

  /// Ends all watches, and all syncs and removals that are under way: they end as cancelled, and once this returns nothing more is sent.
  ///
  /// A request that the server already has may still take effect; the next sync sees what became of it.
  public func stop() async {
    isRunning = false
    var tasks = watches.values.map(\.task)
    if let fetching { tasks.append(fetching) }
    for task in tasks { task.cancel() }
    watches = [:]
    for task in operations.values { task.cancel() }
    for task in operations.values { _ = await task.value }
    for task in tasks { await task.value }
  }

  /// Runs a sync or removal as a task of the agent, so that both its caller and ``stop()`` can end it; one at a time for each application.
  func operate(
    _ label: String, _ name: String, _ body: @escaping @Sendable (isolated ClusterAgent) async -> SyncResult
  ) async -> SyncResult {
    guard operations[label] == nil else {
      return .failed("cluster \(self.name): application \(name) is being synced already")
    }
    guard isRunning else { return .cancelled("cluster \(self.name): the agent is not running") }
    let task = Task { await body(self) }
    operations[label] = task
    let result = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    operations[label] = nil
    return result
  }

  // MARK: what is wanted

  /// Sets what an application wants here, from manifests: kinds of unknown scope are looked up in the cluster first, as far as it answers.
  @discardableResult
  public func setDesired(_ input: DesiredInput) async -> DesiredSet {
    var isSettled = true
    for type in Set(input.manifests.compactMap(\.groupVersionKind)).sorted(by: { $0.description < $1.description })
    where scopes.isNamespaced(type.groupKind) == nil {
      // One look for all applications that use the kind; where the cluster does not answer, the first list settles it.
      if connectivity.state != .offline, let resource = try? await api.resource(for: type) { learn(resource) } else { isSettled = false }
    }
    let set = DesiredSet(input, scopes: scopes)
    unsettled[set.owner.label] = isSettled ? nil : input
    setDesired(set)
    return set
  }

  /// Sets what an application wants here.
  public func setDesired(_ set: DesiredSet) {
    owners[set.owner.label] = set.owner.id
    index.setDesired(set)
    mark(set.owner.label)
    arrangeWatches()
    fetch()
  }

  /// Forgets an application without touching its objects.
  public func forget(_ id: InstanceID) {
    let label = Owner.label(for: id)
    unsettled[label] = nil
    index.removeDesired(label)
    mark(label)
    arrangeWatches()
  }

  func learn(_ resource: ServedResource) {
    let kind = resource.type.groupKind
    guard scopes.isNamespaced(kind) != resource.isNamespaced else { return }
    scopes.learn(kind, namespaced: resource.isNamespaced)
    for (label, input) in unsettled where input.manifests.contains(where: { $0.groupVersionKind?.groupKind == kind }) {
      unsettled[label] = nil
      setDesired(DesiredSet(input, scopes: scopes))
    }
  }

  // MARK: questions

  /// How an application stands here; nil when it wants nothing here. Costs no request.
  public func status(of id: InstanceID, objects: Bool = true) -> ApplicationStatus? {
    index.status(of: Owner.label(for: id), objects: objects)
  }

  /// What a sync would do now; nil when the application wants nothing here. Costs no request.
  public func plan(_ id: InstanceID, _ request: SyncRequest) -> SyncPlan? {
    index.desired(Owner.label(for: id)).map { SyncPlan($0, index: index, request: request) }
  }

  /// The labels of applications that have objects here and are not known to want any: left by applications that went while nobody looked.
  public func strayLabels() -> [String] { index.strayLabels }

  /// The types that are watched here: to be stored, and given to ``start(inventory:)`` after a restart.
  public func watchedTypes() -> [GroupVersionKind] {
    watches.values.map { $0.resolved ?? $0.type }.sorted { $0.description < $1.description }
  }

  /// The version in which a kind is watched.
  func watchedType(_ kind: GroupKind) -> GroupVersionKind? { watches[kind].map { $0.resolved ?? $0.type } }

  /// The kinds that are watched and were not listed yet: of these nobody knows what is there.
  func unlistedKinds() -> [GroupKind] { watches.keys.filter { !index.isListed($0) } }

  /// Has everybody who waits look again: also removals of applications that want nothing here wait for kinds to be listed.
  func wakeWaiting() {
    for signal in signals.values { signal.continuation.yield() }
  }

  /// Objects with a label of the hub that no application here has: somebody else's, or left over from a hub that lost its state. They are
  /// never touched.
  public func strays() -> [ObjectIdentity] { index.strays }

  /// The number of objects that are remembered.
  public func objectCount() -> Int { index.count }

  /// Takes what changed since the last time.
  public func takeChanges() -> AgentChanges {
    defer {
      changes = AgentChanges()
      driftPositions = [:]
    }
    return changes
  }

  /// Looks for managed objects of every kind that the cluster serves and adds their kinds to the watched ones: for a hub that lost its
  /// state.
  public func takeInventory() async throws(SpokeError) {
    for resource in try await api.resources() {
      guard watches[resource.type.groupKind] == nil else { continue }
      let found = Flag()
      do {
        _ = try await api.list(resource, namespace: "", labelSelector: Tracking.label, metadataOnly: true) { page in
          if !page.isEmpty { await found.set() }
        }
      } catch {
        // A kind that went with its definition meanwhile has no objects; one that may not be listed cannot have been managed.
        guard error.kind == .notFound || error.kind == .forbidden else { throw error }
      }
      if await found.isSet { inventory[resource.type.groupKind] = resource.type }
    }
    arrangeWatches()
  }

  // MARK: changes

  func mark(_ label: String) {
    let wasEmpty = changes.isEmpty
    if let id = owners[label] { changes.applications.insert(id) }
    for signal in signals.values where signal.label == label { signal.continuation.yield() }
    if wasEmpty, !changes.isEmpty { notify(name) }
  }

  /// Passes on what the index said.
  func report(_ news: [IndexChange]) {
    for change in news {
      if let id = owners[change.application] { note(Observation(application: id, identity: change.identity, kind: change.kind)) }
      mark(change.application)
      wakeForDefinition(change)
      lookAgainAfterDefinition(change)
    }
    fetch()
  }

  /// Keeps an observation. An object that drifts again before anybody took the first observation is one drift, the newest: whoever fights
  /// over a field does not fill the log.
  private func note(_ observation: Observation) {
    let wasEmpty = changes.isEmpty
    if case .drifted = observation.kind {
      if let position = driftPositions[observation.identity] {
        changes.observations[position] = observation
        changes.mergedObservations += 1
        return
      }
      driftPositions[observation.identity] = changes.observations.count
    }
    guard changes.observations.count < settings.maximumObservations else {
      driftPositions[observation.identity] = nil
      changes.droppedObservations += 1
      return
    }
    changes.observations.append(observation)
    if wasEmpty { notify(name) }
  }

  /// A definition that became established ends the pauses of kinds that were not served.
  private func wakeForDefinition(_ change: IndexChange) {
    guard change.identity.kind == "CustomResourceDefinition", case .health(_, let health) = change.kind, health.status == .healthy else {
      return
    }
    definitions += 1
    for signal in signals.values where signal.label == ClusterAgent.pauses { signal.continuation.yield() }
  }

  func answered() {
    guard connectivity.answered(at: environment.now()) else { return }
    announceConnectivity()
  }

  func failed(_ error: SpokeError) {
    guard error.kind == .unreachable, connectivity.failed(error.message, limit: settings.failuresUntilOffline) else { return }
    announceConnectivity()
  }

  func announceConnectivity() {
    let wasEmpty = changes.isEmpty
    changes.connectivity = connectivity
    for label in index.labels {
      if let id = owners[label] { changes.applications.insert(id) }
    }
    if wasEmpty { notify(name) }
  }

  /// Waits until something about an application changed so that a condition holds; false when the time is over or the task was cancelled.
  func wait(_ label: String, _ timeout: Duration, until condition: @Sendable (isolated ClusterAgent) -> Bool) async -> Bool {
    if condition(self) { return true }
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let key = nextSignal
    nextSignal += 1
    signals[key] = Signal(label: label, continuation: continuation)
    let sleep = environment.sleep
    let timer = Task {
      try? await sleep(timeout)
      continuation.finish()
    }
    defer {
      timer.cancel()
      signals[key] = nil
    }
    for await _ in stream where condition(self) { return true }
    return condition(self)
  }
}

/// A mark that several tasks may set.
private actor Flag {
  private(set) var isSet = false
  func set() { isSet = true }
}
