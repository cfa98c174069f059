import Document

/// What is wanted in one cluster and what is there: the memory of a cluster's agent, without any input or output.
///
/// Lists and watch events go in as they come; each object is compared and judged on arrival, then only its ``LiveRecord`` stays. Questions are answered
/// from memory: an object whose wanted digest and live version did not change costs nothing. What the index cannot know without asking the
/// cluster (the content behind a metadata event) it names in ``takeFetches()``.
public struct LiveIndex: Sendable {
  private struct KindTable {
    var isListed = false
    var seen: Set<ObjectIdentity>?
    var records: [ObjectIdentity: LiveRecord] = [:]
  }

  private struct Application {
    var set: DesiredSet
    var positions: [ObjectIdentity: Int]
  }

  private var tables: [GroupKind: KindTable] = [:]
  private var applications: [String: Application] = [:]
  /// Who may have an object: the first application that wanted it.
  private var claims: [ObjectIdentity: String] = [:]
  /// Owned objects by the label of their owner.
  private var owned: [String: Set<ObjectIdentity>] = [:]
  private var fetches: Set<ObjectIdentity> = []
  /// Objects that are being written: what the watch says of them meanwhile waits until the answer is there.
  private var writing: [ObjectIdentity: Held] = [:]

  private struct Held {
    var object: Value?
    var isMetadataOnly = false
  }

  /// An index that knows nothing.
  public init() {}

  // MARK: what is wanted

  /// The labels of all applications that want something here.
  public var labels: [String] { applications.keys.sorted(by: ByteOrder.less) }

  /// What an application wants here.
  public func desired(_ label: String) -> DesiredSet? { applications[label]?.set }

  /// The types that are wanted here, hooks included, one version for each kind.
  public var desiredTypes: [GroupKind: GroupVersionKind] {
    var types: [GroupKind: GroupVersionKind] = [:]
    for label in labels {
      for object in applications[label]?.set.objects ?? [] where types[object.type.groupKind] == nil {
        types[object.type.groupKind] = object.type
      }
    }
    return types
  }

  /// Sets what an application wants.
  public mutating func setDesired(_ set: DesiredSet) {
    let label = set.owner.label
    if let before = applications[label]?.set, before.digest == set.digest, before.objects.count == set.objects.count {
      applications[label]?.set = set
      return
    }
    var positions: [ObjectIdentity: Int] = [:]
    for (index, object) in set.objects.enumerated() { positions[object.identity] = index }
    for object in applications[label]?.set.objects ?? [] where positions[object.identity] == nil { release(object.identity, from: label) }
    applications[label] = Application(set: set, positions: positions)
    for object in set.objects {
      if claims[object.identity] == nil { claims[object.identity] = label }
      guard claims[object.identity] == label else { continue }
      if let record = record(object.identity), record.match == .unseen { fetches.insert(object.identity) }
    }
  }

  /// Forgets what an application wants; what it has in the cluster is then extra.
  public mutating func removeDesired(_ label: String) {
    guard let application = applications.removeValue(forKey: label) else { return }
    for object in application.set.objects { release(object.identity, from: label) }
  }

  private mutating func release(_ identity: ObjectIdentity, from label: String) {
    guard claims[identity] == label else { return }
    claims[identity] = labels.first { $0 != label && applications[$0]?.positions[identity] != nil }
  }

  private func desiredObject(_ identity: ObjectIdentity) -> DesiredObject? {
    guard let label = claims[identity], let application = applications[label], let position = application.positions[identity] else {
      return nil
    }
    return application.set.objects[position]
  }

  // MARK: what is there

  /// Whether everything of a kind was listed at least once.
  public func isListed(_ kind: GroupKind) -> Bool { tables[kind]?.isListed ?? false }

  /// Whether an object of a kind is remembered.
  public func hasRecords(_ kind: GroupKind) -> Bool { !(tables[kind]?.records.isEmpty ?? true) }

  /// What is remembered of an object.
  public func record(_ identity: ObjectIdentity) -> LiveRecord? { tables[identity.groupKind]?.records[identity] }

  /// The number of remembered objects.
  public var count: Int { tables.values.reduce(0) { $0 + $1.records.count } }

  /// The objects whose content must be asked for; each is named once.
  public mutating func takeFetches() -> [ObjectIdentity] {
    defer { fetches = [] }
    return fetches.sorted()
  }

  /// A list of a kind begins; its pages are then fed with ``observe(_:metadataOnly:)``.
  public mutating func beginList(_ kind: GroupKind) { tables[kind, default: KindTable()].seen = [] }

  /// The list of a kind is complete: what it did not contain is gone.
  public mutating func endList(_ kind: GroupKind, resourceVersion: String) -> [IndexChange] {
    guard var table = tables[kind] else { return [] }
    let seen = table.seen ?? []
    table.seen = nil
    table.isListed = true
    tables[kind] = table
    // What we wrote after the list was taken is not in it and yet there.
    let gone = table.records.filter { !seen.contains($0.key) && !LiveRecord.isOlder(resourceVersion, than: $0.value.resourceVersion) }
    return gone.keys.sorted().flatMap { forget($0) }
  }

  /// The cluster does not serve a kind: there can be no object of it.
  public mutating func setUnserved(_ kind: GroupKind) -> [IndexChange] {
    tables[kind, default: KindTable()].isListed = true
    tables[kind]?.seen = nil
    return (tables[kind]?.records.keys.sorted() ?? []).flatMap { forget($0) }
  }

  /// Forgets a kind that is no longer watched.
  public mutating func drop(_ kind: GroupKind) { tables[kind] = nil }

  /// Takes in an object from a list, a watch event or an answer.
  /// - Parameter metadataOnly: Whether only the metadata is there: then the content is asked for if it may have changed.
  public mutating func observe(_ object: Value, metadataOnly: Bool = false) -> [IndexChange] {
    guard let identity = object.objectIdentity else { return [] }
    let kind = identity.groupKind
    tables[kind, default: KindTable()].seen?.insert(identity)
    if writing[identity] != nil {
      writing[identity] = Held(object: object, isMetadataOnly: metadataOnly)
      return []
    }
    let before = record(identity)
    if let before {
      let version = object[at: "metadata", "resourceVersion"]?.stringValue ?? ""
      if LiveRecord.isOlder(version, than: before.resourceVersion) { return [] }
      if version == before.resourceVersion, metadataOnly || !needsContent(before, identity) { return [] }
    }
    var record = LiveRecord(metadataOf: object)
    let desired = desiredObject(identity)
    guard desired != nil || record.owner != nil else { return before == nil ? [] : forget(identity) }
    if metadataOnly {
      record.health = Health.assess(object)
      record.match = before?.match ?? .unseen
      record.ownedDigest = before?.ownedDigest
      if desired != nil {
        record.isContentKnown = false
        fetches.insert(identity)
      }
    } else {
      record.health = Health.assess(object)
      fetches.remove(identity)
      if let desired { compare(&record, before, desired, object) }
    }
    return store(record, before, identity)
  }

  /// An object is about to be written.
  public mutating func beginWrite(_ identity: ObjectIdentity) { writing[identity] = Held() }

  /// The write came to nothing, or nobody knows: what the watch said meanwhile counts.
  public mutating func endWrite(_ identity: ObjectIdentity) -> [IndexChange] {
    guard let held = writing.removeValue(forKey: identity), let object = held.object else { return [] }
    return observe(object, metadataOnly: held.isMetadataOnly)
  }

  /// Takes in the answer to an apply: from now on this is what the object should look like.
  public mutating func applied(_ object: Value, digest: Digest) -> [IndexChange] {
    guard let identity = object.objectIdentity else { return [] }
    let changes = storeApplied(object, identity, digest)
    return changes + endWrite(identity)
  }

  private mutating func storeApplied(_ object: Value, _ identity: ObjectIdentity, _ digest: Digest) -> [IndexChange] {
    let before = record(identity)
    if let before, LiveRecord.isOlder(object[at: "metadata", "resourceVersion"]?.stringValue ?? "", than: before.resourceVersion) {
      // The watch was faster and has seen something newer: it is compared again as it is.
      fetches.insert(identity)
      return []
    }
    var record = LiveRecord(metadataOf: object)
    record.health = Health.assess(object)
    record.match = .synced(digest)
    record.ownedDigest = OwnedFields(object)?.digest(of: object)
    fetches.remove(identity)
    return store(record, before, identity)
  }

  /// Takes in that an object is gone.
  /// - Parameter uid: Which of the objects that bore the name; empty if not known.
  public mutating func deleted(_ identity: ObjectIdentity, uid: String) -> [IndexChange] {
    guard let record = record(identity), uid.isEmpty || record.uid == uid else { return [] }
    return forget(identity)
  }

  private func needsContent(_ record: LiveRecord, _ identity: ObjectIdentity) -> Bool {
    if !record.isContentKnown { return true }
    guard let desired = desiredObject(identity) else { return false }
    return record.match.digest != desired.digest
  }

  private func compare(_ record: inout LiveRecord, _ before: LiveRecord?, _ desired: DesiredObject, _ object: Value) {
    let owned = OwnedFields(object)?.digest(of: object)
    if let before, before.match == .synced(desired.digest), let known = before.ownedDigest, known == owned, before.uid == record.uid {
      record.match = before.match
      record.ownedDigest = known
      return
    }
    let differences = Comparison.differences(desired: desired.manifest, live: object)
    record.match = differences.isEmpty ? .synced(desired.digest) : .differs(desired.digest, differences)
    record.ownedDigest = differences.isEmpty ? owned : nil
  }

  private mutating func store(_ record: LiveRecord, _ before: LiveRecord?, _ identity: ObjectIdentity) -> [IndexChange] {
    tables[identity.groupKind, default: KindTable()].records[identity] = record
    if before?.owner != record.owner {
      if let old = before?.owner { owned[old]?.remove(identity) }
      if let new = record.owner { owned[new, default: []].insert(identity) }
    }
    guard let label = claims[identity] ?? record.owner else { return [] }
    var changes: [IndexChange] = []
    func add(_ kind: IndexChange.Kind) { changes.append(IndexChange(application: label, identity: identity, kind: kind)) }
    if claims[identity] == nil, before == nil, !record.flags.contains(.hook) { add(.extra) }
    if before?.match != record.match {
      switch record.match {
      case .synced: add(.synced)
      case .differs(_, let differences): add(.drifted(differences))
      case .unseen: break
      }
    }
    let old = before?.health ?? Health(.missing)
    if old != record.health { add(.health(from: old, to: record.health)) }
    return changes
  }

  private mutating func forget(_ identity: ObjectIdentity) -> [IndexChange] {
    guard let record = tables[identity.groupKind]?.records.removeValue(forKey: identity) else { return [] }
    fetches.remove(identity)
    if let owner = record.owner {
      owned[owner]?.remove(identity)
      if owned[owner]?.isEmpty == true { owned[owner] = nil }
    }
    let isWanted = claims[identity] != nil
    guard let label = claims[identity] ?? record.owner else { return [] }
    return [IndexChange(application: label, identity: identity, kind: isWanted ? .deleted : .gone)]
  }
}

extension LiveIndex {
  /// How a wanted object stands.
  public func sync(of object: DesiredObject, for label: String) -> ObjectSync {
    if let holder = claims[object.identity], holder != label { return .claimed(by: applications[holder]?.set.owner.name ?? holder) }
    guard isListed(object.identity.groupKind) || record(object.identity) != nil else { return .unknown }
    guard let record = record(object.identity) else { return .missing }
    if record.flags.contains(.deleting) { return .deleting }
    switch record.match {
    case .unseen: return .unknown
    case .synced(let digest): return digest == object.digest ? .synced : .outOfSync([])
    case .differs(let digest, let differences): return .outOfSync(digest == object.digest ? differences : [])
    }
  }

  /// What an application has in the cluster and nobody wants, hooks left out.
  public func extras(of label: String) -> [(identity: ObjectIdentity, record: LiveRecord)] {
    (owned[label] ?? []).sorted().compactMap { identity in
      guard claims[identity] == nil, let record = record(identity), !record.flags.contains(.hook) else { return nil }
      return (identity, record)
    }
  }

  /// All that an application has in the cluster.
  public func holdings(of label: String) -> [(identity: ObjectIdentity, record: LiveRecord)] {
    (owned[label] ?? []).sorted().compactMap { identity in
      guard claims[identity] == nil || claims[identity] == label else { return nil }
      return record(identity).map { (identity, $0) }
    }
  }

  /// The labels that stand on objects here although no application of that label is known.
  public var strayLabels: [String] { owned.keys.filter { applications[$0] == nil }.sorted(by: ByteOrder.less) }
}
