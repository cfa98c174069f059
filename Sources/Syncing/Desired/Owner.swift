import Document
import FleetModel

/// The application that an object belongs to, as the spoke cluster remembers it.
public struct Owner: Sendable, Hashable, CustomStringConvertible {
  /// What identifies the application: its generator element, which survives renames.
  public let id: InstanceID
  /// The application's present name, for people.
  public let name: String
  /// The value of the label on every object: a short hash of ``id`` that fits a label and keeps when the name changes.
  public let label: String

  /// Makes an owner.
  public init(id: InstanceID, name: String) {
    self.id = id
    self.name = name
    self.label = Owner.label(for: id)
  }

  /// The label value of an application: 20 hexadecimal digits.
  public static func label(for id: InstanceID) -> String { String(Digest(of: id.rawValue).description.prefix(20)) }

  /// The application's name.
  public var description: String { name }
}

/// How Flotilla marks what it manages in a cluster.
public enum Tracking {
  /// The label that every managed object carries: one selector finds them all.
  public static let label = "flotilla.dev/application-id"
  /// The annotation that names application and object; a copy of it on another object proves nothing.
  public static let annotation = "flotilla.dev/tracking-id"
  /// The manager under which fields are applied.
  public static let fieldManager = "flotilla"

  static let argoAnnotation = "argocd.argoproj.io/tracking-id"
  static let helmAnnotation = "meta.helm.sh/release-name"

  /// `<application>:<group>/<Kind>:<namespace>/<name>`.
  public static func identifier(_ application: String, _ object: ObjectIdentity) -> String {
    "\(application):\(suffix(object))"
  }

  private static func suffix(_ object: ObjectIdentity) -> String {
    "\(object.group)/\(object.kind):\(object.namespace)/\(object.name)"
  }

  /// The manifest with label and annotation.
  static func stamp(_ manifest: Value, _ identity: ObjectIdentity, _ owner: Owner) -> Value {
    var stamped = manifest
    var metadata = stamped["metadata"] ?? .object(Object())
    for (field, key, value) in [("labels", label, owner.label), ("annotations", annotation, identifier(owner.name, identity))] {
      var map = metadata[field]?.objectValue ?? Object()
      map[key] = .string(value)
      metadata[field] = .object(map)
    }
    stamped["metadata"] = metadata
    return stamped
  }

  /// Who holds a live object, read from its metadata.
  public static func claim(on object: Value) -> Claim {
    guard let metadata = object["metadata"], let identity = object.objectIdentity else { return .none }
    let annotations = metadata["annotations"]
    if let label = metadata[at: "labels", label]?.stringValue {
      let tracking = annotations?[annotation]?.stringValue
      // Controllers copy labels and annotations to the objects that they make: only a tracking id that names this very object counts.
      if let tracking, tracking.hasSuffix(":" + suffix(identity)) {
        return .flotilla(label: label, application: String(tracking.dropLast(suffix(identity).utf8.count + 1)))
      }
      return .copied(label: label)
    }
    if let tracking = annotations?[argoAnnotation]?.stringValue {
      return .argoCD(application: tracking.split(separator: ":", maxSplits: 1).first.map(String.init) ?? tracking)
    }
    if let release = annotations?[helmAnnotation]?.stringValue { return .helm(release: release) }
    return .none
  }
}

/// Who holds a live object.
public enum Claim: Sendable, Hashable, CustomStringConvertible {
  /// Nobody that leaves a mark.
  case none
  /// A Flotilla application, by its label and its name at the time of the last apply.
  case flotilla(label: String, application: String)
  /// The object carries Flotilla's label, but its tracking id is missing or names another object: some controller copied it.
  case copied(label: String)
  /// An Argo CD application.
  case argoCD(application: String)
  /// A Helm release.
  case helm(release: String)

  /// The label of the Flotilla application that holds it.
  public var label: String? {
    guard case .flotilla(let label, _) = self else { return nil }
    return label
  }

  /// `application web`, `Argo CD application web`, `Helm release web`.
  public var description: String {
    switch self {
    case .none: "nobody"
    case .flotilla(_, let application): "application \(application)"
    case .copied: "nobody (copied label)"
    case .argoCD(let application): "Argo CD application \(application)"
    case .helm(let release): "Helm release \(release)"
    }
  }
}
