import Document

/// What an application wants of an object, laid beside the live object.
///
/// Wanted fields are looked up in the live object, whatever else others put there; fields that we own according to the server's account
/// and no longer want are differences too. The account also tells which lists go by keys and which are one value, so no schema is needed.
public struct Comparison {
  /// The differing fields in the order of the wanted object, then what should go away.
  public private(set) var differences: [Difference] = []
  private let equivalence: Equivalence
  /// Whether the account says what the manifest had: not so when we only ever wrote the object whole.
  private var isAccountExact = true

  /// The fields in which a live object is not what the manifest wants; empty when it is.
  ///
  /// An object that was never applied by us can be compared as well: the result says what an apply would change, as far as that can be
  /// told without asking.
  public static func differences(desired: Value, live: Value) -> [Difference] { differences(desired: desired, live: live, ignoring: .none) }

  /// As ``differences(desired:live:)``, without the fields that do not count.
  static func differences(desired: Value, live: Value, ignoring ignored: IgnoredFields?) -> [Difference] {
    guard let type = desired.groupVersionKind else { return [] }
    var comparison = Comparison(Equivalence(type.groupKind))
    let owned = OwnedFields(live).flatMap { ByteOrder.equal($0.apiVersion, type.apiVersion) ? $0 : nil }
    comparison.isAccountExact = owned?.applied != nil
    let (desired, live) = ignored?.strip(desired, live) ?? (desired, live)
    comparison.compareTop(desired, live, owned.map { .owned($0.tree) } ?? .unavailable)
    if let applied = owned?.applied { comparison.findRemoved(applied, desired, live, FieldPath()) }
    return comparison.differences
  }

  /// What the server's account says of a place.
  private enum Account {
    /// There is no account: the object was not applied by us, or in another version.
    case unavailable
    /// We own fields in it, or all of it.
    case owned(Value)
    /// We own nothing of it: somebody took it over.
    case lost

    /// The account of a field.
    func child(_ name: String) -> Account {
      switch self {
      case .unavailable: return .unavailable
      case .lost: return .lost
      case .owned(let tree):
        guard case .object(let fields) = tree, !fields.isEmpty else { return self }
        return fields.account(of: name).map { .owned($0) } ?? .lost
      }
    }

    var isLost: Bool {
      guard case .lost = self else { return false }
      return true
    }
  }

  /// Whether all fields of an object can be judged here: there is an account of what we own, in the version in which the manifest is
  /// written.
  static func isCertain(desired: Value, live: Value) -> Bool {
    guard let type = desired.groupVersionKind, let owned = OwnedFields(live) else { return false }
    return ByteOrder.equal(owned.apiVersion, type.apiVersion)
  }

  /// What an apply changed or would change: every field in which two states of a live object differ, but for the server's own accounts.
  static func changes(from before: Value, to after: Value) -> [Difference] {
    var comparison = Comparison(Equivalence(after.groupVersionKind?.groupKind ?? GroupKind(group: "", kind: "")))
    var (before, after) = (before, after)
    for field in ["managedFields", "resourceVersion", "generation"] {
      before[at: "metadata", field] = Value?.none
      after[at: "metadata", field] = Value?.none
    }
    before["status"] = Value?.none
    after["status"] = Value?.none
    comparison.walk(before, after, FieldPath())
    return comparison.differences
  }

  private mutating func walk(_ before: Value, _ after: Value, _ path: FieldPath) {
    if before == after { return }
    guard case .object(let one) = before, case .object(let other) = after else { return report(path, after, before) }
    for member in other.members {
      if let old = one[member.key] {
        walk(old, member.value, path.key(member.key))
      } else {
        report(path.key(member.key), member.value, .none)
      }
    }
    for member in one.members where other[member.key] == nil { report(path.key(member.key), .none, member.value) }
  }

  private init(_ equivalence: Equivalence) { self.equivalence = equivalence }

  private mutating func compareTop(_ desired: Value, _ live: Value, _ account: Account) {
    for member in desired.objectValue?.members ?? [] {
      switch member.key {
      case "apiVersion", "kind", "status": continue
      case "metadata":
        for field in member.value.objectValue?.members ?? [] where field.key != "name" && field.key != "namespace" {
          compare(
            field.value, live[at: "metadata", field.key], account.child("metadata").child(field.key),
            FieldPath().key("metadata").key(field.key))
        }
      default: compare(member.value, live[member.key], account.child(member.key), FieldPath().key(member.key))
      }
    }
  }

  private mutating func compare(_ desired: Value, _ live: Value?, _ account: Account, _ path: FieldPath) {
    guard !desired.isNull else { return }
    guard let live, !live.isNull else {
      // An empty value is not kept by the server, unless somebody replaced it: then the account has lost it. Built-in kinds keep none at
      // all, so that nothing is lost where nothing is there.
      let isGone = account.isLost && isAccountExact && desired.objectValue != nil && !equivalence.isBuiltIn
      if !equivalence.isEmpty(desired) || isGone { report(path, desired, .none) }
      return
    }
    switch (desired, live) {
    case (.object(let wanted), .object(let found)):
      for member in wanted.members { compare(member.value, found[member.key], account.child(member.key), path.key(member.key)) }
      if account.isLost { reportExtra(wanted, found, path) }
    case (.array(let wanted), .array(let found)): compareLists(wanted, found, account, path)
    default:
      if equivalence.equal(desired, live, path) || equivalence.isEmpty(desired) && equivalence.isEmpty(live) { return }
      report(path, desired, live)
    }
  }

  /// Somebody took a whole map or list element from us: what they added counts.
  private mutating func reportExtra(_ wanted: Object, _ found: Object, _ path: FieldPath) {
    // What the server itself puts into a map that we wrote empty.
    if !isAccountExact, wanted.members.allSatisfy(\.value.isNull) { return }
    for member in found.members where wanted[member.key] == nil && !equivalence.isEmpty(member.value) {
      report(path.key(member.key), .none, member.value)
    }
  }

  private mutating func compareLists(_ wanted: [Value], _ found: [Value], _ account: Account, _ path: FieldPath) {
    var names: [String]?
    var isSet = false
    if case .owned(.object(let fields)) = account {
      for field in fields.members {
        switch FieldKey(field.key) {
        case .keys(let keys): names = keys.keys
        case .value: isSet = true
        default: continue
        }
      }
    }
    if isSet {
      for (index, element) in wanted.enumerated() where !found.contains(element) { report(path.element(index), element, .none) }
      return
    }
    // An empty list by which nothing is owned says nothing about the elements of others.
    if wanted.isEmpty, !isOwned(account) { return }
    if let names = names ?? (isOwned(account) ? nil : ListKeys.guess(path.last, wanted)) {
      compareByKeys(names, wanted, found, account, path)
      return
    }
    guard wanted.count == found.count else {
      // Nobody can have changed a list that we own without taking it from us: the elements between ours come from the server's own
      // admission.
      if isOwned(account), isSubsequence(wanted, found, account) { return }
      return report(path, .array(wanted), .array(found))
    }
    for index in wanted.indices { compare(wanted[index], found[index], account, path.element(index)) }
  }

  private func isSubsequence(_ wanted: [Value], _ found: [Value], _ account: Account) -> Bool {
    var rest = wanted[...]
    for element in found {
      guard let next = rest.first else { return true }
      var attempt = Comparison(equivalence)
      attempt.compare(next, element, account, FieldPath())
      if attempt.differences.isEmpty { rest.removeFirst() }
    }
    return rest.isEmpty
  }

  private func isOwned(_ account: Account) -> Bool {
    guard case .owned = account else { return false }
    return true
  }

  private mutating func compareByKeys(
    _ names: [String], _ wanted: [Value], _ found: [Value], _ account: Account, _ path: FieldPath
  ) {
    for (element, position) in zip(wanted, FieldKey.pair(wanted, found, by: names)) {
      let place = path.element(FieldKey.keys(names, of: element))
      guard let position else {
        report(place, element, .none)
        continue
      }
      // The account has the keys that the manifest leaves to their defaults.
      compare(element, found[position], elementAccount(account, FieldKey.keys(names, of: found[position])), place)
    }
  }

  /// The account of a list element: under its keys, with defaults filled in where the manifest leaves them out.
  private func elementAccount(_ account: Account, _ keys: Object) -> Account {
    guard case .owned(.object(let fields)) = account else { return account }
    for field in fields.members {
      guard case .keys(let owned) = FieldKey(field.key) else { continue }
      if keys.members.allSatisfy({ owned[$0.key] == $0.value }) { return .owned(field.value) }
    }
    return .lost
  }

  /// Fields of the account that the manifest does not mention any more.
  private mutating func findRemoved(_ tree: Value, _ desired: Value?, _ live: Value?, _ path: FieldPath) {
    guard case .object(let fields) = tree, !fields.isEmpty, let desired else { return }
    for field in fields.members {
      switch FieldKey(field.key) {
      case .itself, .index, .unknown: continue
      case .field(let name):
        if path.isRoot, name == "status" || name == "stringData" { continue }
        guard let child = live?[name], !child.isNull else { continue }
        if let wanted = desired[name] {
          findRemoved(field.value, wanted, child, path.key(name))
        } else if desired.objectValue != nil, !isOnlyEmpty(child) {
          report(path.key(name), .none, child)
        }
      case .keys(let keys):
        guard let child = FieldKey.find(keys, in: live?.arrayValue ?? []) else { continue }
        if let wanted = FieldKey.find(keys, in: desired.arrayValue ?? []) {
          findRemoved(field.value, wanted, child, path.element(keys))
        } else {
          report(path.element(keys), .none, child)
        }
      case .value(let value):
        guard live?.arrayValue?.contains(value) == true, desired.arrayValue?.contains(value) != true else { continue }
        report(path.element(Object([Member(key: "value", value: value)])), .none, value)
      }
    }
  }

  private func isOnlyEmpty(_ value: Value) -> Bool {
    guard case .object(let object) = value else { return false }
    return object.isEmpty
  }

  private mutating func report(_ path: FieldPath, _ desired: Value?, _ live: Value?) {
    let text = path.text
    let masked = equivalence.isSecret && (text.hasPrefix("data") || text.hasPrefix("stringData"))
    differences.append(
      Difference(
        path: text, desired: masked ? nil : desired.map(Comparison.print), live: masked ? nil : live.map(Comparison.print),
        isMasked: masked))
  }

  private static func print(_ value: Value) -> String {
    let text = JSON.string(value)
    return text.count > 200 ? "\(text.prefix(199))…" : text
  }
}

/// The keys of the lists that people write most, for objects of which there is no account yet.
enum ListKeys {
  static func guess(_ field: String, _ elements: [Value]) -> [String]? {
    let names: [String]
    switch field {
    case "containers", "initContainers", "ephemeralContainers", "volumes", "env", "imagePullSecrets", "volumeClaimTemplates":
      names = ["name"]
    case "volumeMounts": names = ["mountPath"]
    case "volumeDevices": names = ["devicePath"]
    case "ports": names = elements.contains { $0["containerPort"] != nil } ? ["containerPort", "protocol"] : ["port", "protocol"]
    case "conditions": names = ["type"]
    default: return nil
    }
    return elements.allSatisfy { $0[names[0]] != nil } ? names : nil
  }
}
