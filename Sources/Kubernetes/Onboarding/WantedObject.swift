import Document

/// An object that an application consists of, as far as permissions depend on it.
public struct WantedObject: Sendable, Hashable, Comparable {
  /// Its type.
  public var type: GroupVersionKind
  /// Its namespace; not looked at for kinds of the cluster itself.
  public var namespace: String

  /// Makes one.
  public init(type: GroupVersionKind, namespace: String) {
    self.type = type
    self.namespace = namespace
  }

  /// By type and namespace.
  public static func < (left: WantedObject, right: WantedObject) -> Bool {
    (left.type.description, left.namespace) < (right.type.description, right.namespace)
  }

  /// What it takes to write these objects where they are, to prune them, and to follow their kinds.
  /// - Parameters:
  ///   - namespaces: where the kinds are followed; nil for the whole cluster
  /// - Returns: the needs in order, and the types that the server does not serve
  public static func needs(
    of objects: [WantedObject], served: Discovery, namespaces: [String]?
  ) -> (needs: [AccessNeed], unserved: [GroupVersionKind]) {
    var needs: Set<AccessNeed> = []
    var unserved: Set<GroupVersionKind> = []
    for object in objects {
      guard let resource = served.resource(for: object.type) else {
        unserved.insert(object.type)
        continue
      }
      let place = resource.namespaced ? (object.namespace.isEmpty ? "default" : object.namespace) : nil
      for verb in ["create", "delete", "get", "patch"] {
        needs.insert(AccessNeed(verb, resource.plural, group: resource.group, namespace: place))
      }
      for verb in ["list", "watch"] {
        let followed = resource.namespaced ? namespaces.map { $0.map(Optional.some) } ?? [nil] : [nil]
        for place in followed { needs.insert(AccessNeed(verb, resource.plural, group: resource.group, namespace: place)) }
      }
    }
    return (needs.sorted(), unserved.sorted { $0.description < $1.description })
  }
}
