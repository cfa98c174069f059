import Document
import FoundationEssentials
import Transport

/// Prepares a spoke cluster for the hub, and takes it back: what `flotilla cluster add` and `cluster remove` do there.
///
/// The client is that of a person who may create cluster roles. Running it twice changes nothing the second time, and not even the token where
/// the former one is given; running it with a narrower account takes away what the wider one had. A permanent token stays good until
/// ``remove(dryRun:progress:)``.
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
  /// Seconds since 1970.
  private let clock: @Sendable () -> Int64

  /// Under which name the fields of the account's objects are owned.
  public static let fieldManager = "flotilla-onboarding"

  /// Makes an onboarding; nothing is sent yet.
  /// - Parameters:
  ///   - client: speaks for a person who may create cluster roles
  ///   - pause: how to wait for the cluster to fill in a permanent token
  ///   - clock: seconds since 1970, for judging how long a token is still good
  public init(
    _ client: ClusterClient, account: SpokeAccount = SpokeAccount(),
    pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
    clock: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
  ) {
    self.client = client
    self.account = account
    self.pause = pause
    self.clock = clock
  }

  /// The account that fits a cluster as it is: with the groups of all custom resources that it serves today.
  public static func account(
    for client: ClusterClient, scope: SpokeAccount.Scope = .cluster, namespace: String = "flotilla-system", name: String = "flotilla-hub"
  ) async throws(KubernetesError) -> SpokeAccount {
    let groups = SpokeAccount.customGroups(in: try await client.refreshDiscovery().resources)
    return SpokeAccount(namespace: namespace, name: name, scope: scope, customGroups: groups)
  }

  /// What ``run(token:keeping:progress:)`` would do, without doing it. The server judges each object that can be judged before the others
  /// are there, so that permissions which the person may not hand on are refused here.
  public func plan(token: TokenKind = .expiring(seconds: 31_536_000)) async throws(KubernetesError) -> [Step] {
    var steps: [Step] = []
    for object in account.manifests(longLivedToken: token == .permanent) { steps.append(try await apply(object, dryRun: true)) }
    return steps + (try await removeSurplus(keeping: Set(steps.map(\.object)), dryRun: true, progress: { _ in }))
  }

  /// Creates or changes the account's objects, takes away those that it should no longer have, and asks for a token.
  /// - Parameters:
  ///   - former: a token that the account has had so far; it is kept where it is still good
  ///   - progress: told of each object once it is as it should be, so that a failure half-way can say what was made
  public func run(
    token: TokenKind = .expiring(seconds: 31_536_000), keeping former: IssuedToken? = nil,
    progress: @Sendable (Step) -> Void = { _ in }
  ) async throws(KubernetesError) -> OnboardedCluster {
    var steps: [Step] = []
    for object in account.manifests(longLivedToken: token == .permanent) {
      let step = try await apply(object, dryRun: false)
      progress(step)
      steps.append(step)
    }
    steps += try await removeSurplus(keeping: Set(steps.map(\.object)), dryRun: false, progress: progress)
    var onboarded = OnboardedCluster(
      connection: client.connection, account: account, token: former ?? IssuedToken(text: "", expires: nil), steps: steps)
    switch token {
    case .expiring(let seconds):
      // Renewed when less than a third of the time is left.
      if let former, former.expires != nil, try await isGood(former, secondsLeft: Int64(seconds / 3)) {
        onboarded.keepsToken = true
      } else {
        onboarded.use(try await client.requestToken(of: account, seconds: seconds))
      }
    case .permanent:
      let text = try await permanentToken()
      onboarded.keepsToken = former?.text == text
      onboarded.use(IssuedToken(text: text, expires: nil))
    }
    return onboarded
  }

  /// Whether a token is the account's, and stays so for a while.
  public func isGood(_ token: IssuedToken, secondsLeft: Int64) async throws(KubernetesError) -> Bool {
    if let expires = token.expires, expires - clock() < secondsLeft { return false }
    let connection = OnboardedCluster(connection: client.connection, account: account, token: token, steps: []).connection
    do throws(KubernetesError) {
      return try await ClusterClient(connection, http: client.http).user() == account.user
    } catch {
      // Servers before 1.28 do not tell: then a new token is the safe way.
      guard error.isUnauthorized || error.isForbidden || error.isNotFound else { throw error }
      return false
    }
  }

  /// What the person would have to be allowed besides, to make the account; asked before anything is written. Rights that the person does
  /// not hold and so cannot hand on are found by ``plan(token:)``.
  public func missingPermissions(token: TokenKind = .expiring(seconds: 31_536_000)) async throws(KubernetesError) -> [AccessNeed] {
    var needs: Set<AccessNeed> = []
    for object in account.manifests(longLivedToken: token == .permanent) {
      guard let identity = object.objectIdentity else { continue }
      let resource = ClusterOnboarding.resource(identity.group, identity.kind)
      let place = resource.namespaced ? identity.namespace : nil
      for verb in ["get", "create", "patch"] {
        needs.insert(AccessNeed(verb, resource.plural, group: identity.group, namespace: place))
      }
    }
    for plural in ["clusterrolebindings", "clusterroles", "rolebindings", "roles"] {
      for verb in ["list", "delete"] { needs.insert(AccessNeed(verb, plural, group: ClusterOnboarding.accessGroup)) }
    }
    if token != .permanent { needs.insert(AccessNeed("create", "serviceaccounts/token", namespace: account.namespace)) }
    return try await client.missing(of: needs.sorted())
  }

  /// Which of the namespaces of a scope are not there: roles cannot be made in them.
  public func absentNamespaces() async throws(KubernetesError) -> [String] {
    guard case .namespaces(let names) = account.scope else { return [] }
    var absent: [String] = []
    for name in Set(names).sorted() where name != account.namespace {
      if try await client.get(ClusterOnboarding.resource("", "Namespace"), name: name) == nil { absent.append(name) }
    }
    return absent
  }

  /// Takes the account and all of its permissions away; its tokens are void from then on. Only what carries the account's label goes, each
  /// by its uid. The namespace stays: it may hold other things.
  /// - Parameters:
  ///   - dryRun: only tells what would go
  ///   - progress: told of each object once it is gone
  public func remove(
    dryRun: Bool = false, progress: @Sendable (Step) -> Void = { _ in }
  ) async throws(KubernetesError) -> [Step] {
    var steps = try await removeSurplus(keeping: [], dryRun: dryRun, progress: progress)
    for (kind, name) in [("Secret", account.tokenSecret), ("ServiceAccount", account.name)] {
      let resource = ClusterOnboarding.resource("", kind)
      guard let object = try await client.get(resource, namespace: account.namespace, name: name),
        object[at: "metadata", "labels", account.label.key]?.stringValue == account.label.value,
        let identity = object.objectIdentity, let uid = object[at: "metadata", "uid"]?.stringValue
      else { continue }
      if !dryRun { try await delete(resource, identity, uid: uid) }
      let step = Step(object: identity, outcome: .removed)
      progress(step)
      steps.append(step)
    }
    return steps
  }

  // MARK: - objects

  private static let accessGroup = "rbac.authorization.k8s.io"

  private static func resource(_ group: String, _ kind: String) -> APIResource {
    let plural = kind.lowercased() + "s"
    let namespaced = !["Namespace", "ClusterRole", "ClusterRoleBinding"].contains(kind)
    return APIResource(groupVersionKind: GroupVersionKind(group: group, version: "v1", kind: kind), plural: plural, namespaced: namespaced)
  }

  private func apply(_ object: Value, dryRun: Bool) async throws(KubernetesError) -> Step {
    guard let type = object.groupVersionKind, let identity = object.objectIdentity else { throw KubernetesError("no object") }
    let resource = ClusterOnboarding.resource(type.group, type.kind)
    let before = try await client.get(resource, namespace: identity.namespace, name: identity.name)
    // What is not there yet can be judged only where its namespace is; and a binding only where its role is.
    let isEarly = resource.namespaced || type.kind.hasSuffix("Binding")
    if before == nil && dryRun && isEarly { return Step(object: identity, outcome: .created) }
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
  private func removeSurplus(
    keeping kept: Set<ObjectIdentity>, dryRun: Bool, progress: @Sendable (Step) -> Void
  ) async throws(KubernetesError) -> [Step] {
    var steps: [Step] = []
    for kind in ["ClusterRoleBinding", "RoleBinding", "ClusterRole", "Role"] {
      let resource = ClusterOnboarding.resource(ClusterOnboarding.accessGroup, kind)
      let selection = Selection(labelSelector: "\(account.label.key)=\(account.label.value)", metadataOnly: true)
      let found = try await client.list(resource, selection, transform: Labelled.init).items
      for item in found where !kept.contains(item.identity) {
        if !dryRun { try await delete(resource, item.identity, uid: item.uid) }
        let step = Step(object: item.identity, outcome: .removed)
        progress(step)
        steps.append(step)
      }
    }
    return steps
  }

  /// An object that carries the account's label.
  private struct Labelled: Sendable {
    let identity: ObjectIdentity
    let uid: String

    init?(_ object: Value) {
      guard let identity = object.objectIdentity, let uid = object[at: "metadata", "uid"]?.stringValue else { return nil }
      self.identity = identity
      self.uid = uid
    }
  }

  /// What is gone already is no failure.
  private func delete(_ resource: APIResource, _ identity: ObjectIdentity, uid: String) async throws(KubernetesError) {
    do throws(KubernetesError) {
      try await client.delete(resource, namespace: identity.namespace, name: identity.name, uid: uid)
    } catch {
      guard error.isNotFound, error.objectName == identity.name || error.objectName == identity.namespace else { throw error }
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

  /// A token that was kept somewhere; it tells itself when it runs out.
  public init(kept text: String) { self.init(text: text, expires: TokenClaims.expiry(text)) }

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
