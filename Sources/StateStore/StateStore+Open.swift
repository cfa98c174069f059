import Dispatch
import Foundation
import GRDB

extension StateStore {
  /// Opens a state file, makes it where there is none, brings its tables up to date, and closes operations that were running
  /// when the process that had it open before ended: they are marked as interrupted, with an event each.
  ///
  /// - Parameters:
  ///   - path: the file. Beside it stand SQLite's `-wal` and `-shm`, and a `.lock`.
  ///   - now: the time to record.
  public static func open(path: String, now: Date) async throws(StoreError) -> StateStore {
    let result: Result<StateStore, StoreError> = await withCheckedContinuation { continuation in
      DispatchQueue(label: "flotilla.state.open", qos: .userInitiated).async {
        do {
          continuation.resume(returning: .success(try openBlocking(path: path, now: now)))
        } catch {
          continuation.resume(returning: .failure(StoreError(error, path: path)))
        }
      }
    }
    return try result.get()
  }

  private static func openBlocking(path: String, now: Date) throws -> StateStore {
    let lock = try FileLock(for: path)
    try inspect(path)
    let pool = try DatabasePool(path: path, configuration: configuration)
    try Schema.migrator.migrate(pool)
    try pool.write { try closeInterrupted(Transaction(db: $0), now: now) }
    return StateStore(path: path, pool: pool, lock: lock)
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "flotilla.state"
    configuration.maximumReaderCount = 2
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      guard !db.configuration.readonly else { return }
      // Takes effect in a new file only: freed pages can then be given back (see `prune`).
      try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      // With a write-ahead log no commit waits for the disk; a power cut may lose the last ones, never the file.
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
      try db.execute(sql: "PRAGMA journal_size_limit = 33554432")
    }
    return configuration
  }

  /// Looks at a file without changing it: whether it is one that this program may open for writing.
  private static func inspect(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else { return }
    let header = try handle.read(upToCount: 16) ?? Data()
    try handle.close()
    guard !header.isEmpty else { return }
    guard header.elementsEqual("SQLite format 3\0".utf8) else {
      throw StoreError(.unreadable, "\(path) is not a state file; it was left as it is. Move it away, or give another path")
    }
    var configuration = Configuration()
    configuration.readonly = true
    try DatabaseQueue(path: path, configuration: configuration).read { db in
      let tables = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_schema") ?? 0
      let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
      guard tables == 0 || application == Schema.applicationID else {
        throw StoreError(.unreadable, "\(path) is an SQLite database of another program; it was left as it is. Give another path")
      }
      if tables > 0, try Schema.migrator.hasBeenSuperseded(db) {
        let known = Set(Schema.migrator.migrations)
        let newer = try Schema.migrator.appliedIdentifiers(db).subtracting(known).sorted()
        throw StoreError(
          .newerSchema,
          "state file \(path) was written by a newer Flotilla (it has \(newer.map { "\"\($0)\"" }.joined(separator: ", "))); "
            + "it was left as it is. Run that version, or put back a copy from before")
      }
      if let problem = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), problem != "ok" {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: problem)
      }
    }
  }

  /// What ran when the process ended did not end well, as far as anybody knows. Failures are not counted up: the instance is
  /// simply out of sync, and what was applied already costs no second change.
  static func closeInterrupted(_ transaction: Transaction, now: Date) throws {
    let message = "the hub ended while this ran"
    let rows = try Row.fetchAll(
      transaction.db,
      sql: "SELECT id, instance, name, cluster, kind, revision, actor FROM operations WHERE finished_at IS NULL ORDER BY id")
    for row in rows {
      try transaction.run(
        "UPDATE operations SET phase = 'Interrupted', message = ?, finished_at = ? WHERE id = ?",
        [message, now.milliseconds, row[0] as Int64])
      try transaction.append(
        NewEvent(
          .interrupted, at: now, instance: .init(rawValue: row[1]), name: row[2], cluster: row[3], reason: row[4], message: message,
          from: "Running", to: "Interrupted"))
    }
  }
}
