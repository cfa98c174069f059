import Document

extension Fleet {
  /// Reads a `flotilla.dev/v1alpha1` Fleet.
  ///
  /// - Throws: the first field of the wrong type.
  public init(_ document: YAMLDocument) throws(DefinitionError) {
    let reader = FieldReader(document.value)
    let spec = try reader.object("spec")
    self.init(name: try (try reader.object("metadata")).required("name"))
    position = document.position([])
    limits = try Limits(try spec.object("limits"))
    guards = try Guards(try spec.object("guards"))
    retry = try RetryPolicy(try spec.object("retry"), defaults: RetryPolicy())
    intervals = try Intervals(try spec.object("intervals"))
    inCluster = try spec.optionalString("inCluster")
    generators = try GeneratorSettings(try spec.object("generators"))
    for (index, entry) in (try spec.objects("healthChecks")).enumerated() {
      healthChecks.append(try HealthCheck(entry, document.position(["spec", "healthChecks", .index(index)])))
    }
    if spec.has("definitions") {
      let source = try spec.object("definitions")
      let revision = try source.string("revision")
      let path = try source.string("path")
      definitions = DefinitionsSource(
        repoURL: try source.optionalString("repoURL"), revision: revision.isEmpty ? "HEAD" : revision, path: path.isEmpty ? "." : path)
    }
  }
}

extension Fleet.Limits {
  init(_ field: FieldReader) throws(DefinitionError) {
    let defaults = Fleet.Limits()
    self.init(
      perCluster: try field.count("perCluster", defaults.perCluster), fleet: try field.count("fleet", defaults.fleet),
      syncTimeout: try field.duration("syncTimeout") ?? defaults.syncTimeout,
      waveTimeout: try field.duration("waveTimeout") ?? defaults.waveTimeout,
      instancesPerSet: try field.count("instancesPerSet", defaults.instancesPerSet))
  }
}

extension Fleet.GeneratorSettings {
  init(_ field: FieldReader) throws(DefinitionError) {
    let name = try field.string("fileGlobbing")
    guard let mode = name.isEmpty ? .pathspec : FileGlobbing(rawValue: name) else {
      let known = FileGlobbing.allCases.map(\.rawValue)
      throw DefinitionError(
        "must be one of \(known.joined(separator: ", ")), not \"\(name)\"", path: field.path + [.key("fileGlobbing")])
    }
    self.init(fileGlobbing: mode, hiddenDirectories: try field.bool("hiddenDirectories") ?? false)
  }
}

extension Fleet.Guards {
  init(_ field: FieldReader) throws(DefinitionError) {
    let defaults = Fleet.Guards()
    self.init(
      maxRemovals: try field.count("maxRemovals", defaults.maxRemovals),
      maxRemovalPercent: try field.count("maxRemovalPercent", defaults.maxRemovalPercent),
      maxRemovalsPerHour: try field.count("maxRemovalsPerHour", defaults.maxRemovalsPerHour))
  }
}

extension Fleet.Intervals {
  init(_ field: FieldReader) throws(DefinitionError) {
    let defaults = Fleet.Intervals()
    self.init(
      definitions: try field.duration("definitions") ?? defaults.definitions,
      repositories: try field.duration("repositories") ?? defaults.repositories)
  }
}

extension Repository {
  /// Reads a `flotilla.dev/v1alpha1` Repository.
  ///
  /// - Throws: the first field that is missing or of the wrong type.
  public init(_ document: YAMLDocument) throws(DefinitionError) {
    let reader = FieldReader(document.value)
    let spec = try reader.object("spec")
    self.init(name: try (try reader.object("metadata")).required("name"), url: try spec.required("url"))
    position = document.position([])
    mirror = try spec.optionalString("mirror")
    proxyURL = try spec.optionalString("proxyURL")
    caData = try spec.optionalString("caData")
    insecure = try spec.bool("insecure") ?? false
    depth = try spec.count("depth", 0)
    pollInterval = try spec.duration("pollInterval")
    if spec.has("credentials") { credentials = try CredentialReference(try spec.object("credentials")) }
  }
}

extension CredentialReference {
  init(_ field: FieldReader) throws(DefinitionError) {
    let given = ["passwordFile", "passwordVariable", "sshKeyFile", "secretRef"].filter { field.has($0) }
    guard given.count == 1 else {
      throw DefinitionError(
        given.isEmpty
          ? "needs one of passwordFile, passwordVariable, sshKeyFile or secretRef"
          : "has \(given.joined(separator: " and ")): give one of them", path: field.path)
    }
    let username = try field.string("username")
    if let path = try field.optionalString("passwordFile") {
      self = .passwordFile(username: username, path: path)
    } else if let variable = try field.optionalString("passwordVariable") {
      self = .passwordVariable(username: username, variable: variable)
    } else if let path = try field.optionalString("sshKeyFile") {
      self = .sshKeyFile(path: path)
    } else {
      let reference = try field.object("secretRef")
      let namespace = try reference.string("namespace")
      self = .secret(namespace: namespace.isEmpty ? ApplicationSet.defaultNamespace : namespace, name: try reference.required("name"))
    }
  }
}
