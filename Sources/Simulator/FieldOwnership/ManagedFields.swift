import Document

/// Who owns a field: a manager's name with the way in which it wrote.
struct FieldManagerIdentity: Sendable, Hashable {
  /// The two ways of writing.
  enum Operation: String, Sendable { case apply = "Apply", update = "Update" }

  var manager: String
  var operation: Operation
  /// Part of the identity for updates only: an applying manager has one entry whatever version it writes in.
  var apiVersion: String
  var subresource: String

  static func == (left: Self, right: Self) -> Bool {
    left.manager == right.manager && left.operation == right.operation && left.subresource == right.subresource
      && (left.operation == .apply || left.apiVersion == right.apiVersion)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(manager)
    hasher.combine(operation)
    hasher.combine(subresource)
  }

  /// As a conflict names it.
  var description: String {
    var text = "\"\(manager)\""
    if !subresource.isEmpty { text += " with subresource \"\(subresource)\"" }
    return operation == .update ? text + " using \(apiVersion)" : text
  }
}

/// One entry of `metadata.managedFields`.
struct ManagedFieldsEntry: Sendable, Hashable {
  var identity: FieldManagerIdentity
  var time: String?
  var fields: FieldSet

  init(identity: FieldManagerIdentity, time: String?, fields: FieldSet) {
    self.identity = identity
    self.time = time
    self.fields = fields
  }

  init?(_ value: Value) {
    guard let manager = value["manager"]?.stringValue, let operation = value["operation"]?.stringValue,
      let kind = FieldManagerIdentity.Operation(rawValue: operation)
    else { return nil }
    identity = FieldManagerIdentity(
      manager: manager, operation: kind, apiVersion: value["apiVersion"]?.stringValue ?? "",
      subresource: value["subresource"]?.stringValue ?? "")
    time = value["time"]?.stringValue
    fields = FieldSet(value["fieldsV1"]?.objectValue ?? Object())
  }

  var value: Value {
    var members: [Member] = [
      Member(key: "apiVersion", value: .string(identity.apiVersion)), Member(key: "fieldsType", value: "FieldsV1"),
      Member(key: "fieldsV1", value: .object(fields.root)), Member(key: "manager", value: .string(identity.manager)),
      Member(key: "operation", value: .string(identity.operation.rawValue)),
    ]
    if !identity.subresource.isEmpty { members.append(Member(key: "subresource", value: .string(identity.subresource))) }
    if let time { members.append(Member(key: "time", value: .string(time))) }
    return .object(Object(sortedMembers: members))
  }
}

/// The entries of one object.
struct ManagedFields: Sendable, Hashable {
  var entries: [ManagedFieldsEntry] = []

  /// How many managers that update are kept apart before the oldest are merged.
  static let maximumUpdateManagers = 10

  init() {}

  init(of object: Value) {
    entries = (object[at: "metadata", "managedFields"]?.arrayValue ?? []).compactMap(ManagedFieldsEntry.init)
  }

  /// Whether a client asks for all entries to be dropped: a list of one empty entry.
  static func isReset(_ object: Value) -> Bool {
    guard let items = object[at: "metadata", "managedFields"]?.arrayValue else { return false }
    return items.count == 1 && items[0].objectValue?.isEmpty == true
  }

  subscript(identity: FieldManagerIdentity) -> ManagedFieldsEntry? {
    get { entries.first { $0.identity == identity } }
    set {
      let index = entries.firstIndex { $0.identity == identity }
      switch (index, newValue) {
      case (.some(let index), .some(let entry)): entries[index] = entry
      case (.some(let index), .none): entries.remove(at: index)
      case (.none, .some(let entry)): entries.append(entry)
      case (.none, .none): break
      }
    }
  }

  /// Writes the entries into the object, sorted, empty ones left out.
  func store(in object: inout Value) {
    let kept = entries.filter { !$0.fields.isEmpty }.sorted(by: ManagedFields.less)
    object[at: "metadata", "managedFields"] = kept.isEmpty ? nil : .array(kept.map(\.value))
  }

  var withoutTimes: [ManagedFieldsEntry] {
    entries.map { ManagedFieldsEntry(identity: $0.identity, time: nil, fields: $0.fields) }
      .sorted {
        ($0.identity.operation.rawValue, $0.identity.manager, $0.identity.apiVersion, $0.identity.subresource)
          < ($1.identity.operation.rawValue, $1.identity.manager, $1.identity.apiVersion, $1.identity.subresource)
      }
  }

  private static func less(_ left: ManagedFieldsEntry, _ right: ManagedFieldsEntry) -> Bool {
    let leftKey = (left.identity.operation.rawValue, left.time ?? "", left.identity.manager, left.identity.apiVersion)
    let rightKey = (right.identity.operation.rawValue, right.time ?? "", right.identity.manager, right.identity.apiVersion)
    return leftKey == rightKey ? left.identity.subresource < right.identity.subresource : leftKey < rightKey
  }

  /// Merges the oldest updating managers into `ancient-changes` until there are few enough.
  mutating func cap() {
    var updates = entries.filter { $0.identity.operation == .update && !$0.fields.isEmpty }.sorted(by: ManagedFields.less)
    while updates.count > ManagedFields.maximumUpdateManagers {
      let first = updates.removeFirst()
      let second = updates.removeFirst()
      var identity = second.identity
      identity.manager = "ancient-changes"
      identity.subresource = ""
      self[first.identity] = nil
      self[second.identity] = nil
      let merged = ManagedFieldsEntry(identity: identity, time: second.time, fields: first.fields.union(second.fields))
      self[identity] = merged
      updates.insert(merged, at: 0)
    }
  }
}
