import Document

extension Definitions {
  /// Reads definition files.
  ///
  /// Nothing that is wrong in one document touches another one. Files are read in the order of their paths, whatever order they are
  /// given in, so that "the first of two" always means the same one.
  ///
  /// - Parameters:
  ///   - files: YAML or JSON files, any number of documents in each.
  ///   - strict: Whether an unknown field makes its document unusable.
  public static func decode(_ files: [SourceFile], strict: Bool = false) -> Definitions {
    var decoder = DefinitionDecoder(strict: strict)
    for file in files.sorted(by: { ByteOrder.less($0.path, $1.path) }) { decoder.read(file) }
    return decoder.finish()
  }
}

/// Collects the definitions of all files.
struct DefinitionDecoder {
  /// Fields of projects that are understood and not acted on yet, with what that means.
  private static let unheeded = [
    ("syncWindows", "syncs are not held outside of its windows"), ("destinationServiceAccounts", "syncs use the hub's own account"),
  ]

  private let strict: Bool
  private var result = Definitions()
  private var seen: [String: SourcePosition] = [:]
  private var sawFleet: SourcePosition?
  private var clustersByName: [String: Int] = [:]
  private var clustersByServer: [String: Int] = [:]

  init(strict: Bool) { self.strict = strict }

  mutating func read(_ file: SourceFile) {
    let stream = YAML.decodeStream(file.bytes, file: file.path, positions: true)
    for error in stream.errors {
      result.brokenFiles.insert(file.path)
      let position = error.position ?? SourcePosition(file: file.path, line: 1, column: 1)
      result.diagnostics.append(Diagnostic(.error, error.message + error.advice, at: position))
    }
    for document in stream.documents { read(document) }
  }

  mutating func finish() -> Definitions {
    var result = result
    result.applicationSets.sort { ByteOrder.less($0.id, $1.id) }
    result.applications.sort { ByteOrder.less("\($0.namespace)/\($0.name)", "\($1.namespace)/\($1.name)") }
    result.projects.sort { ByteOrder.less($0.name, $1.name) }
    result.clusters.sort { ByteOrder.less($0.name, $1.name) }
    result.repositories.sort { ByteOrder.less($0.name, $1.name) }
    result.diagnostics.sort()
    return result
  }

  private mutating func report(
    _ severity: Diagnostic.Severity, _ message: String, _ document: YAMLDocument, _ path: [PathComponent] = [], subject: String? = nil
  ) {
    result.diagnostics.append(Diagnostic(severity, message, at: document.position(path), subject: subject))
  }

  private mutating func read(_ document: YAMLDocument) {
    guard document.value.objectValue != nil else {
      return report(.warning, "a definition is an object with apiVersion and kind, not \(document.value.kindName): ignored", document)
    }
    let apiVersion = document.value["apiVersion"]?.stringValue ?? ""
    guard let kind = document.value["kind"]?.stringValue, !kind.isEmpty else {
      return report(.warning, "a document without kind is no definition: ignored", document)
    }
    if apiVersion == "v1" && kind == "List" { return readList(document) }
    guard let known = DefinitionKind(document.value, apiVersion: apiVersion, kind: kind) else {
      return readOther(document, apiVersion, kind)
    }
    let name = document.value[at: "metadata", "name"]?.stringValue ?? ""
    let namespace = known.isNamespaced ? document.value[at: "metadata", "namespace"]?.stringValue ?? ApplicationSet.defaultNamespace : ""
    let subject = namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)"
    do throws(DefinitionError) {
      if name.isEmpty { throw DefinitionError("metadata.name is missing: give the \(kind) a name", path: ["metadata", "name"]) }
      if let first = seen[subject] {
        return report(.error, "is defined twice: \(first) is used, this one is not", document, subject: subject)
      }
      seen[subject] = document.position([])
      try check(document, known, subject)
      try take(document, known, subject)
    } catch {
      result.brokenSubjects.insert(subject)
      let prefix = error.path.isEmpty ? "" : "\(FieldPath.text(error.path)) "
      let message = error.message.hasPrefix(prefix) ? error.message : prefix + error.message
      report(.error, message, document, error.path, subject: subject)
    }
  }

  /// Compares with the schema; the first field of a wrong type is thrown, since nothing can be made of the document.
  private mutating func check(_ document: YAMLDocument, _ kind: DefinitionKind, _ subject: String) throws(DefinitionError) {
    guard let schema = kind.schema else { return }
    var wrong: SchemaFinding?
    var unknown = 0
    for finding in SchemaCheck.findings(document.value, schema) {
      if finding.kind == .unknownField { unknown += 1 }
      if finding.kind == .wrongType && wrong == nil {
        wrong = finding
        continue
      }
      let severity: Diagnostic.Severity = strict || finding.kind == .wrongType ? .error : .warning
      report(severity, finding.message, document, finding.path, subject: subject)
    }
    if let wrong { throw DefinitionError(wrong.message, path: wrong.path) }
    if strict && unknown > 0 {
      throw DefinitionError("not used because of \(unknown) unknown field\(unknown == 1 ? "" : "s") (strict)")
    }
  }

  private mutating func take(_ document: YAMLDocument, _ kind: DefinitionKind, _ subject: String) throws(DefinitionError) {
    switch kind {
    case .applicationSet:
      let set = try ApplicationSet(document)
      try DefinitionDecoder.checkDependencies(set.dependsOn, ["spec", "dependsOn"])
      if set.generators.isEmpty {
        report(.warning, "spec.generators is empty: the set makes no application", document, ["spec", "generators"], subject: subject)
      }
      for generator in set.generators where generator.value.objectValue?.contains(where: { GeneratorSchema.kinds.contains($0.key) }) != true
      {
        let given = (generator.value.objectValue?.keys ?? []).filter { $0 != "selector" }
        let hint = given.first.map { NearestName.hint($0, in: GeneratorSchema.kinds) } ?? ""
        let names = given.isEmpty ? "no generator" : "unrecognized generators: \(given.joined(separator: ", "))"
        report(.error, "contains \(names)\(hint)", document, generator.path, subject: subject)
      }
      if let strategy = document.value[at: "spec", "strategy", "type"]?.stringValue, strategy != "", strategy != "AllAtOnce" {
        let known = strategy == "RollingSync" ? "" : " is no strategy\(NearestName.hint(strategy, in: ["AllAtOnce", "RollingSync"])), and"
        let message =
          "spec.strategy.type \(strategy)\(known) has no effect in this version: applications are synced all at once, in the order of "
          + "their dependencies"
        report(.warning, message, document, ["spec", "strategy", "type"], subject: subject)
      }
      result.applicationSets.append(set)
    case .application: result.applications.append(try ApplicationDefinition(document))
    case .appProject:
      result.projects.append(AppProject(document.value, position: document.position([])))
      for (field, consequence) in DefinitionDecoder.unheeded where document.value["spec"]?[field]?.arrayValue?.isEmpty == false {
        report(.warning, "spec.\(field) has no effect in this version: \(consequence)", document, ["spec", .key(field)], subject: subject)
      }
    case .cluster: try addCluster(try Cluster(document), document, subject)
    case .clusterSecret: try addCluster(try Cluster(secret: document), document, subject)
    case .repository: result.repositories.append(try Repository(document))
    case .fleet:
      if let first = sawFleet {
        throw DefinitionError("a second Fleet document: \(first) is used; one fleet has one")
      }
      result.fleet = try Fleet(document)
      sawFleet = document.position([])
    case .configMap: result.configMaps.append(document.value)
    case .otherSecret: break
    }
  }

  private mutating func addCluster(_ cluster: Cluster, _ document: YAMLDocument, _ subject: String) throws(DefinitionError) {
    if let other = clustersByName[cluster.name].map({ result.clusters[$0] }) {
      let place = other.position.map { " at \($0)" } ?? ""
      throw DefinitionError("a cluster named \"\(cluster.name)\" is registered already\(place): cluster names are unique")
    }
    if let other = clustersByServer[cluster.serverURL].map({ result.clusters[$0] }) {
      report(
        .warning,
        "has the same server as cluster \"\(other.name)\": \(cluster.serverURL); applications that name the server may mean either",
        document, ["spec", "server"], subject: subject)
    }
    clustersByName[cluster.name] = result.clusters.count
    if clustersByServer[cluster.serverURL] == nil { clustersByServer[cluster.serverURL] = result.clusters.count }
    result.clusters.append(cluster)
  }

  static func checkDependencies(_ entries: [Value], _ path: [PathComponent]) throws(DefinitionError) {
    for (index, entry) in entries.enumerated() {
      do {
        _ = try Dependency(entry)
      } catch {
        throw DefinitionError(error.message, path: path + [.index(index)] + error.path)
      }
    }
  }

  private mutating func readList(_ document: YAMLDocument) {
    for (index, item) in (document.value["items"]?.arrayValue ?? []).enumerated() {
      let position = document.position(["items", .index(index)])
      read(YAMLDocument(value: item, file: position.file, line: position.line))
    }
  }

  private mutating func readOther(_ document: YAMLDocument, _ apiVersion: String, _ kind: String) {
    let group = GroupVersionKind(apiVersion: apiVersion, kind: kind).group
    if group == "argoproj.io" || group == "flotilla.dev" || DefinitionKind.names.contains(kind) {
      let expected = DefinitionKind.expected(for: kind)
      return report(.warning, "\(apiVersion) \(kind) is no kind that Flotilla knows\(expected): ignored", document)
    }
    if let near = NearestName.find(kind, in: DefinitionKind.names), near.lowercased() == kind.lowercased() {
      report(.warning, "kind \"\(kind)\" is not known: did you mean \"\(near)\"?", document)
    }
    result.otherObjects.append(document.value)
  }
}

/// The kinds of documents that definition files may hold.
enum DefinitionKind: Sendable {
  case applicationSet
  case application
  case appProject
  case cluster
  case clusterSecret
  case repository
  case fleet
  case configMap
  case otherSecret

  static let names = ["ApplicationSet", "Application", "AppProject", "Cluster", "Repository", "Fleet"]

  init?(_ document: Value, apiVersion: String, kind: String) {
    switch (apiVersion, kind) {
    case ("argoproj.io/v1alpha1", "ApplicationSet"): self = .applicationSet
    case ("argoproj.io/v1alpha1", "Application"): self = .application
    case ("argoproj.io/v1alpha1", "AppProject"): self = .appProject
    case ("flotilla.dev/v1alpha1", "Cluster"): self = .cluster
    case ("flotilla.dev/v1alpha1", "Repository"): self = .repository
    case ("flotilla.dev/v1alpha1", "Fleet"): self = .fleet
    case ("v1", "Secret"):
      self = document[at: "metadata", "labels", Cluster.secretTypeLabel]?.stringValue == "cluster" ? .clusterSecret : .otherSecret
    case ("v1", "ConfigMap"): self = .configMap
    default: return nil
    }
  }

  static func expected(for kind: String) -> String {
    switch kind {
    case "ApplicationSet", "Application", "AppProject": ": write apiVersion: argoproj.io/v1alpha1"
    case "Cluster", "Repository", "Fleet": ": write apiVersion: flotilla.dev/v1alpha1"
    default: NearestName.hint(kind, in: names)
    }
  }

  var isNamespaced: Bool {
    switch self {
    case .cluster, .repository, .fleet: false
    default: true
    }
  }

  var schema: ObjectSchema? {
    switch self {
    case .applicationSet: ApplicationSetSchema.applicationSet
    case .application: ApplicationSchema.application
    case .appProject: AppProjectSchema.appProject
    case .cluster: FleetSchema.cluster
    case .repository: FleetSchema.repository
    case .fleet: FleetSchema.fleet
    case .clusterSecret, .configMap, .otherSecret: nil
    }
  }
}
