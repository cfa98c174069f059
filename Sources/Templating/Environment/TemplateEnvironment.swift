import Document

/// What a template may learn of the world beside its data: the time, randomness, time zones, and objects of a cluster.
///
/// Whoever pins an execution gives a time and a seed; then the same template with the same data gives the same text for ever,
/// whatever functions it calls.
public struct TemplateEnvironment: Sendable {
  /// What `now` gives and `ago` counts from.
  public enum Clock: Sendable {
    /// The clock of the machine, read once for each execution.
    case system
    /// A time: seconds since 1970, and nanoseconds from 0 to 999,999,999.
    case fixed(seconds: Int64, nanoseconds: Int = 0)
  }

  /// Where random bytes come from.
  public enum Randomness: Sendable {
    /// The machine's generator.
    case system
    /// A generator that gives the same bytes for the same seed. Passwords and private keys of templates are made of them, so
    /// the seed is a secret unless it stands for nothing that is one.
    case seeded([UInt8])
  }

  /// Helm's `lookup`: an object, or a list of them where the name is empty; nil for what is not there.
  public typealias Lookup = @Sendable (_ apiVersion: String, _ kind: String, _ namespace: String, _ name: String) -> TemplateValue?

  /// What `now` gives.
  public var clock: Clock
  /// Where random bytes come from.
  public var randomness: Randomness
  /// The name of the zone that dates are read and shown in where no other is named; UTC in Argo CD's containers.
  public var localZone: String
  /// What Helm's `lookup` finds; nothing unless given.
  public var lookup: Lookup?
  let zones: ZoneCache

  /// Makes an environment; the machine's own unless something else is given.
  public init(
    clock: Clock = .system, randomness: Randomness = .system, localZone: String = "UTC", zones: any ZoneDatabase = SystemZoneDatabase(),
    lookup: Lookup? = nil
  ) {
    self.clock = clock
    self.randomness = randomness
    self.localZone = localZone
    self.lookup = lookup
    self.zones = ZoneCache(zones)
  }

  /// The machine's clock and randomness.
  public static let system = TemplateEnvironment()

  /// The same environment with a time and a seed.
  ///
  /// Give each text of an instance a seed of its own, for instance the fleet's secret with the instance's identity and the
  /// field's path: two texts with the same seed make the same passwords.
  public func pinned(seconds: Int64, seed: [UInt8]) -> TemplateEnvironment {
    var result = self
    result.clock = .fixed(seconds: seconds)
    result.randomness = .seeded(seed)
    return result
  }

  /// A seed of 32 bytes for something that has a name, derived from a secret: who knows one seed learns neither the secret nor another
  /// seed.
  public static func seed(secret: [UInt8], parts: String...) -> [UInt8] {
    var hash = SHA256()
    hash.update(UInt64(secret.count))
    for byte in secret { hash.update(byte) }
    for part in parts {
      hash.update(UInt64(part.utf8.count))
      for byte in part.utf8 { hash.update(byte) }
    }
    return hash.finish().flatMap { word in stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
  }
}
