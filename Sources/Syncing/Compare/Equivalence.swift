import Document

/// When a wanted value and a live value mean the same although they are spelled differently.
struct Equivalence {
  /// The kind that is compared: built-in kinds drop empty fields and respell quantities, custom resources are kept as written.
  let isBuiltIn: Bool
  let isSecret: Bool

  init(_ type: GroupKind) {
    isBuiltIn = Scopes.isBuiltIn(type.group)
    isSecret = type.group.isEmpty && type.kind == "Secret"
  }

  /// Whether nothing, null, or an empty value stands there: a built-in kind does not keep the difference.
  func isEmpty(_ value: Value?) -> Bool {
    switch value {
    case .none, .some(.null): true
    case .some(.array(let elements)): elements.isEmpty
    case .some(.object(let object)): object.members.allSatisfy { isEmpty($0.value) }
    case .some(.string(let text)): isBuiltIn && text.isEmpty
    case .some(.bool(let flag)): isBuiltIn && !flag
    case .some(.int(let number)): isBuiltIn && number == 0
    case .some(.double): false
    }
  }

  /// Whether two values that are neither objects nor lists mean the same at a path.
  func equal(_ desired: Value, _ live: Value, _ path: FieldPath) -> Bool {
    if desired == live { return true }
    if let left = desired.doubleValue, let right = live.doubleValue { return left == right }
    guard isBuiltIn else { return false }
    if isQuantity(path), let left = Equivalence.quantity(desired), let right = Equivalence.quantity(live) { return left == right }
    if path.parent == "data" || path.parent == "binaryData" || path.last == "caBundle",
      let left = desired.stringValue, let right = live.stringValue, isSecret || path.parent != "data"
    {
      return left.utf8.filter { $0 != 0x0a && $0 != 0x0d } == right.utf8.filter { $0 != 0x0a && $0 != 0x0d }
    }
    return false
  }

  private static func quantity(_ value: Value) -> Quantity? {
    switch value {
    case .string(let text): Quantity(text)
    case .int(let number): Quantity(String(number))
    case .double(let number): Quantity(String(number))
    default: nil
    }
  }

  private func isQuantity(_ path: FieldPath) -> Bool {
    switch path.parent {
    case "limits", "requests", "hard", "capacity", "allocatable", "default", "defaultRequest", "max", "min", "maxLimitRequestRatio",
      "podFixed":
      return true
    default: break
    }
    switch path.last {
    case "sizeLimit", "averageValue", "targetAverageValue", "divisor", "maximumVolumeSize", "minimumVolumeSize", "tolerance": return true
    case "value": return path.parent == "target" || path.parent == "metric" || path.parent == "object"
    default: return false
    }
  }
}
