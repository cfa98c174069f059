import Document

/// One entry of `spec.dependsOn`: what must be ready before an instance may sync.
public struct Dependency: Sendable, Hashable {
  /// The instances that are waited for.
  public enum Target: Sendable, Hashable {
    /// One application by its name.
    case application(String)
    /// All instances of an application set by its name.
    case applicationSet(String)
    /// All instances with these labels.
    case selector(LabelSelector)
  }

  /// Which of the target's instances count.
  public enum Scope: Sendable, Hashable {
    /// Those on the same destination cluster as the instance that waits; the default.
    case sameCluster
    /// All of the fleet.
    case fleet
    /// Those on clusters with these labels.
    case clusters(LabelSelector)
  }

  /// The instances that are waited for.
  public var target: Target
  /// Which of them count. An application named alone is meant wherever it is.
  public var scope: Scope
  /// A CEL expression that says when an instance counts as ready; nil: synced to the revision it should be at, and healthy.
  public var ready: String?
  /// Where the entry stands.
  public var position: SourcePosition?

  /// Makes a dependency.
  public init(target: Target, scope: Scope = .sameCluster, ready: String? = nil, position: SourcePosition? = nil) {
    self.target = target
    self.scope = scope
    self.ready = ready
    self.position = position
  }
}

extension Dependency {
  /// Reads one entry of `dependsOn`.
  ///
  /// - Throws: what is wrong, with the field inside the entry.
  public init(_ value: Value, position: SourcePosition? = nil) throws(DefinitionError) {
    guard let object = value.objectValue else {
      throw DefinitionError("must be an object with one of application, applicationSet or selector, not \(value.kindName)")
    }
    for member in object where !["application", "applicationSet", "selector", "scope", "ready"].contains(member.key) {
      let hint = NearestName.hint(member.key, in: ["application", "applicationSet", "selector", "scope", "ready"])
      throw DefinitionError("unknown field \"\(member.key)\"\(hint)", path: [.key(member.key)])
    }
    let named = ["application", "applicationSet", "selector"].filter { object[$0]?.isNull == false }
    guard named.count == 1 else {
      throw DefinitionError(
        named.isEmpty
          ? "needs one of application, applicationSet or selector"
          : "has \(named.joined(separator: " and ")): write one entry for each")
    }
    if let name = object["application"], !name.isNull {
      target = .application(try Dependency.name(name, "application"))
    } else if let name = object["applicationSet"], !name.isNull {
      target = .applicationSet(try Dependency.name(name, "applicationSet"))
    } else {
      target = .selector(try LabelSelector.nested(object["selector"], "selector"))
    }
    scope = try Dependency.scope(object["scope"], of: target)
    switch object["ready"] {
    case .none, .null: ready = nil
    case .string(let expression): ready = expression.isEmpty ? nil : expression
    case .some(let other): throw DefinitionError("must be a CEL expression, not \(other.kindName)", path: [.key("ready")])
    }
    self.position = position
  }

  private static func name(_ value: Value, _ field: String) throws(DefinitionError) -> String {
    guard let name = value.stringValue, !name.isEmpty else {
      throw DefinitionError("must be the name of an \(field)", path: [.key(field)])
    }
    return name
  }

  private static func scope(_ value: Value?, of target: Target) throws(DefinitionError) -> Scope {
    switch value {
    case .none, .null, .string(""):
      if case .application = target { return .fleet }
      return .sameCluster
    case .string("sameCluster"): return .sameCluster
    case .string("fleet"): return .fleet
    case .object(let object):
      guard object.count == 1, let selector = object["clusterSelector"] else {
        throw DefinitionError("must be sameCluster, fleet or an object with clusterSelector", path: [.key("scope")])
      }
      do {
        return .clusters(try LabelSelector(selector))
      } catch {
        throw DefinitionError(error.message, path: [.key("scope"), .key("clusterSelector")] + error.path)
      }
    case .some(let other):
      let given = other.stringValue.map { "\"\($0)\"" } ?? other.kindName
      throw DefinitionError("must be sameCluster, fleet or an object with clusterSelector, not \(given)", path: [.key("scope")])
    }
  }

  /// The entry in words: `application set platform on the same cluster`.
  public var summary: String {
    let what =
      switch target {
      case .application(let name): "application \(name)"
      case .applicationSet(let name): "application set \(name)"
      case .selector(let selector): "applications with \(selector)"
      }
    switch (scope, target) {
    case (.fleet, .application): return what
    case (.fleet, _): return "\(what) in the whole fleet"
    case (.sameCluster, _): return "\(what) on the same cluster"
    case (.clusters(let selector), _): return "\(what) on clusters with \(selector)"
    }
  }
}
