import GRDB

/// Why the state could not be opened, read or written.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is, which says what may help.
  public enum Kind: Sendable, Hashable {
    /// The file was written by a newer Flotilla.
    case newerSchema
    /// The file is no state file of Flotilla's, or is damaged. It is left as it was found.
    case unreadable
    /// Another process has the file open.
    case inUse
    /// The disk, or the file's permissions.
    case storage
    /// The transition does not fit the state, such as a second operation of one instance.
    case conflict
    /// What the transition is about is not there.
    case notFound
    /// A mistake in Flotilla.
    case unexpected
  }

  /// What kind of failure it is.
  public var kind: Kind
  /// What happened and what to do.
  public var message: String

  /// Makes an error.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }

  /// What SQLite reported about a file, in Flotilla's words.
  init(_ error: any Error, path: String) {
    if let error = error as? StoreError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.unexpected, "state file \(path): \(error)")
      return
    }
    let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_NOTADB:
      self.init(.unreadable, "\(path) is not a state file: \(reason); it was left as it is. Move it away, or give another path")
    case .SQLITE_CORRUPT:
      self.init(
        .unreadable,
        "state file \(path) is damaged: \(reason); it was left as it is. Put back a copy, or move it away: "
          + "the hub rebuilds its state from Git and the clusters")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.inUse, "state file \(path) is in use by another process: \(reason)")
    case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
      self.init(.storage, "state file \(path): \(reason); see that the disk has space and the folder can be written")
    case .SQLITE_CONSTRAINT:
      self.init(.conflict, "state file \(path): \(reason)")
    default:
      self.init(.unexpected, "state file \(path): \(reason)")
    }
  }
}
