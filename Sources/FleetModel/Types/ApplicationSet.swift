import Document

/// An application set as it was written, decoded as far as its own fields go.
public struct ApplicationSet: Sendable {
  /// One entry of `spec.generators`.
  public struct Generator: Sendable {
    /// The entry.
    public var value: Value
    /// Where it stands within the document.
    public var path: [PathComponent]

    /// Makes an entry.
    public init(value: Value, path: [PathComponent]) {
      self.value = value
      self.path = path
    }
  }

  /// What happens to applications of a set.
  public struct Policy: Sendable, Hashable {
    /// Which changes are made to applications.
    public enum Sync: String, Sendable, Hashable, CaseIterable {
      /// New applications only.
      case createOnly = "create-only"
      /// New and changed ones.
      case createUpdate = "create-update"
      /// New and vanished ones.
      case createDelete = "create-delete"
      /// All.
      case sync
    }

    /// Whether the objects of a vanished application stay in their cluster.
    public var preserveResourcesOnDeletion: Bool
    /// Which changes are made to applications.
    public var applicationsSync: Sync

    /// Makes a policy.
    public init(preserveResourcesOnDeletion: Bool = false, applicationsSync: Sync = .sync) {
      self.preserveResourcesOnDeletion = preserveResourcesOnDeletion
      self.applicationsSync = applicationsSync
    }
  }

  /// Its name.
  public var name: String
  /// Its namespace, in which its applications stand too.
  public var namespace: String
  /// Where it is defined.
  public var position: SourcePosition?
  /// The document as written, with the places of its fields.
  public var document: YAMLDocument
  /// Whether templates are Go templates instead of `{{name}}` substitution.
  public var goTemplate: Bool
  /// Options of Go templates, such as `missingkey=error`.
  public var goTemplateOptions: [String]
  /// The generators in order.
  public var generators: [Generator]
  /// `spec.template`.
  public var template: Value
  /// `spec.templatePatch`.
  public var templatePatch: String?
  /// `spec.syncPolicy`.
  public var syncPolicy: Policy
  /// Keys of annotations and labels that are kept on existing applications.
  public var preservedAnnotations: [String]
  /// Keys of labels that are kept on existing applications.
  public var preservedLabels: [String]
  /// `spec.dependsOn`, whose texts are templated like the template.
  public var dependsOn: [Value]
  /// `spec.strategy`, as it stands.
  public var strategy: Value?
  /// `spec.preview`, as it stands.
  public var preview: Value?
  /// `spec.deletionGuard`, as it stands.
  public var deletionGuard: Value?

  /// The namespace of definitions that name none.
  public static let defaultNamespace = "argocd"

  /// `namespace/name`.
  public var id: String { "\(namespace)/\(name)" }

  /// `ApplicationSet namespace/name`, as diagnostics say it.
  public var subject: String { "ApplicationSet \(id)" }

  /// The place of a field, or of its nearest ancestor that is there.
  public func position(_ path: [PathComponent]) -> SourcePosition { document.position(path) }

  /// Reads a set.
  ///
  /// - Throws: the first field of the wrong type.
  public init(_ document: YAMLDocument) throws(DefinitionError) {
    let reader = FieldReader(document.value)
    let metadata = try reader.object("metadata")
    name = try metadata.required("name")
    let namespace = try metadata.string("namespace")
    self.namespace = namespace.isEmpty ? ApplicationSet.defaultNamespace : namespace
    self.document = document
    position = document.position([])
    let spec = try reader.object("spec")
    goTemplate = try spec.bool("goTemplate") ?? false
    goTemplateOptions = try spec.strings("goTemplateOptions")
    guard spec.value["generators"] != nil else {
      throw DefinitionError("is missing: a set without generators makes no application", path: spec.path + [.key("generators")])
    }
    generators = try spec.values("generators").enumerated().map { index, value in
      Generator(value: value, path: [.key("spec"), .key("generators"), .index(index)])
    }
    template = try spec.object("template").value
    templatePatch = try spec.optionalString("templatePatch")
    let policy = try spec.object("syncPolicy")
    let sync = try policy.string("applicationsSync")
    guard let applicationsSync = sync.isEmpty ? .sync : Policy.Sync(rawValue: sync) else {
      throw DefinitionError(
        "must be one of \(Policy.Sync.allCases.map(\.rawValue).joined(separator: ", ")), not \"\(sync)\"",
        path: policy.path + [.key("applicationsSync")])
    }
    syncPolicy = Policy(
      preserveResourcesOnDeletion: try policy.bool("preserveResourcesOnDeletion") ?? false, applicationsSync: applicationsSync)
    let preserved = try spec.object("preservedFields")
    preservedAnnotations = try preserved.strings("annotations")
    preservedLabels = try preserved.strings("labels")
    dependsOn = try spec.values("dependsOn")
    strategy = spec.raw("strategy")
    preview = spec.raw("preview")
    deletionGuard = spec.raw("deletionGuard")
  }
}

/// An Application that stands in the definition files as such, not made by a set.
public struct ApplicationDefinition: Sendable {
  /// Its name.
  public var name: String
  /// Its namespace.
  public var namespace: String
  /// The document as written, with the places of its fields.
  public var document: YAMLDocument
  /// What must be ready before it may sync.
  public var dependsOn: [Dependency]

  /// `Application namespace/name`, as diagnostics say it.
  public var subject: String { "Application \(namespace)/\(name)" }

  /// Where it is defined.
  public var position: SourcePosition { document.position([]) }

  /// Reads an application.
  ///
  /// - Throws: the first field of the wrong type, or that it has no name.
  public init(_ document: YAMLDocument) throws(DefinitionError) {
    let application = try Application(document.value)
    if application.name.isEmpty { throw DefinitionError("is missing", path: [.key("metadata"), .key("name")]) }
    name = application.name
    namespace = application.namespace.isEmpty ? ApplicationSet.defaultNamespace : application.namespace
    self.document = document
    dependsOn = application.dependsOn.enumerated().map { index, dependency in
      var dependency = dependency
      dependency.position = document.position([.key("spec"), .key("dependsOn"), .index(index)])
      return dependency
    }
  }
}
