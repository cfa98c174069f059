import Document

extension Cluster {
  /// Reads a `flotilla.dev/v1alpha1` Cluster.
  ///
  /// - Throws: the first field that is missing, of the wrong type, or in conflict with another one.
  public init(_ document: YAMLDocument) throws(DefinitionError) {
    let reader = FieldReader(document.value)
    let metadata = try reader.object("metadata")
    let spec = try reader.object("spec")
    let given = ["server", "kubeconfig", "simulated"].filter { spec.has($0) }
    guard given.count == 1 else {
      throw DefinitionError(
        given.isEmpty
          ? "needs one of server, kubeconfig or simulated"
          : "has \(given.joined(separator: " and ")): a cluster is reached in one way", path: spec.path)
    }
    let access: ClusterAccess
    if spec.has("kubeconfig") {
      let kubeconfig = try spec.object("kubeconfig")
      access = .kubeconfig(path: try kubeconfig.required("path"), context: try kubeconfig.optionalString("context"))
    } else if spec.has("simulated") {
      access = .simulated(try SimulatedClusterSettings(try spec.object("simulated")))
    } else {
      access = .server(try ServerAccess(spec))
    }
    var labels = try metadata.stringMap("labels")
    labels[Cluster.secretTypeLabel] = "cluster"
    self.init(
      name: try metadata.required("name"), labels: labels, annotations: try metadata.stringMap("annotations"),
      project: try spec.string("project"), access: access, namespaces: try spec.strings("namespaces"), position: document.position([]))
  }

  /// Reads a cluster Secret as Argo CD stores it.
  ///
  /// - Throws: the first entry that is missing or cannot be read; never with the content of a credential.
  public init(secret document: YAMLDocument) throws(DefinitionError) {
    let metadata = try FieldReader(document.value).object("metadata")
    let entries = try SecretEntries(document.value)
    guard let server = try entries.text("server"), !server.isEmpty else {
      throw DefinitionError("the cluster Secret has no entry \"server\"", path: ["stringData"])
    }
    let given = try entries.text("name") ?? ""
    var access = ServerAccess(url: server)
    if let config = try entries.text("config"), !config.isEmpty {
      let value: Value
      do {
        value = try JSON.decode(config)
      } catch {
        // The parser's own message could quote the credential.
        throw DefinitionError("the entry \"config\" of the cluster Secret is no JSON", path: ["stringData", "config"])
      }
      do {
        access = try ServerAccess(url: server, config: FieldReader(value))
      } catch {
        throw DefinitionError(
          "the entry \"config\" of the cluster Secret: \(FieldPath.text(error.path)) \(error.message)", path: ["stringData", "config"])
      }
    }
    let namespaces = try entries.text("namespaces") ?? ""
    self.init(
      // Argo CD falls back to the address where a Secret names no cluster.
      name: given.isEmpty ? server : given, labels: try metadata.stringMap("labels"),
      annotations: try metadata.stringMap("annotations"), project: try entries.text("project") ?? "", access: .server(access),
      namespaces: namespaces.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }, position: document.position([]))
  }
}

/// The entries of a Secret, whichever of `data` and `stringData` they stand in.
struct SecretEntries {
  private let data: Value?
  private let stringData: Value?

  init(_ document: Value) throws(DefinitionError) {
    data = document["data"]
    stringData = document["stringData"]
    for (field, value) in [("data", data), ("stringData", stringData)] {
      if let value, !value.isNull, value.objectValue == nil {
        throw DefinitionError("must be an object, not \(value.kindName)", path: [.key(field)])
      }
    }
  }

  func text(_ name: String) throws(DefinitionError) -> String? {
    if let plain = stringData?[name], !plain.isNull {
      guard let text = plain.stringValue else {
        throw DefinitionError("must be text, not \(plain.kindName): put it in quotes", path: ["stringData", .key(name)])
      }
      return text
    }
    guard let encoded = data?[name], !encoded.isNull else { return nil }
    guard let text = encoded.stringValue, let bytes = Base64.decode(text.utf8), let decoded = String(validating: bytes, as: UTF8.self)
    else {
      throw DefinitionError("is not base64 of text; use stringData for plain text", path: ["data", .key(name)])
    }
    return decoded
  }
}

extension SimulatedClusterSettings {
  init(_ field: FieldReader) throws(DefinitionError) {
    let defaults = SimulatedClusterSettings()
    let errorRate = try field.number("errorRate") ?? defaults.errorRate
    guard (0...1).contains(errorRate) else {
      throw DefinitionError("must be between 0 and 1", path: field.path + ["errorRate"])
    }
    let version = try field.string("kubernetesVersion")
    self.init(
      readyAfter: try field.duration("readyAfter") ?? defaults.readyAfter, latency: try field.duration("latency") ?? defaults.latency,
      errorRate: errorRate, failingImages: try field.strings("failingImages"), offline: try field.bool("offline") ?? false,
      seed: UInt64(try field.count("seed", Int(defaults.seed))), kubernetesVersion: version.isEmpty ? defaults.kubernetesVersion : version)
  }
}
