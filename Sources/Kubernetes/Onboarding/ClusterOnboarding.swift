import Document
import Transport

/// Prepares a spoke cluster for the hub, and takes it back: what `flotilla cluster add` and `cluster remove` do there.
///
/// The client is that of a person who may create cluster roles. Running it twice changes nothing the second time but the token; running it
/// with a narrower account takes away what the wider one had. A permanent token stays good until ``remove()``.
public struct ClusterOnboarding: Sendable {
  /// Which token the hub gets.
  public enum TokenKind: Sendable, Hashable {
    /// One that runs out, and that the account may renew itself. A server may give less than what is asked for; ten minutes is the least.
    case expiring(seconds: Int)
    /// One without end, in a Secret, until that is deleted. For clusters that nobody renews tokens for.
    case permanent
  }

  /// What became of one object.
  public struct Step: Sendable, Hashable, CustomStringConvertible {
    /// What was done.
    public enum Outcome: String, Sendable, Hashable {
      /// It is new.
      case created
      /// It was different.
      case changed
      /// It was as it should be.
      case unchanged
      /// It belonged to a wider account, or to one that goes.
      case removed
    }

    /// The object: `rbac.authorization.k8s.io/ClusterRole/flotilla-hub-read`.
    public var object: ObjectIdentity
    /// What was done to it.
    public var outcome: Outcome

    /// `ServiceAccount/flotilla-system/flotilla-hub created`.
    public var description: String { "\(object) \(outcome.rawValue)" }
  }

  private let client: ClusterClient
  /// The account that is made.
  public let account: SpokeAccount
  private let pause: @Sendable (Duration) async -> Void

  /// Under which name the fields of the account's objects are owned.
  public static let fieldManager = "flotilla-onboarding"

  /// Makes an onboarding; nothing is sent yet.
  /// - Parameters:
  ///   - client: speaks for a person who may create cluster roles
  ///   - pause: how to wait for the cluster to fill in a permanent token
  public init(
    _ client: ClusterClient, account: SpokeAccount = SpokeAccount(),
    pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
  ) {
    self.client = client
    self.account = account
    self.pause = pause
  }

  /// The account that fits a cluster as it is: with the groups of all custom resources that it serves today.
  public static func account(
    for client: ClusterClient, scope: SpokeAccount.Scope = .cluster, namespace: String = "flotilla-system", name: String = "flotilla-hub"
  ) async throws(KubernetesError) -> SpokeAccount {
    let groups = SpokeAccount.customGroups(in: try await client.refreshDiscovery().resources)
    return SpokeAccount(namespace: namespace, name: name, scope: scope, customGroups: groups)
  }

  /// What ``run(token:)`` would do, without doing it.
  public func plan(token: TokenKind = .expiring(seconds: 31_536_000)) async throws(KubernetesError) -> [Step] {
    var steps: [Step] = []
    for object in account.manifests(longLivedToken: token == .permanent) { steps.append(try await apply(object, dryRun: true)) }
    return steps + (try await removeSurplus(keeping: Set(steps.map(\.object)), dryRun: true))
  }

  /// Creates or changes the account's objects, takes away those that it should no longer have, and asks for a token.
  public func run(token: TokenKind = .expiring(seconds: 31_536_000)) async throws(KubernetesError) -> OnboardedCluster {
    var steps: [Step] = []
    for object in account.manifests(longLivedToken: token == .permanent) { steps.append(try await apply(object, dryRun: false)) }
    steps += try await removeSurplus(keeping: Set(steps.map(\.object)), dryRun: false)
    let issued: IssuedToken
    switch token {
    case .expiring(let seconds): issued = try await client.requestToken(of: account, seconds: seconds)
    case .permanent: issued = IssuedToken(text: try await permanentToken(), expires: nil)
    }
    return OnboardedCluster(connection: client.connection, account: account, token: issued, steps: steps)
  }

  /// Takes the account and all of its permissions away; its tokens are void from then on. The namespace stays: it may hold other things.
  public func remove() async throws(KubernetesError) -> [Step] {
    var steps = try await removeSurplus(keeping: [], dryRun: false)
    for (kind, name) in [("Secret", account.tokenSecret), ("ServiceAccount", account.name)] {
      let resource = ClusterOnboarding.resource("", kind)
      if try await delete(resource, account.namespace, name) {
        steps.append(Step(object: ObjectIdentity(group: "", kind: kind, namespace: account.namespace, name: name), outcome: .removed))
      }
    }
    return steps
  }

  // MARK: - objects

  private static func resource(_ group: String, _ kind: String) -> APIResource {
    let plural = kind.lowercased() + "s"
    let namespaced = !["Namespace", "ClusterRole", "ClusterRoleBinding"].contains(kind)
    return APIResource(groupVersionKind: GroupVersionKind(group: group, version: "v1", kind: kind), plural: plural, namespaced: namespaced)
  }

  private func apply(_ object: Value, dryRun: Bool) async throws(KubernetesError) -> Step {
    guard let type = object.groupVersionKind, let identity = object.objectIdentity else { throw KubernetesError("no object") }
    let resource = ClusterOnboarding.resource(type.group, type.kind)
    let before = try await client.get(resource, namespace: identity.namespace, name: identity.name)
    if before == nil && dryRun { return Step(object: identity, outcome: .created) }
    let options = ClusterClient.WriteOptions(fieldManager: ClusterOnboarding.fieldManager, dryRun: dryRun)
    let after = try await client.applying(object, to: resource, force: true, options: options).object
    guard let before else { return Step(object: identity, outcome: .created) }
    let same = ClusterOnboarding.content(before) == ClusterOnboarding.content(after)
    return Step(object: identity, outcome: same ? .unchanged : .changed)
  }

  /// An object without what the server writes with every change.
  private static func content(_ object: Value) -> Value {
    var object = object
    object[at: "metadata", "managedFields"] = nil
    object[at: "metadata", "resourceVersion"] = nil
    return object
  }

  /// Removes roles and bindings that carry the account's label but are not to be kept: bindings first, so that no binding ever names a role
  /// that someone else could make.
  private func removeSurplus(keeping kept: Set<ObjectIdentity>, dryRun: Bool) async throws(KubernetesError) -> [Step] {
    var steps: [Step] = []
    let group = "rbac.authorization.k8s.io"
    for kind in ["ClusterRoleBinding", "RoleBinding", "ClusterRole", "Role"] {
      let resource = ClusterOnboarding.resource(group, kind)
      let selection = Selection(labelSelector: "\(account.label.key)=\(account.label.value)", metadataOnly: true)
      for identity in try await client.list(resource, selection, transform: { $0.objectIdentity }).items where !kept.contains(identity) {
        if !dryRun { _ = try await delete(resource, identity.namespace, identity.name) }
        steps.append(Step(object: identity, outcome: .removed))
      }
    }
    return steps
  }

  /// False when there was nothing to delete.
  private func delete(_ resource: APIResource, _ namespace: String, _ name: String) async throws(KubernetesError) -> Bool {
    do throws(KubernetesError) {
      try await client.delete(resource, namespace: namespace, name: name)
      return true
    } catch {
      guard error.isNotFound, error.objectName == name || error.objectName == namespace else { throw error }
      return false
    }
  }

  private func permanentToken() async throws(KubernetesError) -> String {
    for _ in 0..<40 {
      let secret = try await client.get(ClusterOnboarding.resource("", "Secret"), namespace: account.namespace, name: account.tokenSecret)
      if let text = secret?[at: "data", "token"]?.stringValue, let bytes = Base64.decode(text.utf8), !bytes.isEmpty {
        return String(decoding: bytes, as: UTF8.self)
      }
      await pause(.milliseconds(250))
      if Task.isCancelled { throw client.cancelled("wait for the token") }
    }
    throw client.failure(
      "the cluster does not fill in the Secret: does its controller manager run? Else ask for a token that expires",
      "get v1 Secret \(account.namespace)/\(account.tokenSecret)")
  }
}

/// A token of a service account.
public struct IssuedToken: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  /// The secret.
  public var text: String
  /// When it runs out, in seconds since 1970; nil for never.
  public var expires: Int64?

  /// Makes a token.
  public init(text: String, expires: Int64?) {
    self.text = text
    self.expires = expires
  }

  /// When it runs out, never the secret.
  public var description: String { expires.map { "token until \(DateText.rfc3339($0))" } ?? "token without end" }
  /// Nothing to look into.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ClusterClient {
  /// Asks for a token of a service account (`TokenRequest`). The account itself may do so for its own, so that the hub can renew it.
  public func requestToken(of account: SpokeAccount, seconds: Int) async throws(KubernetesError) -> IssuedToken {
    let place = "\(account.namespace)/\(account.name)"
    var call = Call(
      "request a token for v1 ServiceAccount \(place)", "POST",
      "/api/v1/namespaces/\(Percent.encode(account.namespace))/serviceaccounts/\(Percent.encode(account.name))/token", isIdempotent: true)
    call.contentType = "application/json"
    let request: Value = [
      "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": ["expirationSeconds": .int(Int64(seconds))],
    ]
    call.body = JSON.encode(request)
    let answer = try await decode(try await perform(call), operation: call.operation)
    guard let text = answer[at: "status", "token"]?.stringValue, !text.isEmpty else {
      throw failure("the answer holds no token", call.operation)
    }
    return IssuedToken(text: text, expires: answer[at: "status", "expirationTimestamp"]?.stringValue.flatMap { DateText.rfc3339($0) })
  }
}

/// What onboarding brought: all that a Cluster definition needs.
public struct OnboardedCluster: Sendable {
  /// How the hub reaches the cluster with its new account; for ``ClusterCheck`` right away.
  public var connection: ClusterConnection
  /// The account.
  public var account: SpokeAccount
  /// Its token.
  public var token: IssuedToken
  /// What was done, in order.
  public var steps: [ClusterOnboarding.Step]

  init(connection: ClusterConnection, account: SpokeAccount, token: IssuedToken, steps: [ClusterOnboarding.Step]) {
    // The way is the person's, the identity is the account's.
    var settings = connection.settings
    settings.clientCertificatePEM = nil
    settings.clientKeyPEM = nil
    self.connection = ClusterConnection(
      name: connection.name, server: connection.server, settings: settings, credential: .bearerToken(token.text))
    self.connection.acceptsCompression = connection.acceptsCompression
    self.account = account
    self.token = token
    self.steps = steps
  }

  /// The `flotilla.dev/v1alpha1` Cluster.
  /// - Parameters:
  ///   - tokenFile: where the token is kept; the definition then only names the file and can go into Git. Nil writes the token itself
  public func definition(
    name: String? = nil, labels: [String: String] = [:], project: String? = nil, tokenFile: String?
  ) -> Value {
    var metadata: Value = ["name": .string(name ?? connection.name)]
    for (key, value) in labels { metadata[at: "labels", key] = .string(value) }
    var spec: Value = ["server": .string(connection.server)]
    if let tokenFile {
      spec[at: "auth", "bearerTokenFile"] = .string(tokenFile)
    } else {
      spec[at: "auth", "bearerToken"] = .string(token.text)
    }
    let settings = connection.settings
    if settings.insecureSkipVerify {
      spec[at: "tls", "insecure"] = true
    } else if let authority = settings.caPEM {
      spec[at: "tls", "caData"] = .string(Base64.encode(authority))
    }
    if let serverName = settings.serverName { spec[at: "tls", "serverName"] = .string(serverName) }
    if let proxy = settings.proxy, !proxy.isEmpty { spec["proxyURL"] = .string(proxy) }
    if !connection.acceptsCompression { spec["disableCompression"] = true }
    if let project, !project.isEmpty { spec["project"] = .string(project) }
    if case .namespaces(let names) = account.scope { spec["namespaces"] = .array(Set(names).sorted().map { .string($0) }) }
    return ["apiVersion": "flotilla.dev/v1alpha1", "kind": "Cluster", "metadata": metadata, "spec": spec]
  }
}
