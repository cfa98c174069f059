import Document

/// The forms in which objects are asked for.
enum ObjectForm: Sendable, Hashable {
  case full
  /// Metadata of one object, or of each event of a watch.
  case partial
  /// Metadata of a list.
  case partialList
  case table
}

/// What an `Accept` header comes to.
struct Negotiation: Sendable, Hashable {
  var form = ObjectForm.full
  var isYAML = false

  /// Takes the first part that can be served; fails with 406 when there is none.
  init(_ accept: String?, isWatch: Bool, isCustom: Bool) throws(APIFailure) {
    guard let accept, !accept.isEmpty else { return }
    var isBinary = false
    for part in accept.split(separator: ",") {
      guard let choice = Negotiation.choice(part) else { continue }
      if choice.type == "application/vnd.kubernetes.protobuf" {
        // Not written here; of built-in kinds a client that insists gets JSON.
        if !isCustom { isBinary = true }
        continue
      }
      if choice.isYAML, isWatch { continue }
      form = choice.form
      isYAML = choice.isYAML
      return
    }
    if isBinary { return }
    if isWatch {
      throw APIFailure(
        406, "NotAcceptable",
        "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch")
    }
    let types =
      isCustom
      ? "application/json, application/yaml"
      : "application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
    throw APIFailure(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: \(types)", details: [:])
  }

  /// What a header asks for, whatever can be served: for answers that were agreed on before.
  init(agreed accept: String?) {
    for part in (accept ?? "").split(separator: ",") {
      guard let choice = Negotiation.choice(part), choice.type != "application/vnd.kubernetes.protobuf" else { continue }
      form = choice.form
      isYAML = choice.isYAML
      return
    }
  }

  private static func choice(_ part: Substring) -> (type: String, form: ObjectForm, isYAML: Bool)? {
    let words = part.split(separator: ";").map { $0.filter { $0 != " " } }
    guard let type = words.first else { return nil }
    let known: Set<String> = [
      "application/json", "application/yaml", "*/*", "application/*", "application/vnd.kubernetes.protobuf",
    ]
    guard known.contains(type) else { return nil }
    var form = ObjectForm.full
    for word in words where word.hasPrefix("as=") {
      switch word {
      case "as=Table": form = .table
      case "as=PartialObjectMetadata": form = .partial
      case "as=PartialObjectMetadataList": form = .partialList
      case "as=APIGroupDiscoveryList": break
      default: return nil
      }
    }
    return (type, form, type == "application/yaml")
  }
}

extension SimulatedCluster {
  /// The name that Go gives a kind's structure.
  static func goType(_ resource: ResourceType, isList: Bool) -> String {
    guard resource.custom == nil else { return isList ? "*unstructured.UnstructuredList" : "*unstructured.Unstructured" }
    return "*\(internalGroup(resource)).\(resource.kind)\(isList ? "List" : "")"
  }

  /// The `includeObject` of a table; nil for the metadata that is the default.
  static func includeObject(_ request: APIRequest) throws(APIFailure) -> String? {
    guard let text = request.parameter("includeObject"), !text.isEmpty else { return nil }
    guard ["Metadata", "Object", "None"].contains(text) else {
      throw APIFailure.badRequest(
        "Unable to convert to Table as requested: includeObject: Invalid value: \"\(text)\": must be 'Metadata', 'Object', 'None', or empty"
      )
    }
    return text
  }
}
