/// API group and kind: what stays the same when an object is served in another version.
public struct GroupKind: Sendable, Hashable, CustomStringConvertible {
  /// The API group; empty for the core group.
  public var group: String
  /// The kind, such as `Deployment`.
  public var kind: String

  /// Makes a group and kind.
  public init(group: String, kind: String) {
    self.group = group
    self.kind = kind
  }

  /// `Deployment.apps`, or `ConfigMap` for the core group, as kubectl writes it.
  public var description: String { group.isEmpty ? kind : "\(kind).\(group)" }
}

/// API group, version and kind.
public struct GroupVersionKind: Sendable, Hashable, CustomStringConvertible {
  /// The API group; empty for the core group.
  public var group: String
  /// The version, such as `v1`.
  public var version: String
  /// The kind, such as `Deployment`.
  public var kind: String

  /// Makes a group, version and kind.
  public init(group: String, version: String, kind: String) {
    self.group = group
    self.version = version
    self.kind = kind
  }

  /// Splits an `apiVersion` such as `apps/v1` or `v1`.
  public init(apiVersion: String, kind: String) {
    if let slash = apiVersion.firstIndex(of: "/") {
      self.init(group: String(apiVersion[..<slash]), version: String(apiVersion[apiVersion.index(after: slash)...]), kind: kind)
    } else {
      self.init(group: "", version: apiVersion, kind: kind)
    }
  }

  /// `apps/v1` or `v1`.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// Without the version.
  public var groupKind: GroupKind { GroupKind(group: group, kind: kind) }

  /// `apps/v1 Deployment`.
  public var description: String { "\(apiVersion) \(kind)" }
}

/// What names one object in one cluster, whatever version it is served in.
public struct ObjectIdentity: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The API group; empty for the core group.
  public var group: String
  /// The kind.
  public var kind: String
  /// The namespace; empty for an object of the cluster itself.
  public var namespace: String
  /// The name.
  public var name: String

  /// Makes an identity.
  public init(group: String, kind: String, namespace: String, name: String) {
    self.group = group
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// Group and kind.
  public var groupKind: GroupKind { GroupKind(group: group, kind: kind) }

  /// `apps/Deployment/namespace/name`; an empty group or namespace is left out.
  public var description: String {
    [group, kind, namespace, name].filter { !$0.isEmpty }.joined(separator: "/")
  }

  /// Sorted by group, kind, namespace and name.
  public static func < (left: ObjectIdentity, right: ObjectIdentity) -> Bool {
    var order = ByteOrder.compare(left.group, right.group)
    if order == 0 { order = ByteOrder.compare(left.kind, right.kind) }
    if order == 0 { order = ByteOrder.compare(left.namespace, right.namespace) }
    if order == 0 { order = ByteOrder.compare(left.name, right.name) }
    return order < 0
  }
}

extension Value {
  /// Group, version and kind of a Kubernetes object; nil where `apiVersion` or `kind` is missing.
  public var groupVersionKind: GroupVersionKind? {
    guard let apiVersion = self["apiVersion"]?.stringValue, !apiVersion.isEmpty,
      let kind = self["kind"]?.stringValue, !kind.isEmpty
    else { return nil }
    return GroupVersionKind(apiVersion: apiVersion, kind: kind)
  }

  /// The identity of a Kubernetes object; nil where `apiVersion`, `kind` or the name is missing.
  public var objectIdentity: ObjectIdentity? {
    guard let type = groupVersionKind, let name = self[at: "metadata", "name"]?.stringValue, !name.isEmpty else { return nil }
    return ObjectIdentity(
      group: type.group, kind: type.kind, namespace: self[at: "metadata", "namespace"]?.stringValue ?? "", name: name)
  }
}
