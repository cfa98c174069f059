import Document

/// The take-over of an object that another tool applied before: its fields become ours without the object being made anew.
///
/// An apply alone would leave what the former tool wrote to that tool: a field that Git dropped would stay for ever. So the fields of the
/// former managers move into our entry of `metadata.managedFields` (as `kubectl apply --server-side` does with those of `kubectl apply`),
/// and the next apply removes what is no longer wanted.
public struct Adoption: Sendable, Hashable, CustomStringConvertible {
  /// Who held the object.
  public let claim: Claim
  /// The managers whose fields move, in the order of the account.
  public let managers: [String]
  /// Managers whose fields are written in another version and stay theirs.
  public let remaining: [String]
  /// Which object it is.
  public let uid: String

  /// Names a further manager whose fields move.
  static let managerAnnotation = "argocd.argoproj.io/client-side-apply-migration-manager"

  /// Managers that stand for a tool that applies whole manifests: what they wrote and Git lacks is meant to go.
  private static let tools: Set<String> = [
    "kubectl-client-side-apply", "argocd-controller", "argocd-application-controller", "helm", "kustomize-controller", "helm-controller",
    "before-first-apply",
  ]

  /// Reads from a live object what has to move; nil when it was not somebody else's.
  /// - Parameters:
  ///   - apiVersion: in which the manifest is written
  ///   - other: a further manager, named by annotation ``managerAnnotation``
  ///   - includingStrangers: whether an object that no known tool applied counts too: its fields stay where they are
  init?(of live: Value, apiVersion: String, other: String? = nil, includingStrangers: Bool = false) {
    var bare = live
    bare[at: "metadata", "labels", Tracking.label] = Value?.none
    claim = Tracking.claim(on: bare)
    uid = live[at: "metadata", "uid"]?.stringValue ?? ""
    var moving: [String] = []
    var staying: [String] = []
    for entry in live[at: "metadata", "managedFields"]?.arrayValue ?? [] {
      guard let name = entry["manager"]?.stringValue, Adoption.moves(entry, other) else { continue }
      if entry["apiVersion"]?.stringValue == apiVersion {
        if !moving.contains(name) { moving.append(name) }
      } else if !staying.contains(name) {
        staying.append(name)
      }
    }
    managers = moving
    remaining = staying
    if claim == .none, moving.isEmpty, staying.isEmpty, !includingStrangers { return nil }
  }

  private static func moves(_ entry: Value, _ other: String?) -> Bool {
    guard let name = entry["manager"]?.stringValue, entry["subresource"]?.stringValue ?? "" == "", name != Tracking.fieldManager else {
      return false
    }
    // `kubectl` is also the name of edits and scalings by hand; only what it applied is a whole manifest.
    return tools.contains(name) || name == other || name == "kubectl" && entry["operation"]?.stringValue == "Apply"
  }

  /// The JSON patch that moves the fields; nil when nothing is to move. It carries the version, so that it changes nothing but this very
  /// state.
  static func patch(_ live: Value, apiVersion: String, other: String? = nil) -> Value? {
    guard let version = live[at: "metadata", "resourceVersion"]?.stringValue,
      let entries = live[at: "metadata", "managedFields"]?.arrayValue
    else { return .none }
    var kept: [Value] = []
    var ours: Value?
    var moved: [Value] = []
    for entry in entries {
      let isVersion = entry["apiVersion"]?.stringValue == apiVersion
      if entry["manager"]?.stringValue == Tracking.fieldManager, entry["operation"]?.stringValue == "Apply",
        entry["subresource"]?.stringValue ?? "" == "", isVersion
      {
        ours = entry
      } else if isVersion, moves(entry, other), let fields = entry["fieldsV1"] {
        moved.append(fields)
      } else {
        kept.append(entry)
      }
    }
    guard !moved.isEmpty else { return .none }
    var own =
      ours ?? [
        "manager": .string(Tracking.fieldManager), "operation": "Apply", "apiVersion": .string(apiVersion), "fieldsType": "FieldsV1",
      ]
    var tree = own["fieldsV1"]
    for fields in moved { tree = .some(tree.map { OwnedFields.union($0, fields) } ?? fields) }
    own["fieldsV1"] = tree
    return [
      ["op": "replace", "path": "/metadata/managedFields", "value": .array([own] + kept)],
      ["op": "replace", "path": "/metadata/resourceVersion", "value": .string(version)],
    ]
  }

  /// `adopted from Argo CD application web (fields of argocd-controller)`.
  public var description: String {
    let from =
      switch claim {
      case .none, .copied:
        managers.isEmpty ? (remaining.isEmpty ? "whoever made it" : remaining.joined(separator: ", ")) : managers.joined(separator: ", ")
      default: claim.description
      }
    var text = "adopted from \(from)"
    if claim != .none, !managers.isEmpty { text += " (fields of \(managers.joined(separator: ", ")))" }
    if !remaining.isEmpty { text += "; fields of \(remaining.joined(separator: ", ")) in another version stay theirs" }
    return text
  }
}
