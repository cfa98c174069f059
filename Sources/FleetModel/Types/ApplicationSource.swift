import Document

/// One source of an application: a path of a Git repository or a Helm chart, with the settings of the tool that renders it.
public struct ApplicationSource: Sendable, Hashable {
  /// A name with a value, as in Helm parameters, plugin variables and info.
  public struct NamedValue: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: String

    /// Makes a pair.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The repository of the source or of the chart.
  public var repoURL: String
  /// The folder within a Git repository.
  public var path: String
  /// Branch, tag, commit, or chart version; empty means HEAD.
  public var targetRevision: String
  /// The chart, for a Helm repository.
  public var chart: String
  /// A name by which the value files of other sources refer to this one.
  public var ref: String
  /// A name for people.
  public var name: String
  /// Settings of Helm; nil where the source has none.
  public var helm: HelmSource?
  /// Settings of Kustomize; nil where the source has none.
  public var kustomize: KustomizeSource?
  /// Settings of a folder of plain files; nil where the source has none.
  public var directory: DirectorySource?
  /// The settings of a plugin, as they stand.
  public var plugin: Value?
  /// The whole source as it stands.
  public var document: Value

  /// Settings of a folder of plain files.
  public struct DirectorySource: Sendable, Hashable {
    /// Whether folders below are read too.
    public var recurse: Bool
    /// A pattern of files to read; empty: all.
    public var include: String
    /// A pattern of files to leave out.
    public var exclude: String
    /// Settings of Jsonnet, as they stand.
    public var jsonnet: Value?

    /// Makes settings.
    public init(recurse: Bool = false, include: String = "", exclude: String = "", jsonnet: Value? = nil) {
      self.recurse = recurse
      self.include = include
      self.exclude = exclude
      self.jsonnet = jsonnet
    }
  }

  /// Settings of Helm.
  public struct HelmSource: Sendable, Hashable {
    /// One `--set`.
    public struct Parameter: Sendable, Hashable {
      /// The path of the value.
      public var name: String
      /// The value.
      public var value: String
      /// Whether the value stays text (`--set-string`).
      public var forceString: Bool
    }

    /// A `--set-file`.
    public struct FileParameter: Sendable, Hashable {
      /// The path of the value.
      public var name: String
      /// The file.
      public var path: String
    }

    /// The release; empty: the application's name.
    public var releaseName: String
    /// Files of values, later ones win.
    public var valueFiles: [String]
    /// Values as YAML text.
    public var values: String
    /// Values as a tree; wins over ``values``.
    public var valuesObject: Value?
    /// Single values, which win over everything else.
    public var parameters: [Parameter]
    /// Single values from files.
    public var fileParameters: [FileParameter]
    /// The Helm version asked for, such as `v3`.
    public var version: String
    /// The namespace to template for.
    public var namespace: String
    /// The Kubernetes version to template for.
    public var kubeVersion: String
    /// API versions to template for.
    public var apiVersions: [String]
    /// Whether missing value files are passed over.
    public var ignoreMissingValueFiles: Bool
    /// Whether credentials are sent to all domains.
    public var passCredentials: Bool
    /// Whether the chart's CRDs are left out.
    public var skipCrds: Bool
    /// Whether the chart's values schema is not checked.
    public var skipSchemaValidation: Bool
    /// Whether the chart's tests are left out.
    public var skipTests: Bool
  }

  /// Settings of Kustomize; what is rarely used is kept as it stands.
  public struct KustomizeSource: Sendable, Hashable {
    /// Put before every name.
    public var namePrefix: String
    /// Put after every name.
    public var nameSuffix: String
    /// Images to replace, as `name=new:tag` and its other forms.
    public var images: [String]
    /// Labels for all objects.
    public var commonLabels: [String: String]
    /// Annotations for all objects.
    public var commonAnnotations: [String: String]
    /// The namespace for all objects.
    public var namespace: String
    /// Components to add.
    public var components: [String]
    /// Whether missing components are passed over.
    public var ignoreMissingComponents: Bool
    /// Numbers of replicas: `{name, count}`.
    public var replicas: [Value]
    /// Patches: `{path | patch, target, options}`.
    public var patches: [Value]
    /// Whether common labels replace existing ones.
    public var forceCommonLabels: Bool
    /// Whether common annotations replace existing ones.
    public var forceCommonAnnotations: Bool
    /// Whether common labels are put on selectors too; false leaves selectors alone.
    public var labelWithoutSelector: Bool
    /// Whether common labels are put on pod templates too.
    public var labelIncludeTemplates: Bool
    /// Whether variables in common annotations are replaced.
    public var commonAnnotationsEnvsubst: Bool
    /// The Kustomize version asked for.
    public var version: String
    /// The Kubernetes version for charts inside.
    public var kubeVersion: String
    /// The API versions for charts inside.
    public var apiVersions: [String]
  }

  /// Reads a source.
  ///
  /// - Throws: the first field of the wrong type.
  init(_ reader: FieldReader) throws(DefinitionError) {
    document = reader.value
    repoURL = try reader.string("repoURL")
    path = try reader.string("path")
    targetRevision = try reader.string("targetRevision")
    chart = try reader.string("chart")
    ref = try reader.string("ref")
    name = try reader.string("name")
    plugin = reader.raw("plugin")
    if reader.has("directory") {
      let field = try reader.object("directory")
      directory = DirectorySource(
        recurse: try field.bool("recurse") ?? false, include: try field.string("include"), exclude: try field.string("exclude"),
        jsonnet: field.raw("jsonnet"))
    }
    if reader.has("helm") { helm = try HelmSource(try reader.object("helm")) }
    if reader.has("kustomize") { kustomize = try KustomizeSource(try reader.object("kustomize")) }
  }

  /// Reads one entry of `spec.sources`, or `spec.source`.
  ///
  /// - Throws: the first field of the wrong type.
  public init(_ value: Value) throws(DefinitionError) {
    guard value.objectValue != nil else { throw DefinitionError("must be an object, not \(value.kindName)") }
    try self.init(FieldReader(value))
  }
}

extension ApplicationSource.HelmSource {
  init(_ field: FieldReader) throws(DefinitionError) {
    releaseName = try field.string("releaseName")
    valueFiles = try field.strings("valueFiles")
    values = try field.string("values")
    valuesObject = field.raw("valuesObject")
    var parameters: [Parameter] = []
    for entry in try field.objects("parameters") {
      parameters.append(
        Parameter(name: try entry.string("name"), value: try entry.string("value"), forceString: try entry.bool("forceString") ?? false))
    }
    self.parameters = parameters
    var files: [FileParameter] = []
    for entry in try field.objects("fileParameters") {
      files.append(FileParameter(name: try entry.string("name"), path: try entry.string("path")))
    }
    fileParameters = files
    version = try field.string("version")
    namespace = try field.string("namespace")
    kubeVersion = try field.string("kubeVersion")
    apiVersions = try field.strings("apiVersions")
    ignoreMissingValueFiles = try field.bool("ignoreMissingValueFiles") ?? false
    passCredentials = try field.bool("passCredentials") ?? false
    skipCrds = try field.bool("skipCrds") ?? false
    skipSchemaValidation = try field.bool("skipSchemaValidation") ?? false
    skipTests = try field.bool("skipTests") ?? false
  }
}

extension ApplicationSource.KustomizeSource {
  init(_ field: FieldReader) throws(DefinitionError) {
    namePrefix = try field.string("namePrefix")
    nameSuffix = try field.string("nameSuffix")
    images = try field.strings("images")
    commonLabels = try field.stringMap("commonLabels")
    commonAnnotations = try field.stringMap("commonAnnotations")
    namespace = try field.string("namespace")
    components = try field.strings("components")
    ignoreMissingComponents = try field.bool("ignoreMissingComponents") ?? false
    replicas = try field.values("replicas")
    patches = try field.values("patches")
    forceCommonLabels = try field.bool("forceCommonLabels") ?? false
    forceCommonAnnotations = try field.bool("forceCommonAnnotations") ?? false
    labelWithoutSelector = try field.bool("labelWithoutSelector") ?? false
    labelIncludeTemplates = try field.bool("labelIncludeTemplates") ?? false
    commonAnnotationsEnvsubst = try field.bool("commonAnnotationsEnvsubst") ?? false
    version = try field.string("version")
    kubeVersion = try field.string("kubeVersion")
    apiVersions = try field.strings("apiVersions")
  }
}
