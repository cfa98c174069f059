import Document
import FleetModel
import Foundation
import StateStore
import Syncing

/// What somebody asks for besides a sync itself. It is not stored: after a restart of the hub the sync is one as the policy says.
public struct SyncWish: Sendable, Hashable {
  /// Whether objects that Git no longer has are deleted, even where the policy does not prune.
  public var prune: Bool
  /// Whether objects that cannot be changed are deleted and made again.
  public var force: Bool

  /// Only the objects that these name, without hooks; empty: all.
  public var resources: [ResourceSelector]

  /// Makes a wish; nothing beyond the policy unless given.
  public init(prune: Bool = false, force: Bool = false, resources: [ResourceSelector] = []) {
    self.prune = prune
    self.force = force
    self.resources = resources
  }
}

extension FleetController {
  /// Asks for syncs; dependencies and limits hold all the same. Returns the names, sorted.
  public func requestSync(names: Set<String>, selector: LabelSelector?, wish: SyncWish) async -> [String] {
    let time = now()
    var requested: [String] = []
    for entry in board.entries.values {
      guard names.contains(entry.name) || selector?.matches(entry.instance.labels) == true, !entry.scheduling.isRemoved else { continue }
      board.entries[entry.instance.id]?.scheduling.isRequested = true
      board.entries[entry.instance.id]?.wish = wish
      requested.append(entry.name)
      // The wish is not stored: a selective sync that a restart comes before must not become one of everything.
      guard wish.resources.isEmpty else { continue }
      await record("a request") { try await store.requestSync(entry.instance.id, at: time, actor: "user") }
    }
    signal()
    return requested.sorted(by: ByteOrder.less)
  }

  /// Releases the removals of a set that are held now; nil when it holds none. Returns the names, sorted.
  public func approve(_ set: String) async -> [String]? {
    guard let hold = board.holds[set], let latest else { return nil }
    approved.formUnion(hold.instances)
    let names = hold.instances.compactMap { board.entries[$0]?.name }.sorted(by: ByteOrder.less)
    await record("an approval") { try await store.release(set, at: now(), actor: "user") }
    await adopt(latest.evaluated, rendered: latest.rendered, revision: latest.revision)
    return names
  }

  /// Drops history that is older than it is kept.
  func forgetOldHistory() async {
    await record("retention") { _ = try await store.prune(RetentionPolicy(), at: now()) }
  }
}
