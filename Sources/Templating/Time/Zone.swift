/// A time zone: which offset and which abbreviation hold at an instant, as Go's `time.Location` knows them.
final class Zone: Sendable {
  /// One of the offsets that a zone has had.
  struct Offset: Sendable, Hashable {
    let seconds: Int
    let abbreviation: String
    let isDaylight: Bool
  }

  /// From an instant on, the offset with a number holds.
  struct Transition: Sendable {
    let instant: Int64
    let offset: Int
  }

  let name: String
  private let offsets: [Offset]
  private let transitions: [Transition]
  /// What holds after the last transition; nil where that transition's offset holds for ever.
  private let rule: ZoneRule?

  init(name: String, offsets: [Offset], transitions: [Transition] = [], rule: ZoneRule? = nil) {
    self.name = name
    self.offsets = offsets
    self.transitions = transitions
    self.rule = rule
  }

  /// Coordinated universal time.
  static let utc = Zone(name: "UTC", offsets: [Offset(seconds: 0, abbreviation: "UTC", isDaylight: false)])

  /// A zone that is always so many seconds east of Greenwich.
  static func fixed(_ seconds: Int, abbreviation: String) -> Zone {
    Zone(name: abbreviation, offsets: [Offset(seconds: seconds, abbreviation: abbreviation, isDaylight: false)])
  }

  /// What holds at an instant, in seconds since 1970.
  func offset(at instant: Int64) -> Offset {
    guard let first = transitions.first else { return rule?.offset(at: instant) ?? offsets.first ?? Zone.utcOffset }
    if instant < first.instant { return earliest }
    if let last = transitions.last, instant >= last.instant {
      return rule?.offset(at: instant) ?? offsets[last.offset]
    }
    var low = 0
    var high = transitions.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if transitions[middle].instant <= instant { low = middle } else { high = middle }
    }
    return offsets[transitions[low].offset]
  }

  /// Before the first transition Go takes the first standard time that it finds.
  private var earliest: Offset {
    guard let first = offsets.first else { return Zone.utcOffset }
    if !transitions.contains(where: { $0.offset == 0 }) { return first }
    if let start = transitions.first, offsets[start.offset].isDaylight {
      for index in (0..<start.offset).reversed() where !offsets[index].isDaylight { return offsets[index] }
    }
    return offsets.first { !$0.isDaylight } ?? first
  }

  private static let utcOffset = Offset(seconds: 0, abbreviation: "UTC", isDaylight: false)

  /// The offset of an abbreviation, best one that holds at a time of day.
  func offset(named abbreviation: String, at local: Int64) -> Int? {
    for candidate in offsets where candidate.abbreviation == abbreviation {
      if offset(at: local - Int64(candidate.seconds)).abbreviation == abbreviation { return candidate.seconds }
    }
    return offsets.first { $0.abbreviation == abbreviation }?.seconds
  }
}
