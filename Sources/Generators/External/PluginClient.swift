import Document
import Transport

/// Asks plugins over HTTP, as ``PluginQuery`` says.
public struct PluginClient: QueryProvider {
  /// Finds the token of a plugin in the Secrets of a namespace; nil where there is none, or it may not be read.
  public typealias TokenSource = @Sendable (_ namespace: String, _ reference: PluginQuery.TokenReference) async -> String?

  private let http: HTTPClient
  private let settings: ConnectionSettings
  private let tokens: TokenSource

  /// The largest answer that is taken, in bytes.
  public static let maximumAnswerBytes = 16 << 20

  /// Makes a client.
  public init(http: HTTPClient, settings: ConnectionSettings = ConnectionSettings(), tokens: @escaping TokenSource) {
    self.http = http
    self.settings = settings
    self.tokens = tokens
  }

  /// The plugin's answer; a failure for whatever else is asked.
  public func answer(_ query: ExternalQuery) async -> ExternalAnswer {
    guard case .plugin(let query) = query else { return .failed("the \(query) are no plugin's to say") }
    guard let token = await tokens(query.namespace, query.token) else {
      return .failed(
        "secret \(query.namespace)/\(query.token.secret) has no key \(query.token.key), or cannot be read: the hub reads Secrets below "
          + "the folder that --secrets names")
    }
    let request = HTTPRequest(
      query.method, query.url, headers: query.headers(token: token).map { ($0.name, $0.value) }, body: query.body,
      timeout: .seconds(query.timeoutSeconds))
    do {
      let response = try await http.send(request, settings: settings, maximumBodyBytes: PluginClient.maximumAnswerBytes)
      return query.answer(status: response.status, body: response.body)
    } catch {
      return .failed("error get api '\(query.applicationSetName)': \(error.message)")
    }
  }
}
