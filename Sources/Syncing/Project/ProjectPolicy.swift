import Document
import FleetModel

/// What a project allows its applications in one cluster, with the meaning that Argo CD gives to `AppProject`.
///
/// Pure. The hub asks ``problems(of:)`` before it renders or sends anything, and hands the policy on in ``DesiredInput/policy``, so that
/// every single object is checked as well: a sync with one object that is not allowed sends nothing.
public struct ProjectPolicy: Sendable, Hashable {
  /// The project's name.
  public let project: String
  private let namespace: String
  private let sources: [Pattern]
  private let destinations: [DestinationRule]
  private let sourceNamespaces: [Pattern]
  private let clusterKinds: KindLists
  private let namespacedKinds: KindLists
  private let cluster: String
  private let server: String
  private let isForeignCluster: Bool
  /// Whether the project asks for objects in its namespaces that nobody manages; nil: it does not.
  public let orphans: OrphanRules?

  /// One pattern, `!` before it to exclude.
  private struct Pattern: Sendable, Hashable {
    let isDenial: Bool
    let glob: Glob
    let text: String

    init(_ text: String, separator: Character? = nil, normalise: (String) -> String = { $0 }) {
      isDenial = text.hasPrefix("!")
      let bare = normalise(isDenial ? String(text.dropFirst()) : text)
      self.text = text
      // A lone star is everything, separators or not.
      glob = Glob(bare == "*" ? "**" : bare, separator: separator)
    }

    func matches(_ value: String) -> Bool { glob.matches(value) != isDenial }
  }

  private struct DestinationRule: Sendable, Hashable {
    let server: Pattern
    let name: Pattern
    let namespace: Pattern
  }

  private struct KindRule: Sendable, Hashable {
    let group: Glob
    let kind: Glob
    let name: Glob?

    init(_ value: Value) {
      group = Glob(value["group"]?.stringValue ?? "", separator: "/")
      kind = Glob(value["kind"]?.stringValue ?? "", separator: "/")
      let name = value["name"]?.stringValue ?? ""
      self.name = name.isEmpty ? nil : Glob(name, separator: "/")
    }

    func matches(_ identity: ObjectIdentity) -> Bool {
      group.matches(identity.group) && kind.matches(identity.kind) && name?.matches(identity.name) ?? true
    }
  }

  private struct KindLists: Sendable, Hashable {
    /// nil: no list was given.
    let allowed: [KindRule]?
    let denied: [KindRule]

    init(_ spec: Value?, allowed: String, denied: String) {
      self.allowed = spec?[allowed]?.arrayValue?.map(KindRule.init)
      self.denied = (spec?[denied]?.arrayValue ?? []).map(KindRule.init)
    }
  }

  /// A project's rules as they hold in one cluster.
  /// - Parameters:
  ///   - cluster: the cluster's name
  ///   - server: its address
  ///   - clusterProject: the project that the cluster is registered for; empty: for all
  public init(_ project: AppProject, cluster: String, server: String, clusterProject: String = "") {
    self.project = project.name
    namespace = project.namespace
    let spec = project.document["spec"]
    sources = project.sourceRepos.map { Pattern($0, separator: "/", normalise: ProjectPolicy.normalise) }
    destinations = project.destinations.map {
      DestinationRule(server: Pattern($0.server), name: Pattern($0.name), namespace: Pattern($0.namespace))
    }
    sourceNamespaces = project.sourceNamespaces.map { Pattern($0) }
    clusterKinds = KindLists(spec, allowed: "clusterResourceWhitelist", denied: "clusterResourceBlacklist")
    namespacedKinds = KindLists(spec, allowed: "namespaceResourceWhitelist", denied: "namespaceResourceBlacklist")
    self.cluster = cluster
    self.server = server
    isForeignCluster =
      spec?["permitOnlyProjectScopedClusters"]?.boolValue == true && !ByteOrder.equal(clusterProject, project.name)
    orphans = spec?["orphanedResources"].flatMap { $0.objectValue == nil ? nil : OrphanRules($0) }
  }

  /// What an application as a whole may not, each with what to change; empty when all of it is allowed.
  public func problems(of application: Application) -> [String] {
    var problems: [String] = []
    if !application.namespace.isEmpty, !ByteOrder.equal(application.namespace, namespace),
      !sourceNamespaces.contains(where: { $0.matches(application.namespace) })
    {
      problems.append(
        "project \(project) does not allow applications in namespace \(application.namespace): add it to the project's sourceNamespaces")
    }
    for source in application.sources where !isAllowed(source: source.repoURL) {
      problems.append(
        "project \(project) does not allow source \(ProjectPolicy.withoutUser(source.repoURL)): add it to the project's sourceRepos")
    }
    if let refusal = destinationRefusal(application.destination.namespace) { problems.append(refusal) }
    return problems
  }

  /// Whether a repository may be read. A pattern with `!` allows everything but what it matches, and a match of it is final.
  public func isAllowed(source url: String) -> Bool {
    let url = ProjectPolicy.normalise(url)
    var isAllowed = false
    for pattern in sources {
      if pattern.matches(url) {
        isAllowed = true
      } else if pattern.isDenial {
        return false
      }
    }
    return isAllowed
  }

  /// Whether a namespace of the cluster may be gone to.
  public func isAllowed(namespace: String) -> Bool {
    var isAllowed = false
    for rule in destinations {
      let name = !cluster.isEmpty && rule.name.matches(cluster)
      let server = !self.server.isEmpty && rule.server.matches(self.server)
      let place = rule.namespace.matches(namespace)
      if (server || name) && place {
        isAllowed = true
      } else if !name && rule.name.isDenial || !server && rule.server.isDenial || !place && rule.namespace.isDenial {
        return false
      }
    }
    return isAllowed && !isForeignCluster
  }

  private func destinationRefusal(_ namespace: String) -> String? {
    if isForeignCluster { return "project \(project) allows only clusters that are registered for it, and \(cluster) is not" }
    if isAllowed(namespace: namespace) { return nil }
    return "project \(project) does not allow namespace \(namespace) of cluster \(cluster): add it to the project's destinations"
  }

  /// Why one object may not be sent; nil when it may.
  /// - Parameter isNamespaced: nil where nobody told: then its having a namespace counts.
  public func refusal(of identity: ObjectIdentity, isNamespaced: Bool?) -> String? {
    if isNamespaced ?? !identity.namespace.isEmpty {
      let isListed = namespacedKinds.allowed.map { $0.contains { $0.matches(identity) } } ?? true
      guard isListed, !namespacedKinds.denied.contains(where: { $0.matches(identity) }) else {
        return "project \(project) does not allow kind \(identity.groupKind) (namespaceResourceWhitelist, namespaceResourceBlacklist)"
      }
      return destinationRefusal(identity.namespace)
    }
    let isListed = clusterKinds.allowed?.contains { $0.matches(identity) } ?? false
    guard isListed, !clusterKinds.denied.contains(where: { $0.matches(identity) }) else {
      return
        "project \(project) does not allow the cluster-wide kind \(identity.groupKind) (clusterResourceWhitelist, clusterResourceBlacklist)"
    }
    return nil
  }

  /// Why the namespace of the destination may not be made; nil when it may.
  func namespaceRefusal(_ namespace: String) -> String? {
    namespace.isEmpty ? nil : destinationRefusal(namespace)
  }

  /// One spelling for addresses of one repository: without `.git`, without a slash at the end, in lower case; `git@host:path` as
  /// `host/path` of ssh.
  private static func normalise(_ url: String) -> String {
    var url = url.trimmed.lowercased()
    if !url.contains("://"), let at = url.firstIndex(of: "@"), let colon = url[at...].firstIndex(of: ":") {
      url.replaceSubrange(colon...colon, with: "/")
      url = "ssh://" + url
    }
    while url.hasSuffix("/") && !url.hasSuffix("://") { url.removeLast() }
    if url.hasSuffix(".git") { url.removeLast(4) }
    return url
  }

  /// An address without what might be a password.
  private static func withoutUser(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    guard let at = rest.prefix(while: { $0 != "/" }).lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound] + rest[rest.index(after: at)...])
  }
}
