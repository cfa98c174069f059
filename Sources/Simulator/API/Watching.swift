import Document

/// Bytes for an open watch.
public struct WatchDelivery: Sendable {
  /// The watch, as ``APIResponse/watch`` named it.
  public var watch: Int
  /// The lines to send.
  public var bytes: [UInt8]
  /// Whether the watch ends with them.
  public var ends: Bool
}

/// An open watch.
struct Watcher: Sendable {
  var id: Int
  var resource: ResourceType
  var namespace: String?
  var labels: LabelSelector
  var fields: FieldSelector
  var form: ObjectForm
  /// Whether objects are stored in the version that is watched.
  var isStoredVersion = true
  var includeObject: String?
  /// Of a table's columns only the first event tells.
  var hasSentColumns = false

  func selects(_ object: StoredObject) -> Bool {
    (namespace == nil || namespace == object.namespace) && labels.matches(object.labels) && fields.matches(object)
  }
}

/// All open watches of a cluster, and what is to be sent to them.
struct WatchRegistry: Sendable {
  private var watchers: [Int: Watcher] = [:]
  private var byResource: [ResourceKey: [Int]] = [:]
  private var deliveries: [WatchDelivery] = []
  private var lastID = 0

  var count: Int { watchers.count }

  mutating func nextID() -> Int {
    lastID += 1
    return lastID
  }

  mutating func add(_ watcher: Watcher) {
    watchers[watcher.id] = watcher
    byResource[watcher.resource.key, default: []].append(watcher.id)
  }

  mutating func remove(_ id: Int) {
    guard let watcher = watchers.removeValue(forKey: id) else { return }
    byResource[watcher.resource.key]?.removeAll { $0 == id }
  }

  /// Ends all watches of a kind that is no longer served.
  mutating func end(_ resource: ResourceKey) {
    for id in byResource[resource] ?? [] { send(id, [], ends: true) }
  }

  subscript(id: Int) -> Watcher? { watchers[id] }

  mutating func send(_ id: Int, _ bytes: [UInt8], ends: Bool = false) {
    deliveries.append(WatchDelivery(watch: id, bytes: bytes, ends: ends))
    if ends { remove(id) }
  }

  mutating func takeDeliveries() -> [WatchDelivery] {
    guard !deliveries.isEmpty else { return [] }
    defer { deliveries = [] }
    return deliveries
  }

  /// Sends a change to whom it concerns; the usual line is encoded once for all of them.
  mutating func publish(_ event: HistoryEvent, encoder: WatchEncoder) {
    guard let ids = byResource[event.resource], !ids.isEmpty else { return }
    var cache: [HistoryEvent.Kind: [UInt8]] = [:]
    for id in ids {
      guard let watcher = watchers[id], watcher.form != .partialList, let kind = WatchEncoder.kind(of: event, for: watcher) else {
        continue
      }
      let shown = WatchEncoder.shown(event, kind)
      let bytes: [UInt8]
      if watcher.form == .full, watcher.isStoredVersion {
        if let known = cache[kind] {
          bytes = known
        } else {
          bytes = WatchEncoder.line(kind.rawValue, shown.bytes)
          cache[kind] = bytes
        }
      } else {
        bytes = encoder.line(kind.rawValue, shown.value, watcher, first: !watcher.hasSentColumns)
        watchers[id]?.hasSentColumns = true
      }
      deliveries.append(WatchDelivery(watch: id, bytes: bytes, ends: false))
    }
  }
}

/// Writes watch events.
struct WatchEncoder: Sendable {
  var now: SimulatedTime

  /// What a change means to a watch: an object that leaves the selection is deleted for it, one that enters is added.
  static func kind(of event: HistoryEvent, for watcher: Watcher) -> HistoryEvent.Kind? {
    let isSelected = watcher.selects(event.object)
    switch event.kind {
    case .added: return isSelected ? .added : nil
    case .deleted: return event.previous.map(watcher.selects) ?? isSelected ? .deleted : nil
    case .modified:
      let wasSelected = event.previous.map(watcher.selects) ?? false
      if isSelected { return wasSelected ? .modified : .added }
      return wasSelected ? .deleted : nil
    }
  }

  /// The object that an event shows: what leaves a selection is shown as it was before, under the version at which it left.
  static func shown(_ event: HistoryEvent, _ kind: HistoryEvent.Kind) -> StoredObject {
    guard kind == .deleted, event.kind == .modified, var previous = event.previous else { return event.object }
    var value = previous.value
    value[at: "metadata", "resourceVersion"] = .string(String(event.resourceVersion))
    previous.bytes = JSON.encode(value, escapeHTML: true)
    return previous
  }

  static func line(_ type: String, _ object: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(object.count + 32)
    bytes.append(contentsOf: "{\"type\":\"\(type)\",\"object\":".utf8)
    bytes.append(contentsOf: object)
    bytes.append(contentsOf: "}\n".utf8)
    return bytes
  }

  func line(_ type: String, _ object: Value, _ watcher: Watcher, first: Bool) -> [UInt8] {
    var object = object
    if object["apiVersion"] != nil { object["apiVersion"] = .string(watcher.resource.apiVersion) }
    switch watcher.form {
    case .full: break
    case .partial, .partialList: object = PartialObject.of(object)
    case .table:
      var printer = TablePrinter(resource: watcher.resource, now: now)
      printer.withoutColumns = !first
      object = printer.table(
        [object], metadata: ["resourceVersion": object[at: "metadata", "resourceVersion"] ?? ""], includeObject: watcher.includeObject)
    }
    return WatchEncoder.line(type, JSON.encode(object, escapeHTML: true))
  }
}
