import Document

/// What is remembered of one live object once its tree is dropped.
public struct LiveRecord: Sendable, Hashable {
  /// Tells an object from one of the same name that is made later.
  public var uid: String { identifier.text }
  private var identifier: UID
  /// Changes with every write.
  public var resourceVersion: String
  /// The application that holds it according to its label and tracking id; nil for an object that nobody of ours holds.
  public var owner: String?
  /// How it is doing.
  public var health: Health
  /// Its wave, for removal.
  public var wave: Int
  /// What its annotations say about its removal.
  public var flags: Flags
  /// How its content stands to what was wanted when it was last looked at.
  var match: Match
  /// Whether ``match`` speaks of this version; false while only its metadata was seen.
  var isContentKnown = true
  /// The hash of the owned fields' values when ``match`` became `synced`.
  var ownedHash: Int?

  /// Properties that take part in the decision to remove an object.
  public struct Flags: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt16
    /// Makes flags.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// It is being deleted.
    public static let deleting = Flags(rawValue: 1)
    /// It is a hook.
    public static let hook = Flags(rawValue: 2)
    /// `Prune=false`.
    public static let keepOnPrune = Flags(rawValue: 4)
    /// `Prune=confirm`.
    public static let confirmPrune = Flags(rawValue: 8)
    /// `Delete=false`.
    public static let keepOnDelete = Flags(rawValue: 16)
    /// `Delete=confirm`.
    public static let confirmDelete = Flags(rawValue: 32)
    /// `PruneLast=true`.
    public static let pruneLast = Flags(rawValue: 64)
    /// `Prune=true` on the object, whatever its application says.
    public static let prune = Flags(rawValue: 128)
    /// `Delete=true` on the object, whatever its application says.
    public static let delete = Flags(rawValue: 256)
    /// `argocd.argoproj.io/compare-options: IgnoreExtraneous`: its being too much does not make the application OutOfSync.
    public static let ignoredExtra = Flags(rawValue: 512)
  }

  /// How the content stands to what was wanted.
  enum Match: Sendable, Hashable {
    /// Nobody looked yet.
    case unseen
    /// The same as the manifest of this digest.
    case synced(Digest)
    /// Not the same as the manifest of this digest.
    case differs(Digest, [Difference])

    var digest: Digest? {
      switch self {
      case .unseen: nil
      case .synced(let digest), .differs(let digest, _): digest
      }
    }
  }

  /// Projects the metadata of a live object.
  init(metadataOf object: Value) {
    let metadata = object["metadata"]
    let annotations = metadata?["annotations"]
    identifier = UID(metadata?["uid"]?.stringValue ?? "")
    resourceVersion = metadata?["resourceVersion"]?.stringValue ?? ""
    owner = Tracking.claim(on: object).label
    health = Health(.healthy)
    wave = SyncWave.of(annotations: annotations)
    match = .unseen
    var flags: Flags = []
    if metadata?["deletionTimestamp"]?.stringValue != nil { flags.insert(.deleting) }
    if Hook.marks(annotations) { flags.insert(.hook) }
    if let text = annotations?["argocd.argoproj.io/sync-options"]?.stringValue {
      let options = SyncOptions(text.split(separator: ",").map(String.init))
      if options.prune == .never { flags.insert(.keepOnPrune) }
      if options.prune == .confirm { flags.insert(.confirmPrune) }
      if options.delete == .never { flags.insert(.keepOnDelete) }
      if options.delete == .confirm { flags.insert(.confirmDelete) }
      if options.pruneLast { flags.insert(.pruneLast) }
      let words = text.split(separator: ",").map { String($0).trimmed }
      if words.contains("Prune=true") { flags.insert(.prune) }
      if words.contains("Delete=true") { flags.insert(.delete) }
    }
    if let text = annotations?["argocd.argoproj.io/compare-options"]?.stringValue,
      text.split(separator: ",").contains(where: { String($0).trimmed == "IgnoreExtraneous" })
    {
      flags.insert(.ignoredExtra)
    }
    self.flags = flags
  }

  /// Whether a resourceVersion is older than another; versions that are no numbers cannot be told apart and count as not older.
  static func isOlder(_ version: String, than other: String) -> Bool {
    guard let left = UInt64(version), let right = UInt64(other) else { return false }
    return left < right
  }
}

/// The uid of an object: 16 bytes where it has the usual form.
private enum UID: Sendable, Hashable {
  case number(UInt64, UInt64)
  case other(String)

  init(_ text: String) {
    var (high, low, digits) = (UInt64(0), UInt64(0), 0)
    for (position, byte) in text.utf8.enumerated() {
      if position == 8 || position == 13 || position == 18 || position == 23 {
        guard byte == UInt8(ascii: "-") else {
          self = .other(text)
          return
        }
        continue
      }
      let value: UInt8
      switch byte {
      case 0x30...0x39: value = byte - 0x30
      case 0x61...0x66: value = byte - 0x61 + 10
      default:
        self = .other(text)
        return
      }
      if digits < 16 { high = high << 4 | UInt64(value) } else { low = low << 4 | UInt64(value) }
      digits += 1
    }
    self = digits == 32 && text.utf8.count == 36 ? .number(high, low) : .other(text)
  }

  var text: String {
    switch self {
    case .other(let text): return text
    case .number(let high, let low):
      let digits = Array(Digest(high: high, low: low).description.utf8)
      let dash = [UInt8(ascii: "-")]
      let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
      return String(decoding: Array(parts.joined(separator: dash)), as: UTF8.self)
    }
  }
}

/// How an object stands to what its application wants.
public enum ObjectSync: Sendable, Hashable {
  /// As wanted.
  case synced
  /// Wanted and not there.
  case missing
  /// Wanted and there, but not as wanted. Without differences, the manifest changed since it was applied.
  case outOfSync([Difference])
  /// There, ours and not wanted.
  case extra
  /// Wanted here, but another application had it first.
  case claimed(by: String)
  /// On its way out.
  case deleting
  /// Not looked at yet.
  case unknown
}

/// Something that happened to an object, for events and for waking those who wait.
public struct IndexChange: Sendable, Hashable {
  /// The label of the application that it concerns.
  public var application: String
  /// The object.
  public var identity: ObjectIdentity
  /// What happened.
  public var kind: Kind

  /// What happened to an object.
  public enum Kind: Sendable, Hashable {
    /// Somebody changed it in these fields.
    case drifted([Difference])
    /// It is as wanted again, or for the first time.
    case synced
    /// It was deleted although it is wanted.
    case deleted
    /// It is gone, as it should be.
    case gone
    /// It turned up without being wanted.
    case extra
    /// It is doing better or worse.
    case health(from: Health, to: Health)
  }
}
