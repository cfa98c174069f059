import FleetModel
import Foundation
import GRDB

extension StateStore {
  /// A cluster as it is registered: never with its credentials.
  public struct ClusterRegistration: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The address; user information is taken out.
    public var server: String
    /// A digest of all that is registered, so that a changed credential is seen.
    public var digest: String

    /// Makes a registration.
    public init(name: String, server: String, digest: String) {
      self.name = name
      self.server = server
      self.digest = digest
    }
  }

  /// Takes over registrations, new ones and changed ones; whoever is not named stays.
  public func registerClusters(_ registrations: [ClusterRegistration], at now: Date, actor: String = "hub") async throws(StoreError) {
    try await write { transaction in
      for registration in registrations.sorted(by: { $0.name < $1.name }) {
        let server = Address.withoutUserInfo(registration.server)
        let row = try transaction.row("SELECT server, digest FROM clusters WHERE name = ?", [registration.name])
        if let row, row[0] as String == server, row[1] as String == registration.digest { continue }
        try transaction.run(
          """
          INSERT INTO clusters (name, server, digest, state, message, since) VALUES (?, ?, ?, 'unknown', '', ?)
          ON CONFLICT (name) DO UPDATE SET server = excluded.server, digest = excluded.digest
          """, [registration.name, server, registration.digest, now.milliseconds])
        try transaction.append(
          NewEvent(
            .clusterRegistered, at: now, actor: actor, cluster: registration.name, reason: row == nil ? "New" : "Changed",
            from: row?[0], to: server))
      }
    }
  }

  /// Forgets clusters.
  public func removeClusters(_ names: [String], at now: Date, actor: String = "hub") async throws(StoreError) {
    try await write { transaction in
      for name in names.sorted() {
        try transaction.run("DELETE FROM clusters WHERE name = ?", [name])
        guard transaction.changes > 0 else { continue }
        try transaction.append(NewEvent(.clusterRemoved, at: now, actor: actor, cluster: name, reason: "Unregistered"))
      }
    }
  }

  /// Records that a cluster answers, or does not. Only a change is written, with its time; see ``recordContacts(_:)`` for the rest.
  ///
  /// - Returns: whether it is a change.
  @discardableResult
  public func clusterStateChanged(
    _ name: String, _ contact: StoredCluster.Contact, message: String = "", at now: Date, actor: String = "hub"
  ) async throws(StoreError) -> Bool {
    try await write { transaction in
      guard let row = try transaction.row("SELECT state FROM clusters WHERE name = ?", [name]) else {
        throw StoreError(.notFound, "there is no cluster \(name)")
      }
      let before: String = row[0]
      guard before != contact.rawValue else { return false }
      try transaction.run(
        "UPDATE clusters SET state = ?, message = ?, since = ? WHERE name = ?", [contact.rawValue, message, now.milliseconds, name])
      if contact == .online { try transaction.run("UPDATE clusters SET last_contact = ? WHERE name = ?", [now.milliseconds, name]) }
      guard contact != .unknown else { return true }
      try transaction.append(
        NewEvent(
          contact == .online ? .clusterOnline : .clusterOffline, at: now, actor: actor, cluster: name, reason: contact.rawValue,
          message: message, from: before, to: contact.rawValue))
      return true
    }
  }

  /// Records when clusters answered last. It is for now and then, not for every answer.
  public func recordContacts(_ contacts: [String: Date]) async throws(StoreError) {
    try await write { transaction in
      for (name, at) in contacts.sorted(by: { $0.key < $1.key }) {
        try transaction.run(
          "UPDATE clusters SET last_contact = ?1 WHERE name = ?2 AND (last_contact IS NULL OR last_contact < ?1)", [at.milliseconds, name])
      }
    }
  }

  /// Records where a repository stands, or why it cannot be read (the commit that it stood at stays). Only a change is written.
  ///
  /// - Returns: whether it is a change.
  @discardableResult
  public func recordSource(
    repoURL: String, revision: String, commit: String?, error: String? = nil, at now: Date, actor: String = "hub"
  ) async throws(StoreError) -> Bool {
    let address = Address.withoutUserInfo(repoURL)
    return try await write { transaction in
      let row = try transaction.row("SELECT commit_id, error FROM sources WHERE repo = ? AND revision = ?", [address, revision])
      let before: String? = row?[0]
      let known = commit ?? before
      if let row, before == known, row[1] as String? == error { return false }
      try transaction.run(
        """
        INSERT INTO sources (repo, revision, commit_id, error, checked_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (repo, revision) DO UPDATE SET commit_id = excluded.commit_id, error = excluded.error, checked_at = excluded.checked_at
        """, [address, revision, known, error, now.milliseconds])
      try transaction.append(
        NewEvent(
          error == nil ? .sourceChanged : .sourceFailed, at: now, actor: actor, reason: revision,
          message: error.map { "\(address): \($0)" } ?? address, from: before, to: known))
      return true
    }
  }

  /// Holds something until it is released.
  ///
  /// - Returns: whether it is a new hold, or one with another reason.
  @discardableResult
  public func hold(_ id: String, subject: String, reason: String, at now: Date, actor: String = "hub") async throws(StoreError) -> Bool {
    try await write { transaction in
      let row = try transaction.row("SELECT reason FROM holds WHERE id = ? AND released_at IS NULL", [id])
      if let row, row[0] as String == reason { return false }
      try transaction.run(
        """
        INSERT INTO holds (id, subject, reason, created_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, reason = excluded.reason,
          created_at = CASE WHEN released_at IS NULL THEN created_at ELSE excluded.created_at END, released_at = NULL, released_by = NULL
        """, [id, subject, reason, now.milliseconds])
      try transaction.append(NewEvent(.held, at: now, actor: actor, reason: subject, message: reason, to: id))
      return true
    }
  }

  /// Releases a hold.
  public func release(_ id: String, at now: Date, actor: String) async throws(StoreError) {
    try await write { transaction in
      try transaction.run(
        "UPDATE holds SET released_at = ?, released_by = ? WHERE id = ? AND released_at IS NULL", [now.milliseconds, actor, id])
      guard transaction.changes > 0 else { throw StoreError(.notFound, "nothing is held under the name \(id)") }
      try transaction.append(NewEvent(.released, at: now, actor: actor, reason: "Approved", to: id))
    }
  }

  /// Appends events that belong to no transition.
  public func note(_ events: [NewEvent]) async throws(StoreError) {
    try await write { transaction in
      for event in events { try transaction.append(event) }
    }
  }
}
