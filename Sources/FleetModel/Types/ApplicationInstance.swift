import Document

/// Where an application instance comes from: what `flotilla why` and every message about it name.
public struct Provenance: Sendable, Hashable {
  /// The set as `namespace/name`; nil for an application that stands in the definition files as such.
  public var applicationSet: String?
  /// The kind of generator, such as `matrix[clusters, git directories]`.
  public var generator: String
  /// The element in words, such as `cluster prod-eu-1, directory apps/web`.
  public var element: String
  /// The files of Git sources that made the element, sorted.
  public var files: [String]
  /// The commit that those files were read at; nil where no Git source took part.
  public var commit: String?
  /// Where the generator, or the application, stands in the definition files.
  public var position: SourcePosition?

  /// Makes a provenance.
  public init(
    applicationSet: String?, generator: String, element: String, files: [String] = [], commit: String? = nil,
    position: SourcePosition? = nil
  ) {
    self.applicationSet = applicationSet
    self.generator = generator
    self.element = element
    self.files = files
    self.commit = commit
    self.position = position
  }
}

/// One application that the definitions ask for, fully rendered.
public struct ApplicationInstance: Sendable, Hashable {
  /// What it is; stays when its name changes.
  public var id: InstanceID
  /// The name of the application.
  public var name: String
  /// The namespace of the application, which is that of its set.
  public var namespace: String
  /// The whole `argoproj.io/v1alpha1` Application as Argo CD would print it, without Flotilla's own fields.
  public var application: Value
  /// What must be ready before it may sync.
  public var dependsOn: [Dependency]
  /// Where it comes from.
  public var provenance: Provenance

  /// Makes an instance.
  public init(
    id: InstanceID, name: String, namespace: String, application: Value, dependsOn: [Dependency] = [], provenance: Provenance
  ) {
    self.id = id
    self.name = name
    self.namespace = namespace
    self.application = application
    self.dependsOn = dependsOn
    self.provenance = provenance
  }

  /// The labels of the application.
  public var labels: [String: String] { StringMaps.strings(application[at: "metadata", "labels"]) }

  /// The annotations of the application.
  public var annotations: [String: String] { StringMaps.strings(application[at: "metadata", "annotations"]) }
}

/// Reading of objects whose values are all text.
public enum StringMaps {
  /// The members whose values are text; empty for everything that is no object.
  public static func strings(_ value: Value?) -> [String: String] {
    guard let object = value?.objectValue else { return [:] }
    var result: [String: String] = [:]
    result.reserveCapacity(object.count)
    for member in object {
      if let text = member.value.stringValue { result[member.key] = text }
    }
    return result
  }

  /// An object of the strings, sorted by key.
  public static func value(_ strings: [String: String]) -> Value {
    .object(Object(strings.map { Member(key: $0.key, value: .string($0.value)) }))
  }
}
