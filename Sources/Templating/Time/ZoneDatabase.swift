import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where named time zones come from.
public protocol ZoneDatabase: Sendable {
  /// The file of a zone in the TZif form (RFC 9636); nil for an unknown name. The name has no `..` and does not begin with `/`.
  func file(_ name: String) -> [UInt8]?
}

/// The time zones of the operating system, in `/usr/share/zoneinfo` and the other usual places.
public struct SystemZoneDatabase: ZoneDatabase {
  private static let folders = ["/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/usr/share/lib/zoneinfo/", "/etc/zoneinfo/"]
  private static let maximumBytes = 1 << 20

  /// Makes the database; nothing is read yet.
  public init() {}

  /// Reads a zone's file.
  public func file(_ name: String) -> [UInt8]? {
    for folder in SystemZoneDatabase.folders {
      guard let file = fopen(folder + name, "rb") else { continue }
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: SystemZoneDatabase.maximumBytes)
      let count = fread(&bytes, 1, bytes.count, file)
      if count > 44 { return Array(bytes.prefix(count)) }
    }
    return nil
  }
}

/// Zones by name, each read once.
final class ZoneCache: Sendable {
  private let database: any ZoneDatabase
  private let zones = Mutex<[String: Zone?]>([:])
  /// So that names made up by templates cannot fill the memory.
  private static let maximumCount = 1000

  init(_ database: any ZoneDatabase) { self.database = database }

  /// A zone by its name; nil where there is none.
  func zone(_ name: String) -> Zone? {
    if name.isEmpty || name == "UTC" { return .utc }
    guard !name.contains(".."), !name.hasPrefix("/"), !name.contains("\\"), !name.utf8.contains(0), name.utf8.count < 100 else {
      return nil
    }
    if let known = zones.withLock({ $0[name] }) { return known }
    let zone = database.file(name).flatMap { ZoneFile.zone($0, name: name) }
    zones.withLock { if $0.count < ZoneCache.maximumCount { $0[name] = .some(zone) } }
    return zone
  }
}
