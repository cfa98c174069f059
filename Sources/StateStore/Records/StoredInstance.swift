import Document
import FleetModel
import Foundation
import Scheduling

/// Whether an instance is at what it should be at, in Argo CD's words.
public enum SyncStatus: String, Sendable, Hashable, CaseIterable {
  /// It is.
  case synced = "Synced"
  /// It is not, or the cluster differs from what was synced.
  case outOfSync = "OutOfSync"
  /// It could not be rendered.
  case unknown = "Unknown"
}

/// An instance as the store keeps it.
public struct StoredInstance: Sendable, Hashable {
  /// A wish that somebody expressed.
  public struct Request: Sendable, Hashable {
    /// When.
    public var at: Date
    /// Who.
    public var by: String
  }

  /// The decision to remove it.
  public struct Removal: Sendable, Hashable {
    /// When it was taken.
    public var at: Date
    /// Why.
    public var reason: String
  }

  /// The identity.
  public var id: InstanceID
  /// The name of the application.
  public var name: String
  /// The namespace of the application.
  public var namespace: String
  /// The set as `namespace/name`; nil for an application by hand.
  public var applicationSet: String?
  /// The name of the cluster that it goes to.
  public var cluster: String
  /// What it should be at.
  public var desired: SyncTarget?
  /// Why it could not be rendered.
  public var problem: String?
  /// The last sync that succeeded.
  public var synced: InstanceState.Synced?
  /// In what the cluster differs from what was synced; nil: in nothing.
  public var drift: String?
  /// The last health sample that told something new.
  public var health: HealthSample?
  /// Operations that failed since the last that succeeded.
  public var failures: InstanceState.Failures?
  /// A sync that somebody asked for and that has not begun.
  public var requested: Request?
  /// Who paused it, or why.
  public var paused: String?
  /// Set when it is to be removed.
  public var removal: Removal?
  /// The operation that runs.
  public var running: StoredOperation.Running?
  /// When it was first seen.
  public var createdAt: Date
  /// When anything of it changed last.
  public var updatedAt: Date
  /// The documents as stored; see ``application()`` and the like.
  public var documents: Documents

  /// The documents of an instance as JSON text, decoded only when asked for.
  public struct Documents: Sendable, Hashable {
    /// The Application.
    public var application: String
    /// Where it comes from.
    public var provenance: String
    /// What it depends on.
    public var dependencies: String
  }

  /// Whether it is at what it should be at.
  public var syncStatus: SyncStatus {
    guard let desired else { return .unknown }
    return synced?.target.digest == desired.digest && drift == nil ? .synced : .outOfSync
  }

  /// The Application document.
  public func application() throws(StoreError) -> Value { try decoded("application", documents.application) }

  /// Where it comes from.
  public func provenance() throws(StoreError) -> Provenance {
    DocumentCoding.provenance(try decoded("provenance", documents.provenance))
  }

  /// What it depends on.
  public func dependencies() throws(StoreError) -> [Dependency] {
    do {
      return try DocumentCoding.dependencies(try decoded("dependencies", documents.dependencies))
    } catch {
      throw StoreError(.unreadable, "stored dependencies of \(id): \(error)")
    }
  }

  private func decoded(_ what: String, _ text: String) throws(StoreError) -> Value {
    do {
      return try JSON.decode(text)
    } catch {
      throw StoreError(.unreadable, "stored \(what) of \(id): \(error)")
    }
  }

  /// What the scheduler has to know, with what the Application says about syncing.
  public func state(isAutomated: Bool, healsDrift: Bool, retry: RetryPolicy) -> InstanceState {
    InstanceState(
      id: id, desired: desired, problem: problem, synced: synced, drift: drift, runningSince: running?.since, failures: failures,
      health: health, isAutomated: isAutomated, healsDrift: healsDrift, isRequested: requested != nil, paused: paused,
      isRemoved: removal != nil, retry: retry)
  }
}
