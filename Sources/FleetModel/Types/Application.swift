import Document

/// A typed view of an Application: what the later stages ask for. The document itself stays beside it.
public struct Application: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The namespace of the Application itself.
  public var namespace: String
  /// Its labels.
  public var labels: [String: String]
  /// Its annotations.
  public var annotations: [String: String]
  /// Its finalizers.
  public var finalizers: [String]
  /// The project; `default` where the application names none.
  public var project: String
  /// Where it goes.
  public var destination: Destination
  /// What it is made of; one for `spec.source`, several for `spec.sources`.
  public var sources: [ApplicationSource]
  /// When and how it is synced.
  public var syncPolicy: SyncPolicy
  /// Differences that are not counted.
  public var ignoreDifferences: [IgnoredDifference]
  /// How many revisions of its history are kept.
  public var revisionHistoryLimit: Int
  /// Facts for people.
  public var info: [ApplicationSource.NamedValue]
  /// What must be ready before it may sync; Flotilla's own field.
  public var dependsOn: [Dependency]

  /// Where an application goes: exactly one of server and name is set in a valid one.
  public struct Destination: Sendable, Hashable {
    /// The address of the cluster; empty where it is named.
    public var server: String
    /// The name of the cluster; empty where its address is given.
    public var name: String
    /// The namespace of objects that name none.
    public var namespace: String

    /// Makes a destination.
    public init(server: String, name: String, namespace: String) {
      self.server = server
      self.name = name
      self.namespace = namespace
    }
  }

  /// Differences of some objects that are not counted as drift.
  public struct IgnoredDifference: Sendable, Hashable {
    /// The API group.
    public var group: String
    /// The kind; `*` for all.
    public var kind: String
    /// The name; empty for all.
    public var name: String
    /// The namespace; empty for all.
    public var namespace: String
    /// Fields as JSON pointers.
    public var jsonPointers: [String]
    /// Fields as jq path expressions.
    public var jqPathExpressions: [String]
    /// Field managers whose fields are not counted.
    public var managedFieldsManagers: [String]
  }

  /// Reads an Application.
  ///
  /// - Throws: the first field that is missing or of the wrong type.
  public init(_ document: Value) throws(DefinitionError) {
    guard document["spec"]?.objectValue != nil else { throw DefinitionError("has no spec", path: [.key("spec")]) }
    let reader = FieldReader(document)
    let metadata = try reader.object("metadata")
    name = try metadata.string("name")
    namespace = try metadata.string("namespace")
    labels = try metadata.stringMap("labels")
    annotations = try metadata.stringMap("annotations")
    finalizers = try metadata.strings("finalizers")
    let spec = try reader.object("spec")
    let project = try spec.string("project")
    self.project = project.isEmpty ? "default" : project
    let destination = try spec.object("destination")
    self.destination = Destination(
      server: try destination.string("server"), name: try destination.string("name"), namespace: try destination.string("namespace"))
    var sources: [ApplicationSource] = []
    for source in try spec.objects("sources") { sources.append(try ApplicationSource(source)) }
    if sources.isEmpty, spec.has("source") { sources.append(try ApplicationSource(try spec.object("source"))) }
    self.sources = sources
    syncPolicy = try SyncPolicy(try spec.object("syncPolicy"))
    var ignored: [IgnoredDifference] = []
    for entry in try spec.objects("ignoreDifferences") {
      ignored.append(
        IgnoredDifference(
          group: try entry.string("group"), kind: try entry.string("kind"), name: try entry.string("name"),
          namespace: try entry.string("namespace"), jsonPointers: try entry.strings("jsonPointers"),
          jqPathExpressions: try entry.strings("jqPathExpressions"), managedFieldsManagers: try entry.strings("managedFieldsManagers")))
    }
    ignoreDifferences = ignored
    revisionHistoryLimit = try spec.integer("revisionHistoryLimit") ?? 10
    var info: [ApplicationSource.NamedValue] = []
    for entry in try spec.objects("info") {
      info.append(.init(name: try entry.string("name"), value: try entry.string("value")))
    }
    self.info = info
    var dependsOn: [Dependency] = []
    for (index, entry) in try spec.values("dependsOn").enumerated() {
      do {
        dependsOn.append(try Dependency(entry))
      } catch {
        throw DefinitionError(error.message, path: [.key("spec"), .key("dependsOn"), .index(index)] + error.path)
      }
    }
    self.dependsOn = dependsOn
  }
}
