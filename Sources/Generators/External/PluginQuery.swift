import Document

/// The question that a plugin generator sends over HTTP, on Argo CD's wire: `POST <baseUrl>/api/v1/getparams.execute`.
public struct PluginQuery: Sendable, Hashable {
  /// Where the token of a plugin is kept.
  public struct TokenReference: Sendable, Hashable {
    /// The Secret in the namespace of the query.
    public var secret: String
    /// The key within the Secret.
    public var key: String

    /// Makes a reference.
    public init(secret: String, key: String) {
      self.secret = secret
      self.key = key
    }

    /// Reads `$key`, which is in the Secret `argocd-secret`, or `$secret:key`; nil for everything else.
    public init?(_ text: String) {
      guard text.utf8.first == UInt8(ascii: "$") else { return nil }
      let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
      if parts.count > 1 {
        self.init(secret: String(parts[0]), key: String(parts[1]))
      } else {
        self.init(secret: "argocd-secret", key: String(text.dropFirst()))
      }
    }
  }

  /// The name of the application set that asks.
  public var applicationSetName: String
  /// The namespace whose Secret holds the token.
  public var namespace: String
  /// `baseUrl` of the plugin's ConfigMap.
  public var baseURL: String
  /// Where the bearer token is.
  public var token: TokenReference
  /// How long the plugin may take, in seconds.
  public var timeoutSeconds: Int
  /// `input.parameters` after templates.
  public var parameters: Object

  /// How long a plugin may take whose ConfigMap does not say, in seconds.
  public static let standardTimeoutSeconds = 30

  /// Makes a query.
  public init(
    applicationSetName: String, namespace: String, baseURL: String, token: TokenReference,
    timeoutSeconds: Int = PluginQuery.standardTimeoutSeconds, parameters: Object = Object()
  ) {
    self.applicationSetName = applicationSetName
    self.namespace = namespace
    self.baseURL = baseURL
    self.token = token
    self.timeoutSeconds = timeoutSeconds
    self.parameters = parameters
  }

  /// `POST`.
  public var method: String { "POST" }

  /// The address of the request.
  public var url: String { (baseURL.utf8.last == UInt8(ascii: "/") ? baseURL : baseURL + "/") + "api/v1/getparams.execute" }

  /// The headers of the request; without `Authorization` where the token is empty, as Argo CD sends it.
  public func headers(token: String) -> [(name: String, value: String)] {
    let authorization = token.isEmpty ? [] : [(name: "Authorization", value: "Bearer \(token)")]
    return [(name: "Content-Type", value: "application/json")] + authorization
  }

  /// The body of the request: one line of JSON.
  public var body: [UInt8] {
    let input: Object = parameters.isEmpty ? [:] : ["parameters": .object(parameters)]
    let body: Value = ["applicationSetName": .string(applicationSetName), "input": .object(input)]
    return Array((JSON.string(body) + "\n").utf8)
  }

  /// `plugin at https://…`.
  public var description: String { "plugin at \(baseURL)" }
}

/// What a plugin answered.
public struct PluginReply: Sendable, Hashable {
  /// The parameter sets; nil where the answer has no `output.parameters`, which to Argo CD is an empty list.
  public var parameters: [Object]?

  /// Makes a reply.
  public init(parameters: [Object]?) { self.parameters = parameters }
}

extension PluginQuery {
  /// What an HTTP answer says.
  ///
  /// - Parameters:
  ///   - status: The status code.
  ///   - body: The whole body.
  /// - Returns: the reply, or a failure in Argo CD's words: another status than 2xx, or a body of another form.
  public func answer(status: Int, body: [UInt8]) -> ExternalAnswer {
    guard (200...299).contains(status) else {
      return failed("API error with status code \(status): \(PluginQuery.message(in: body))")
    }
    if body.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return .plugin(PluginReply(parameters: nil)) }
    let document: Value
    do {
      document = try JSON.decode(body)
    } catch {
      return failed("\(error.message): \(PluginQuery.excerpt(body))")
    }
    guard let object = document.objectValue else { return failed("json: cannot unmarshal \(document.kindName) into an answer of a plugin") }
    guard let output = object["output"], !output.isNull else { return .plugin(PluginReply(parameters: nil)) }
    guard let parameters = output["parameters"], !parameters.isNull else {
      guard output.objectValue != nil else { return failed("json: output is a \(output.kindName), not an object") }
      return .plugin(PluginReply(parameters: nil))
    }
    guard let elements = parameters.arrayValue else { return failed("json: output.parameters is a \(parameters.kindName), not a list") }
    var sets: [Object] = []
    for (index, element) in elements.enumerated() {
      guard element.objectValue != nil || element.isNull else {
        return failed("json: output.parameters[\(index)] is a \(element.kindName), not an object")
      }
      sets.append(element.objectValue ?? Object())
    }
    return .plugin(PluginReply(parameters: sets))
  }

  private func failed(_ reason: String) -> ExternalAnswer { .failed("error get api '\(applicationSetName)': \(reason)") }

  /// The message that an error answer carries, or the body itself.
  private static func message(in body: [UInt8]) -> String {
    guard let object = (try? JSON.decode(body))?.objectValue else { return excerpt(body) }
    return object["message"]?.stringValue ?? object["error"]?.stringValue ?? ""
  }

  private static func excerpt(_ body: [UInt8]) -> String { String(decoding: body.prefix(500), as: UTF8.self) }
}
