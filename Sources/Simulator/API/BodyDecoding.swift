import Document

/// A decoded body: the object in the form in which it would be stored, and what was wrong with it.
struct DecodedBody {
  var object: Value
  var warnings: [String] = []
}

extension SimulatedCluster {
  static let bodyTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"]

  /// The body of a POST or PUT as a tree.
  func parse(_ request: APIRequest, kind: String = "") throws(APIFailure) -> Value {
    guard request.hasWellFormedMediaType else { throw APIFailure.unsupportedMediaType(SimulatedCluster.bodyTypes) }
    switch request.mediaType {
    case "", "application/json", "application/yaml", "*/*": break
    case ProtobufBody.mediaType:
      do { return try ProtobufBody.decode(request.body) } catch { throw APIFailure.badRequest(error.message) }
    default: throw APIFailure.unsupportedMediaType(SimulatedCluster.bodyTypes)
    }
    do {
      if request.mediaType == "application/yaml" {
        return try YAML.decode(String(decoding: request.body, as: UTF8.self), duplicateKeys: .lastWins)
      }
      return SimulatedCluster.withoutNegativeZeros(try JSON.decode(request.body), request.body)
    } catch {
      throw SimulatedCluster.unreadable(request.body, kind, error.message)
    }
  }

  /// Kubernetes stores a zero with a sign as a plain one.
  private static func withoutNegativeZeros(_ value: Value, _ body: [UInt8]) -> Value {
    // Hardly any body has one, so that the tree is walked only where the text has it.
    guard zip(body, body.dropFirst()).contains(where: { $0 == UInt8(ascii: "-") && $1 == UInt8(ascii: "0") }) else { return value }
    func plain(_ value: Value) -> Value {
      switch value {
      case .double(let number) where number == 0: .int(0)
      case .array(let items): .array(items.map(plain))
      case .object(let object): .object(Object(object.map { Member(key: $0.key, value: plain($0.value)) }))
      default: value
      }
    }
    return plain(value)
  }

  /// A body that is no object of any kind; the text quotes its beginning.
  static func unreadable(_ body: [UInt8], _ kind: String, _ message: String) -> APIFailure {
    let text = String(decoding: body.prefix(30), as: UTF8.self)
    let shown = body.isEmpty ? "<empty>" : body.count > 30 ? "\(text) ..." : text
    let type = kind.isEmpty ? "" : " (must be of type \(kind))"
    return APIFailure.badRequest(
      "the object provided is unrecognized\(type): couldn't get version/kind; json parse error: \(message) (\(shown))")
  }

  /// The body of a POST or PUT, checked against the type of the resource.
  func decodeBody(_ request: APIRequest, _ resource: ResourceType, _ options: WriteOptions) throws(APIFailure) -> DecodedBody {
    var raw = try parse(request, kind: resource.kind)
    if raw.isNull { raw = .object(Object()) }
    if case .array = raw {
      let hex = request.body.prefix(30).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      throw APIFailure.badRequest(
        "the object provided is unrecognized (must be of type \(resource.kind)): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" } (\(hex))"
      )
    }
    let duplicates =
      options.validation == .ignore || ["application/yaml", ProtobufBody.mediaType].contains(request.mediaType)
      ? [] : DuplicateFields.find(request.body)
    let sent = (raw["apiVersion"]?.stringValue ?? "", raw["kind"]?.stringValue ?? "")
    if resource.custom != nil {
      if sent.1.isEmpty {
        let text = String(decoding: request.body, as: UTF8.self)
        let shown = request.body.count > 30 ? "\(String(decoding: request.body.prefix(30), as: UTF8.self)) ..." : text
        throw APIFailure.badRequest(
          "the object provided is unrecognized (must be of type \(resource.kind)): Object 'Kind' is missing in '\(text)' (\(shown))")
      }
      if sent.0 != resource.apiVersion {
        throw APIFailure.badRequest(
          "the API version in the data (\(sent.0)) does not match the expected API version (\(resource.apiVersion))")
      }
      if sent.1 != resource.kind {
        throw APIFailure.invalid(
          group: resource.group, kind: sent.1, name: raw[at: "metadata", "name"]?.stringValue ?? "",
          [.invalid("kind", .string(sent.1), "must be \(resource.kind)")])
      }
    } else {
      if !sent.1.isEmpty, sent.1 != resource.kind {
        throw APIFailure.badRequest(
          "\(sent.1) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): converting (\(resource.version).\(sent.1)) to (\(SimulatedCluster.internalGroup(resource)).\(resource.kind)): unknown conversion"
        )
      }
      if !sent.0.isEmpty, sent.0 != resource.apiVersion {
        throw APIFailure.badRequest(
          "\(resource.kind) in version \"\(sent.0)\" cannot be handled as a \(resource.kind): no kind \"\(resource.kind)\" is registered for version \"\(sent.0)\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""
        )
      }
    }
    return try convert(
      raw, resource, validation: options.validation, duplicates: duplicates,
      failure: { message in
        APIFailure.badRequest("\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): \(message)")
      })
  }

  static func internalGroup(_ resource: ResourceType) -> String {
    resource.group.isEmpty ? "core" : String(resource.group.prefix { $0 != "." })
  }

  /// Brings an object into the form of its type, with defaults.
  func convert(
    _ raw: Value, _ resource: ResourceType, validation: WriteOptions.FieldValidation, duplicates: [String] = [],
    failure: (String) -> APIFailure
  ) throws(APIFailure) -> DecodedBody {
    var unknown: [String] = []
    var object: Value
    do throws(DecodingFailure) {
      if resource.custom != nil {
        var pruner = CustomResourcePruner()
        object = try pruner.normalize(raw, resource)
        unknown = pruner.unknownFields
      } else {
        var normalizer = TypedNormalizer()
        object = try normalizer.normalize(raw, resource.schema)
        unknown = normalizer.unknownFields
        Defaults.apply(to: &object, resource: resource)
      }
    } catch {
      throw failure(error.message)
    }
    object["apiVersion"] = .string(resource.apiVersion)
    object["kind"] = .string(resource.kind)
    if object["metadata"]?.objectValue == nil { object["metadata"] = .object(Object()) }
    let texts = duplicates.map { "duplicate field \"\($0)\"" } + unknown.map { "unknown field \"\($0)\"" }
    if validation == .strict, !texts.isEmpty {
      throw failure("strict decoding error: \(texts.joined(separator: ", "))")
    }
    return DecodedBody(object: object, warnings: validation == .warn ? texts : [])
  }
}
