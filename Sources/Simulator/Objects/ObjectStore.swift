import Document

/// An object as the store keeps it: its encoded form, and the few properties that selection needs.
///
/// The text is a fifth of the tree's size, is what readers and watchers get, and is shared with the history.
struct StoredObject: Sendable {
  var namespace: String
  var name: String
  var uid: String
  var resourceVersion: Int64
  var labels: Object
  var bytes: [UInt8]

  /// The object as a tree.
  var value: Value { (try? JSON.decode(bytes)) ?? .null }
}

/// One change, kept for watchers that ask for older versions.
struct HistoryEvent: Sendable {
  /// What happened.
  enum Kind: String, Sendable { case added = "ADDED", modified = "MODIFIED", deleted = "DELETED" }

  var kind: Kind
  var resource: ResourceKey
  var object: StoredObject
  /// When it happened.
  var time: SimulatedTime
  /// What the object was before, for selectors and for lists at an exact version.
  var previous: StoredObject?

  var resourceVersion: Int64 { object.resourceVersion }
}

/// Name and namespace; the order is that of lists.
struct ObjectKey: Sendable, Hashable, Comparable {
  var namespace: String
  var name: String

  static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    let order = ByteOrder.compare(left.namespace, right.namespace)
    return order == 0 ? ByteOrder.less(left.name, right.name) : order < 0
  }
}

/// All objects of a cluster, with the changes of the recent past.
struct ObjectStore: Sendable {
  private var tables: [ResourceKey: [ObjectKey: StoredObject]] = [:]
  private(set) var resourceVersion: Int64 = 100
  private(set) var history: [HistoryEvent] = []
  /// Versions before this one are forgotten.
  private(set) var compactedVersion: Int64 = 0
  /// How many changes are kept.
  var historyLimit = 2000
  /// How long they are kept at most, in milliseconds; a real store compacts every five minutes.
  var historyAge: Int64 = 300_000
  /// The present moment.
  private(set) var now = SimulatedTime(milliseconds: 0)

  var objectCount: Int { tables.values.reduce(0) { $0 + $1.count } }

  func get(_ resource: ResourceKey, _ namespace: String, _ name: String) -> StoredObject? {
    tables[resource]?[ObjectKey(namespace: namespace, name: name)]
  }

  /// Objects of a kind, sorted by namespace and name; of all namespaces where none is given.
  func list(_ resource: ResourceKey, namespace: String?) -> [StoredObject] {
    guard let table = tables[resource] else { return [] }
    let objects = namespace.map { wanted in table.values.filter { $0.namespace == wanted } } ?? Array(table.values)
    return objects.sorted {
      ObjectKey(namespace: $0.namespace, name: $0.name) < ObjectKey(namespace: $1.namespace, name: $1.name)
    }
  }

  var resources: [ResourceKey] { Array(tables.keys) }

  /// The next version; the caller writes it into the object before ``put(_:_:)``.
  mutating func nextVersion() -> Int64 {
    resourceVersion += 1
    return resourceVersion
  }

  mutating func put(_ resource: ResourceKey, _ object: StoredObject) -> HistoryEvent {
    let key = ObjectKey(namespace: object.namespace, name: object.name)
    let previous = tables[resource, default: [:]].updateValue(object, forKey: key)
    return record(
      HistoryEvent(kind: previous == nil ? .added : .modified, resource: resource, object: object, time: now, previous: previous))
  }

  mutating func remove(_ resource: ResourceKey, _ object: StoredObject) -> HistoryEvent? {
    let key = ObjectKey(namespace: object.namespace, name: object.name)
    guard let previous = tables[resource]?.removeValue(forKey: key) else { return nil }
    return record(HistoryEvent(kind: .deleted, resource: resource, object: object, time: now, previous: previous))
  }

  private mutating func record(_ event: HistoryEvent) -> HistoryEvent {
    history.append(event)
    if history.count > historyLimit + historyLimit / 4 {
      let excess = history.count - historyLimit
      compactedVersion = history[excess - 1].resourceVersion
      history.removeFirst(excess)
    }
    return event
  }

  /// Takes the time, and forgets what is older than the store keeps.
  mutating func advance(to now: SimulatedTime) {
    self.now = now
    guard let first = history.first, first.time.milliseconds + 2 * historyAge < now.milliseconds else { return }
    let border = now.milliseconds - historyAge
    let excess = history.firstIndex { $0.time.milliseconds >= border } ?? history.count
    compactedVersion = history[excess - 1].resourceVersion
    history.removeFirst(excess)
  }

  /// Forgets all changes up to a version, as the store does every few minutes.
  mutating func compact(upTo version: Int64) {
    compactedVersion = max(compactedVersion, min(version, resourceVersion))
    history.removeAll { $0.resourceVersion <= compactedVersion }
  }

  /// The objects of a kind as they were at a version that is not forgotten yet.
  func list(_ resource: ResourceKey, namespace: String?, at version: Int64) -> [StoredObject] {
    var table: [ObjectKey: StoredObject] = tables[resource] ?? [:]
    for event in history.reversed() where event.resource == resource && event.resourceVersion > version {
      let key = ObjectKey(namespace: event.object.namespace, name: event.object.name)
      table[key] = event.previous
    }
    return table.filter { namespace == nil || $0.key.namespace == namespace }.sorted { $0.key < $1.key }.map(\.value)
  }
}
