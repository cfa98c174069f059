import Document

/// What is wanted in one cluster and what is there: the memory of a cluster's agent, without any input or output.
///
/// Lists and watch events go in as they come; each object is compared and judged on arrival, then only its ``LiveRecord`` stays.
/// Questions are answered from memory: an object whose wanted digest and live version did not change costs nothing. What the index cannot
/// know without asking the cluster (the content behind a metadata event) it names in ``takeFetches()``.
public struct LiveIndex: Sendable {
  /// What is known of one identity.
  private struct Slot {
    /// Who may have the object: the label of the first application that wanted it.
    var claim: String?
    var record: LiveRecord?
    var isEmpty: Bool { claim == nil && record == nil }
  }

  private struct KindTable {
    var isListed = false
    var seen: Set<ObjectIdentity>?
    var recordCount = 0
    /// In how many applications' sets the kind appears, by version.
    var versions: [String: Int] = [:]
    var slots: [ObjectIdentity: Slot] = [:]
  }

  private var tables: [GroupKind: KindTable] = [:]
  private var applications: [String: DesiredSet] = [:]
  /// Owned objects that their owner has no claim to, by its label: what it no longer wants, or what another one got.
  private var unclaimed: [String: Set<ObjectIdentity>] = [:]
  private var fetches: Set<ObjectIdentity> = []
  /// Objects that are being written: what the watch says of them meanwhile waits until the answer is there.
  private var writing: [ObjectIdentity: Held] = [:]
  /// Wanted objects that are there without our label, as far as somebody looked.
  private var foreigners: [ObjectIdentity: Adoption?] = [:]

  private struct Held {
    var object: Value?
    var isMetadataOnly = false
  }

  private let customHealth: @Sendable (Value) -> Health?

  /// An index that knows nothing.
  /// - Parameter health: Judges objects of which the caller knows more than ``Health/assess(_:)``; nil for all others. Of kinds that are
  ///   healthy by being there (``Health/isTrivial(_:)``) it may see the metadata only.
  public init(health: @escaping @Sendable (Value) -> Health? = { _ in nil }) { customHealth = health }

  private func assess(_ object: Value) -> Health { customHealth(object) ?? Health.assess(object) }

  private func slot(_ identity: ObjectIdentity) -> Slot? { tables[identity.groupKind]?.slots[identity] }

  private mutating func change(_ identity: ObjectIdentity, _ body: (inout Slot) -> Void) {
    body(&tables[identity.groupKind, default: KindTable()].slots[identity, default: Slot()])
    if slot(identity)?.isEmpty == true { tables[identity.groupKind]?.slots[identity] = nil }
  }

  // MARK: what is wanted

  /// The labels of all applications that want something here.
  public var labels: [String] { applications.keys.sorted(by: ByteOrder.less) }

  /// Whether an application wants an object of a kind.
  func wants(_ label: String, _ kind: GroupKind) -> Bool {
    applications[label]?.objects.contains { $0.type.group == kind.group && $0.type.kind == kind.kind } ?? false
  }

  /// What an application wants here.
  public func desired(_ label: String) -> DesiredSet? { applications[label] }

  /// The types that are wanted here, hooks included, one version for each kind: the one that most applications write.
  public var desiredTypes: [GroupKind: GroupVersionKind] {
    var types: [GroupKind: GroupVersionKind] = [:]
    for kind in tables.keys { types[kind] = desiredType(kind) }
    return types
  }

  /// The version in which a kind is wanted; nil when nobody wants any object of it.
  func desiredType(_ kind: GroupKind) -> GroupVersionKind? {
    guard let versions = tables[kind]?.versions, !versions.isEmpty else { return nil }
    let best = versions.max { ($0.value, $1.key) < ($1.value, $0.key) }
    return best.map { GroupVersionKind(group: kind.group, version: $0.key, kind: kind.kind) }
  }

  /// Sets what an application wants.
  public mutating func setDesired(_ set: DesiredSet) {
    let label = set.owner.label
    let before = applications.updateValue(set, forKey: label)
    if let before, before.ignoring != set.ignoring { lookAgain(before, set) }
    if let before, before.digest == set.digest, before.objects.count == set.objects.count { return }
    count(set, 1)
    for object in set.objects { claim(object.identity, for: label) }
    if let before {
      count(before, -1)
      for object in before.objects where set.position(of: object.identity) == nil { release(object.identity, from: label) }
    }
  }

  /// Forgets what an application wants; what it has in the cluster is then extra.
  public mutating func removeDesired(_ label: String) {
    guard let set = applications.removeValue(forKey: label) else { return }
    count(set, -1)
    for object in set.objects { release(object.identity, from: label) }
  }

  private mutating func count(_ set: DesiredSet, _ step: Int) {
    for type in Set(set.objects.map(\.type)) {
      let count = (tables[type.groupKind]?.versions[type.version] ?? 0) + step
      tables[type.groupKind, default: KindTable()].versions[type.version] = count == 0 ? nil : count
    }
  }

  private mutating func claim(_ identity: ObjectIdentity, for label: String) {
    var record: LiveRecord?
    change(identity) { slot in
      if slot.claim == nil { slot.claim = label }
      record = slot.claim == label ? slot.record : nil
    }
    guard let record else { return }
    if record.match == .unseen { fetches.insert(identity) }
    if let owner = record.owner { place(identity, of: owner, isClaimed: owner == label) }
  }

  private mutating func release(_ identity: ObjectIdentity, from label: String) {
    guard slot(identity)?.claim == label else { return }
    let heir = labels.first { $0 != label && applications[$0]?.position(of: identity) != nil }
    var record: LiveRecord?
    change(identity) { slot in
      slot.claim = heir
      record = slot.record
    }
    foreigners[identity] = nil
    if let owner = record?.owner { place(identity, of: owner, isClaimed: owner == heir) }
  }

  /// Keeps account of what an owner has without wanting it.
  private mutating func place(_ identity: ObjectIdentity, of owner: String, isClaimed: Bool) {
    if !isClaimed {
      unclaimed[owner, default: []].insert(identity)
    } else if unclaimed[owner]?.remove(identity) != nil, unclaimed[owner]?.isEmpty == true {
      unclaimed[owner] = nil
    }
  }

  /// Other rules about what counts: the objects that they speak of are compared again.
  private mutating func lookAgain(_ before: DesiredSet, _ after: DesiredSet) {
    for object in after.objects where slot(object.identity)?.record != nil {
      let identity = object.identity
      guard before.ignoring.fields(of: identity) != after.ignoring.fields(of: identity) else { continue }
      change(identity) { slot in
        slot.record?.match = .unseen
        slot.record?.isContentKnown = false
      }
      fetches.insert(identity)
    }
  }

  private func desiredObject(_ identity: ObjectIdentity) -> (object: DesiredObject, set: DesiredSet)? {
    guard let label = slot(identity)?.claim, let set = applications[label], let position = set.position(of: identity) else { return nil }
    return (set.objects[position], set)
  }

  // MARK: what is there

  /// Whether everything of a kind was listed at least once.
  public func isListed(_ kind: GroupKind) -> Bool { tables[kind]?.isListed ?? false }

  /// Whether an object of a kind is remembered.
  public func hasRecords(_ kind: GroupKind) -> Bool { tables[kind]?.recordCount ?? 0 > 0 }

  /// What is remembered of an object.
  public func record(_ identity: ObjectIdentity) -> LiveRecord? { slot(identity)?.record }

  /// The number of remembered objects.
  public var count: Int { tables.values.reduce(0) { $0 + $1.recordCount } }

  /// The objects whose content must be asked for; each is named once.
  public mutating func takeFetches() -> [ObjectIdentity] {
    defer { fetches = [] }
    return fetches.sorted()
  }

  /// Whether some content must be asked for.
  var hasFetches: Bool { !fetches.isEmpty }

  /// The content of an object could not be read: it is asked for again at the next occasion.
  mutating func fetchLater(_ identity: ObjectIdentity) { if slot(identity)?.record != nil { fetches.insert(identity) } }

  /// A list of a kind begins; its pages are then fed with ``observe(_:metadataOnly:)``.
  public mutating func beginList(_ kind: GroupKind) { tables[kind, default: KindTable()].seen = [] }

  /// The list of a kind is complete: what it did not contain is gone.
  public mutating func endList(_ kind: GroupKind, resourceVersion: String) -> [IndexChange] {
    guard let table = tables[kind] else { return [] }
    let seen = table.seen ?? []
    tables[kind]?.seen = nil
    tables[kind]?.isListed = true
    // What we wrote after the list was taken is not in it and yet there.
    let gone = table.slots.compactMap { identity, slot -> ObjectIdentity? in
      guard let record = slot.record, !seen.contains(identity) else { return nil }
      return LiveRecord.isOlder(resourceVersion, than: record.resourceVersion) ? nil : identity
    }
    return gone.sorted().flatMap { forget($0) }
  }

  /// The cluster does not serve a kind: there can be no object of it.
  public mutating func setUnserved(_ kind: GroupKind) -> [IndexChange] {
    tables[kind, default: KindTable()].isListed = true
    tables[kind]?.seen = nil
    return (tables[kind]?.slots.keys.sorted() ?? []).flatMap { forget($0) }
  }

  /// Forgets a kind that is no longer watched and of which nothing is left.
  public mutating func drop(_ kind: GroupKind) {
    guard tables[kind]?.slots.isEmpty == true, tables[kind]?.versions.isEmpty == true else {
      tables[kind]?.isListed = false
      return
    }
    tables[kind] = nil
  }

  /// The version in which an object is wanted; nil when nobody wants it.
  func wantedType(_ identity: ObjectIdentity) -> GroupVersionKind? { desiredObject(identity)?.object.type }

  /// Takes in an object from a list, a watch event or an answer.
  /// - Parameters:
  ///   - metadataOnly: Whether only the metadata is there: then the content is asked for if it may have changed.
  ///   - isBestVersion: Whether the object cannot be had in the version in which it is wanted. Else, in another version, it is not
  ///     compared but asked for: of a kind one version is watched, and applications may write several.
  public mutating func observe(_ object: Value, metadataOnly: Bool = false, isBestVersion: Bool = false) -> [IndexChange] {
    guard let identity = object.objectIdentity else { return [] }
    tables[identity.groupKind, default: KindTable()].seen?.insert(identity)
    if writing[identity] != nil {
      writing[identity] = Held(object: .some(object), isMetadataOnly: metadataOnly)
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
    record.health = assess(object)
    let isOtherVersion = desired.map { !isBestVersion && object["apiVersion"]?.stringValue != $0.object.type.apiVersion } ?? false
    if metadataOnly || isOtherVersion {
      record.match = before?.match ?? .unseen
      record.ownedHash = before?.ownedHash
      if desired != nil {
        record.isContentKnown = false
        fetches.insert(identity)
      }
    } else {
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
    foreigners[identity] = nil
    let before = record(identity)
    if let before, LiveRecord.isOlder(object[at: "metadata", "resourceVersion"]?.stringValue ?? "", than: before.resourceVersion) {
      // The watch was faster and has seen something newer: it is compared again as it is.
      fetches.insert(identity)
      return []
    }
    var record = LiveRecord(metadataOf: object)
    record.health = assess(object)
    record.match = .synced(digest)
    record.ownedHash = OwnedFields(object)?.hash(of: object)
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
    return record.match.digest != desired.object.digest
  }

  private func compare(
    _ record: inout LiveRecord, _ before: LiveRecord?, _ desired: (object: DesiredObject, set: DesiredSet), _ live: Value
  ) {
    let digest = desired.object.digest
    let owned = OwnedFields(live)?.hash(of: live)
    if let before, before.match == .synced(digest), let known = before.ownedHash, known == owned, before.uid == record.uid {
      record.match = before.match
      record.ownedHash = known
      return
    }
    let differences = Comparison.differences(
      desired: desired.object.manifest, live: live, ignoring: desired.set.ignoring.fields(of: desired.object.identity))
    record.match = differences.isEmpty ? .synced(digest) : .differs(digest, differences)
    record.ownedHash = differences.isEmpty ? owned : nil
  }

  private mutating func store(_ new: LiveRecord, _ before: LiveRecord?, _ identity: ObjectIdentity) -> [IndexChange] {
    var record = new
    // One text for all objects of an application.
    if let owner = record.owner, let known = applications[owner]?.owner.label { record.owner = known }
    var claim: String?
    change(identity) { slot in
      slot.record = record
      claim = slot.claim
    }
    if before == nil { tables[identity.groupKind]?.recordCount += 1 }
    if let old = before?.owner, old != record.owner { place(identity, of: old, isClaimed: true) }
    if let owner = record.owner { place(identity, of: owner, isClaimed: claim == owner) }
    guard let label = claim ?? record.owner else { return [] }
    var changes: [IndexChange] = []
    func add(_ kind: IndexChange.Kind) { changes.append(IndexChange(application: label, identity: identity, kind: kind)) }
    if claim == nil, before == nil, !record.flags.contains(.hook) { add(.extra) }
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
    guard let before = slot(identity), let record = before.record else { return [] }
    change(identity) { $0.record = nil }
    tables[identity.groupKind]?.recordCount -= 1
    fetches.remove(identity)
    if let owner = record.owner { place(identity, of: owner, isClaimed: true) }
    guard let label = before.claim ?? record.owner else { return [] }
    return [IndexChange(application: label, identity: identity, kind: before.claim != nil ? .deleted : .gone)]
  }

  // MARK: what is there without our label

  /// Somebody looked for a wanted object that bears no label of ours.
  /// - Parameter adoption: Whose it is; nil: it is not there, or nobody's.
  mutating func looked(at identity: ObjectIdentity, found adoption: Adoption?) { foreigners[identity] = .some(adoption) }

  /// Whose a missing object was when somebody last looked.
  func foreigner(_ identity: ObjectIdentity) -> Adoption? { foreigners[identity] ?? nil }

  /// Forgets what was seen of an application's objects without our label: it may be old.
  mutating func forgetForeigners(of set: DesiredSet) {
    guard !foreigners.isEmpty else { return }
    for object in set.objects { foreigners[object.identity] = nil }
  }
}

extension LiveIndex {
  /// How a wanted object stands.
  public func sync(of object: DesiredObject, for label: String) -> ObjectSync {
    let table = tables[object.identity.groupKind]
    let slot = table?.slots[object.identity]
    if let holder = slot?.claim, holder != label { return .claimed(by: applications[holder]?.owner.name ?? holder) }
    guard let record = slot?.record else { return table?.isListed == true ? .missing : .unknown }
    if record.flags.contains(.deleting) { return .deleting }
    switch record.match {
    case .unseen: return .unknown
    case .synced(let digest): return digest == object.digest ? .synced : .outOfSync([])
    case .differs(let digest, let differences): return .outOfSync(digest == object.digest ? differences : [])
    }
  }

  /// What an application has in the cluster and nobody wants, hooks left out.
  public func extras(of label: String) -> [(identity: ObjectIdentity, record: LiveRecord)] {
    (unclaimed[label] ?? []).sorted().compactMap { identity in
      guard let slot = slot(identity), slot.claim == nil, let record = slot.record, !record.flags.contains(.hook) else { return nil }
      return (identity, record)
    }
  }

  /// All that an application has in the cluster.
  public func holdings(of label: String) -> [(identity: ObjectIdentity, record: LiveRecord)] {
    var identities = (unclaimed[label] ?? []).filter { slot($0)?.claim == nil }
    for object in applications[label]?.objects ?? [] where slot(object.identity)?.claim == label { identities.insert(object.identity) }
    return identities.sorted().compactMap { identity in
      guard let record = record(identity), record.owner == label else { return nil }
      return (identity, record)
    }
  }

  /// What does not count of a wanted object; nil: everything counts.
  func ignoredFields(of identity: ObjectIdentity) -> IgnoredFields? {
    guard let label = tables[identity.groupKind]?.slots[identity]?.claim else { return nil }
    return applications[label]?.ignoring.fields(of: identity)
  }

  /// Whether it is not known yet how some wanted objects stand.
  func isUnknown(_ set: DesiredSet, _ selection: Set<ObjectIdentity>?) -> Bool {
    set.objects.contains { object in
      guard object.hook == nil, selection?.contains(object.identity) ?? true else { return false }
      if case .unknown = sync(of: object, for: set.owner.label) { return true }
      return false
    }
  }

  /// The labels that stand on objects here although no application of that label is known.
  public var strayLabels: [String] { unclaimed.keys.filter { applications[$0] == nil }.sorted(by: ByteOrder.less) }

  /// The objects that bear them, sorted.
  public var strays: [ObjectIdentity] { unclaimed.filter { applications[$0.key] == nil }.values.flatMap { $0 }.sorted() }

  /// The labels and annotations that applications want on a namespace which `CreateNamespace=true` makes: of two that differ, the first
  /// label's counts.
  func namespaceMetadata(_ namespace: String) -> Value {
    var metadata: Value = ["name": .string(namespace)]
    for label in labels.reversed() {
      guard let set = applications[label], set.options.createNamespace, ByteOrder.equal(set.namespace, namespace) else { continue }
      for field in ["labels", "annotations"] {
        for member in set.namespaceMetadata?[field]?.objectValue?.members ?? [] { metadata[at: field, member.key] = member.value }
      }
    }
    return metadata
  }
}
