import Document
import Synchronization
import Transport

/// What one request is sent with.
struct ResolvedCredential: Sendable {
  /// The value of `Authorization`; nil for none.
  var authorization: String?
  /// A client certificate that takes the place of the connection's own.
  var certificatePEM: [UInt8]?
  var keyPEM: [UInt8]?
  /// Which of several credentials of one source it is.
  var generation = 0
}

/// Turns a cluster's credential into what requests carry: reads files when they are due, asks plugins.
final class CredentialStore: Sendable {
  private struct Files {
    var token: String?
    var certificate: [UInt8]?
    var key: [UInt8]?
  }

  private struct State {
    var files: Files?
    var readAt: ContinuousClock.Instant?
    var generation = 0
    /// The secrets that were sent last, to be kept out of messages.
    var secrets: [String] = []
  }

  private let credential: Credential
  private let certificateFiles: CertificateFiles?
  private let plugins: ExecPluginHost
  private let pluginKey: ExecPluginHost.Key?
  private let state = Mutex(State())
  /// How long what was read from a file is taken as current, as in client-go.
  private static let freshness: Duration = .seconds(60)

  init(_ connection: ClusterConnection, plugins: ExecPluginHost) {
    credential = connection.credential
    certificateFiles = connection.certificateFiles
    self.plugins = plugins
    if case .exec(let plugin) = connection.credential {
      let cluster = plugin.provideClusterInfo ? ExecClusterInfo(connection, config: plugin.clusterConfig) : nil
      pluginKey = ExecPluginHost.Key(plugin: plugin, cluster: cluster)
    } else {
      pluginKey = nil
    }
  }

  /// What the next request is to carry.
  func resolve() async throws(KubernetesError) -> ResolvedCredential {
    var result = ResolvedCredential()
    if readsFiles { result = try fromFiles() }
    switch credential {
    case .none, .tokenFile: break
    case .bearerToken(let token): result.authorization = "Bearer \(token)"
    case .basic(let user, let password): result.authorization = "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
    case .exec:
      guard let pluginKey else { break }
      let held = try await plugins.credential(for: pluginKey)
      result.authorization = held.credential.token.map { "Bearer \($0)" }
      if held.credential.certificatePEM != nil {
        result.certificatePEM = held.credential.certificatePEM
        result.keyPEM = held.credential.keyPEM
      }
      result.generation = held.generation
    }
    remember(result)
    return result
  }

  /// Looks for a newer credential after one was refused; true when there is one, so that the refused call is worth repeating.
  func invalidate(_ used: ResolvedCredential) -> Bool {
    if let pluginKey { return plugins.invalidate(pluginKey, generation: used.generation) }
    guard readsFiles else { return false }
    let isOld = state.withLock { state in
      if state.generation != used.generation { return true }
      state.readAt = nil
      return false
    }
    if isOld { return true }
    guard let fresh = try? fromFiles() else { return false }
    return fresh.generation != used.generation
  }

  /// A server's or proxy's text without the secrets that were sent there.
  func redact(_ text: String) -> String {
    let secrets = state.withLock { $0.secrets }
    return secrets.isEmpty ? text : Redaction.remove(secrets, from: text)
  }

  private var readsFiles: Bool {
    if case .tokenFile = credential { return true }
    return certificateFiles != nil
  }

  private func remember(_ resolved: ResolvedCredential) {
    var secrets: [String] = []
    if let authorization = resolved.authorization, let space = authorization.firstIndex(of: " ") {
      secrets.append(String(authorization[authorization.index(after: space)...]))
    }
    if case .basic(_, let password) = credential { secrets.append(password) }
    state.withLock { state in
      // A refusal may speak of the one before.
      if state.secrets.starts(with: secrets) { return }
      state.secrets = secrets + state.secrets.prefix(2)
    }
  }

  // MARK: - files

  private func fromFiles() throws(KubernetesError) -> ResolvedCredential {
    let now = ContinuousClock.now
    let known: ResolvedCredential? = state.withLock { state in
      guard let files = state.files, let readAt = state.readAt, now - readAt < CredentialStore.freshness else { return nil }
      return CredentialStore.resolved(files, state.generation)
    }
    if let known { return known }
    let fresh: Result<Files, KubernetesError>
    do throws(KubernetesError) {
      fresh = .success(try readFiles())
    } catch {
      fresh = .failure(error)
    }
    let outcome: Result<ResolvedCredential, KubernetesError> = state.withLock { state in
      state.readAt = now
      switch fresh {
      case .success(let files):
        if files.token != state.files?.token || files.certificate != state.files?.certificate || files.key != state.files?.key {
          state.generation += 1
        }
        state.files = files
        return .success(CredentialStore.resolved(files, state.generation))
      case .failure(let error):
        // In the midst of a rotation a file may be missing for a moment: what was good goes on being used.
        guard let files = state.files else { return .failure(error) }
        return .success(CredentialStore.resolved(files, state.generation))
      }
    }
    return try outcome.get()
  }

  private static func resolved(_ files: Files, _ generation: Int) -> ResolvedCredential {
    ResolvedCredential(
      authorization: files.token.map { "Bearer \($0)" }, certificatePEM: files.certificate, keyPEM: files.key, generation: generation)
  }

  private func readFiles() throws(KubernetesError) -> Files {
    var files = Files()
    if case .tokenFile(let path) = credential {
      guard let bytes = SmallFile.read(path, maximumBytes: 1 << 20) else {
        throw KubernetesError("cannot read the token file \(path): does it exist, and may this account read it?", reason: "TokenFile")
      }
      let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
      guard !text.isEmpty else { throw KubernetesError("the token file \(path) is empty: write a token into it", reason: "TokenFile") }
      files.token = text
    }
    if let certificateFiles {
      for (path, keyPath) in [
        (certificateFiles.certificate, \Files.certificate), (certificateFiles.key, \Files.key),
      ] as [(String, WritableKeyPath<Files, [UInt8]?>)] {
        guard let bytes = SmallFile.read(path, maximumBytes: 1 << 20) else {
          throw KubernetesError("cannot read \(path) of the client certificate", reason: "CertificateFile")
        }
        files[keyPath: keyPath] = bytes
      }
    }
    return files
  }
}
