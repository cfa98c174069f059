import Document

/// Names objects for a selective sync: `apps:Deployment:web`, `:ConfigMap:shop/config`, `*:*:web`, and `!` before it to leave them out,
/// as `argocd app sync --resource`.
public struct ResourceSelector: Sendable, Hashable {
  /// Whether the objects are left out.
  public let isExclusion: Bool
  private let group: Glob
  private let kind: Glob
  private let namespace: Glob?
  private let name: Glob

  /// Reads `GROUP:KIND:NAME` or `GROUP:KIND:NAMESPACE/NAME`; nil for text of another form.
  public init?(_ text: String) {
    isExclusion = text.hasPrefix("!")
    let parts = text.drop(while: { $0 == "!" }).split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, !parts[1].isEmpty, !parts[2].isEmpty else { return nil }
    group = Glob(parts[0])
    kind = Glob(parts[1])
    let place = parts[2].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    namespace = place.count == 2 ? Glob(place[0]) : nil
    name = Glob(place[place.count - 1])
  }

  private func matches(_ identity: ObjectIdentity) -> Bool {
    group.matches(identity.group) && kind.matches(identity.kind) && namespace?.matches(identity.namespace) ?? true
      && name.matches(identity.name)
  }

  /// The objects that selectors name: what any of them includes (all, where all of them exclude) and none excludes.
  public static func selection(_ selectors: [ResourceSelector], of identities: some Sequence<ObjectIdentity>) -> Set<ObjectIdentity> {
    let including = selectors.filter { !$0.isExclusion }
    let excluding = selectors.filter(\.isExclusion)
    return Set(
      identities.filter { identity in
        (including.isEmpty || including.contains { $0.matches(identity) }) && !excluding.contains { $0.matches(identity) }
      })
  }
}
