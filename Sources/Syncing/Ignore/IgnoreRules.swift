import Document
import FleetModel

/// `spec.ignoreDifferences` of an application: fields that may differ without the application being out of sync.
public struct IgnoreRules: Sendable, Hashable {
  private let rules: [Rule]
  /// What could not be understood, with what to change; such an expression ignores nothing.
  public let problems: [String]

  private struct Rule: Sendable, Hashable {
    let group: Glob
    let kind: Glob
    let name: Glob?
    let namespace: Glob?
    let fields: IgnoredFields

    func matches(_ identity: ObjectIdentity) -> Bool {
      group.matches(identity.group) && kind.matches(identity.kind) && name?.matches(identity.name) ?? true
        && namespace?.matches(identity.namespace) ?? true
    }
  }

  /// Reads the entries of an application.
  public init(_ entries: [Application.IgnoredDifference]) {
    var problems: [String] = []
    rules = entries.map { entry in
      var fields = IgnoredFields()
      for text in entry.jsonPointers {
        if let pointer = try? JSONPointer(text) {
          fields.pointers.append(pointer)
        } else {
          problems.append("ignoreDifferences: \(text) is no JSON pointer: write /spec/replicas, with ~1 for a slash in a name")
        }
      }
      for text in entry.jqPathExpressions {
        do throws(JQPath.Failure) {
          fields.expressions.append(try JQPath(text))
        } catch {
          problems.append("ignoreDifferences: jq expression \(text): \(error.message)")
        }
      }
      fields.managers = entry.managedFieldsManagers
      return Rule(
        group: Glob(entry.group), kind: Glob(entry.kind), name: entry.name.isEmpty ? .none : Glob(entry.name),
        namespace: entry.namespace.isEmpty ? .none : Glob(entry.namespace), fields: fields)
    }
    self.problems = problems
  }

  /// Whether nothing is ignored.
  public var isEmpty: Bool { rules.isEmpty }

  /// What is ignored of one object; nil: nothing.
  func fields(of identity: ObjectIdentity) -> IgnoredFields? {
    guard !rules.isEmpty else { return .none }
    var fields: IgnoredFields?
    for rule in rules where rule.matches(identity) {
      if fields == nil {
        fields = rule.fields
      } else {
        fields?.pointers += rule.fields.pointers
        fields?.expressions += rule.fields.expressions
        fields?.managers += rule.fields.managers
      }
    }
    return fields
  }
}

/// The fields of one object that do not count.
struct IgnoredFields: Sendable, Hashable {
  var pointers: [JSONPointer] = []
  var expressions: [JQPath] = []
  var managers: [String] = []

  /// Both sides without the fields that do not count.
  func strip(_ desired: Value, _ live: Value) -> (desired: Value, live: Value) {
    let trees = managedTrees(live)
    var (left, right) = (desired, live)
    left.remove(places(in: desired, trees))
    right.remove(places(in: live, trees))
    return (left, right)
  }

  /// The manifest with what does not count as it stands in the cluster (`RespectIgnoreDifferences=true`): the apply changes nothing of
  /// it. What the cluster lacks is left out.
  func respecting(_ live: Value, in manifest: Value) -> Value {
    var result = manifest
    var missing: Set<[FieldStep]> = []
    for place in places(in: manifest, managedTrees(live)).sorted(by: FieldStep.isLater) {
      if let found = LiveCounterpart.value(of: place[...], in: manifest, live: live) {
        result.set(found, at: place[...])
      } else {
        missing.insert(place)
      }
    }
    result.remove(missing)
    return result
  }

  /// The places in a tree that the rules name.
  private func places(in tree: Value, _ managed: [Value]) -> Set<[FieldStep]> {
    var places: Set<[FieldStep]> = []
    for pointer in pointers { if let place = IgnoredFields.place(pointer.tokens, in: tree) { places.insert(place) } }
    for expression in expressions { places.formUnion(expression.places(in: tree)) }
    for owned in managed { IgnoredFields.collect(owned, tree, [], &places) }
    places.remove([])
    // Without these an object is no object any more; nobody can have meant them.
    places.remove([.key("apiVersion")])
    places.remove([.key("kind")])
    places.remove([.key("metadata")])
    places.remove([.key("metadata"), .key("name")])
    places.remove([.key("metadata"), .key("namespace")])
    return places
  }

  private static func place(_ tokens: [String], in tree: Value) -> [FieldStep]? {
    var place: [FieldStep] = []
    var value = tree
    for token in tokens {
      switch value {
      case .object(let object):
        guard let child = object[token] else { return .none }
        place.append(.key(token))
        value = child
      case .array(let list):
        guard let index = Int(token), list.indices.contains(index) else { return .none }
        place.append(.index(index))
        value = list[index]
      default: return .none
      }
    }
    return place
  }

  private func managedTrees(_ live: Value) -> [Value] {
    guard !managers.isEmpty else { return [] }
    return (live[at: "metadata", "managedFields"]?.arrayValue ?? []).compactMap { entry in
      guard let name = entry["manager"]?.stringValue, managers.contains(name) else { return .none }
      return entry["fieldsV1"]
    }
  }

  /// The leaves of an account, and the list elements that it owns whole.
  private static func collect(_ owned: Value, _ tree: Value?, _ path: [FieldStep], _ places: inout Set<[FieldStep]>) {
    guard let tree, case .object(let fields) = owned else { return }
    if fields.isEmpty {
      places.insert(path)
      return
    }
    for field in fields.members {
      switch FieldKey(field.key) {
      case .itself, .unknown: continue
      case .field(let name): collect(field.value, tree[name], path + [.key(name)], &places)
      case .keys(let keys):
        guard let list = tree.arrayValue, let index = FieldKey.position(keys, in: list) else { continue }
        if field.value["."] != nil {
          places.insert(path + [.index(index)])
        } else {
          collect(field.value, list[index], path + [.index(index)], &places)
        }
      case .value(let value):
        guard let index = tree.arrayValue?.firstIndex(of: value) else { continue }
        places.insert(path + [.index(index)])
      case .index(let index): collect(field.value, tree.value(at: [.index(index)]), path + [.index(index)], &places)
      }
    }
  }
}

/// Finds in a live object what stands at a place of the manifest: elements of lists by their keys, since their order may be another.
enum LiveCounterpart {
  static func value(of place: ArraySlice<FieldStep>, in manifest: Value, live: Value) -> Value? {
    guard let first = place.first else { return .some(live) }
    switch first {
    case .key(let key):
      guard let wanted = manifest[key], let found = live[key] else { return .none }
      return lists(key, place.dropFirst(), wanted, found)
    case .index: return .none
    }
  }

  private static func lists(_ field: String, _ place: ArraySlice<FieldStep>, _ manifest: Value, _ live: Value) -> Value? {
    guard case .index(let index)? = place.first, let wanted = manifest.arrayValue, let found = live.arrayValue else {
      return value(of: place, in: manifest, live: live)
    }
    let element = wanted[index]
    var match: Value?
    if let names = ListKeys.guess(field, wanted) {
      let keys = Object(names.compactMap { name in element[name].map { Member(key: name, value: $0) } })
      match = FieldKey.find(keys, in: found)
    } else {
      match =
        element["name"].flatMap { name in found.first { $0["name"] == name } }
        ?? (found.indices.contains(index) ? .some(found[index]) : .none)
    }
    return match.flatMap { value(of: place.dropFirst(), in: element, live: $0) }
  }
}
