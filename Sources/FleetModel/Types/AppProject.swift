import Document

/// A project: what its applications may use and where they may go.
public struct AppProject: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The namespace that it is defined in.
  public var namespace: String
  /// A sentence about it.
  public var summary: String
  /// Repositories that its applications may read; patterns, and `!pattern` to exclude.
  public var sourceRepos: [String]
  /// Clusters and namespaces that its applications may go to.
  public var destinations: [Destination]
  /// Namespaces besides Argo CD's own in which its applications may stand.
  public var sourceNamespaces: [String]
  /// The whole document.
  public var document: Value
  /// Where it is defined; nil for the built-in default project.
  public var position: SourcePosition?

  /// One allowed destination; every part may be a pattern.
  public struct Destination: Sendable, Hashable {
    /// The cluster's address.
    public var server: String
    /// The cluster's name.
    public var name: String
    /// The namespace.
    public var namespace: String

    /// Makes a destination.
    public init(server: String, name: String, namespace: String) {
      self.server = server
      self.name = name
      self.namespace = namespace
    }
  }

  /// Makes a project from the document; fields of the wrong type count as missing, as the schema check has reported them.
  public init(_ document: Value, position: SourcePosition? = nil) {
    self.document = document
    self.position = position
    name = document[at: "metadata", "name"]?.stringValue ?? ""
    namespace = document[at: "metadata", "namespace"]?.stringValue ?? ApplicationSet.defaultNamespace
    summary = document[at: "spec", "description"]?.stringValue ?? ""
    sourceRepos = (document[at: "spec", "sourceRepos"]?.arrayValue ?? []).compactMap(\.stringValue)
    sourceNamespaces = (document[at: "spec", "sourceNamespaces"]?.arrayValue ?? []).compactMap(\.stringValue)
    destinations = (document[at: "spec", "destinations"]?.arrayValue ?? []).map { entry in
      Destination(
        server: entry["server"]?.stringValue ?? "", name: entry["name"]?.stringValue ?? "", namespace: entry["namespace"]?.stringValue ?? ""
      )
    }
  }

  /// The project that exists without being defined, and allows everything.
  public static let builtInDefault = AppProject([
    "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": ["name": "default", "namespace": "argocd"],
    "spec": [
      "sourceRepos": ["*"], "destinations": [["server": "*", "namespace": "*"]],
      "clusterResourceWhitelist": [["group": "*", "kind": "*"]],
    ],
  ])
}
