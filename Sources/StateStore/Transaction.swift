import Document
import FleetModel
import Foundation
import GRDB

/// A transition while it runs: state and events are written by the same transaction.
struct Transaction {
  let db: Database

  /// Runs a statement, which is compiled once for each connection.
  func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The first row of a query.
  func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
    try Row.fetchOne(try db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// How many rows the last statement changed.
  var changes: Int { db.changesCount }

  /// Appends to the event log.
  func append(_ event: NewEvent) throws {
    try run(
      """
      INSERT INTO events (at, kind, actor, instance, name, cluster, reason, message, from_value, to_value)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        event.at.milliseconds, event.kind.rawValue, event.actor, event.instance?.rawValue, event.name, event.cluster, event.reason,
        event.message, event.from, event.to,
      ])
  }

  /// The key, name and cluster of an instance; nil where there is none.
  func instance(_ id: InstanceID) throws -> (key: Int64, name: String, cluster: String)? {
    guard let row = try row("SELECT key, name, cluster FROM instances WHERE id = ?", [id.rawValue]) else { return nil }
    return (row[0], row[1], row[2])
  }

  /// The same, where a missing one is an error.
  func existing(_ id: InstanceID) throws -> (key: Int64, name: String, cluster: String) {
    guard let found = try instance(id) else { throw StoreError(.notFound, "there is no instance \(id)") }
    return found
  }
}

extension Date {
  /// Milliseconds since 1970.
  var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

  /// The time that is so many milliseconds after 1970.
  init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

/// Addresses without the credentials that people put into them.
enum Address {
  /// `https://user:token@host/path` as `https://host/path`.
  static func withoutUserInfo(_ address: String) -> String {
    guard let scheme = address.range(of: "://") else { return address }
    let rest = address[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    // `ssh://git@host` names an account and no secret.
    guard let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") || address.hasPrefix("http") else { return address }
    return "\(address[..<scheme.upperBound])\(rest[rest.index(after: at)...])"
  }
}
