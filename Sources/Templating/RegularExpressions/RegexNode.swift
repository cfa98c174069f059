/// The tree of a regular expression.
indirect enum RegexNode: Sendable {
  case empty
  case characters(CharacterSet)
  case sequence([RegexNode])
  case alternatives([RegexNode])
  /// A group with its number.
  case capture(Int, RegexNode)
  case `repeat`(RegexNode, minimum: Int, maximum: Int?, greedy: Bool)
  case assertion(Assertion)

  enum Assertion: Sendable {
    case textStart
    case textEnd
    case lineStart
    case lineEnd
    case wordBoundary
    case noWordBoundary
  }
}

/// A set of characters, as sorted ranges that do not touch.
struct CharacterSet: Sendable {
  private(set) var ranges: [ClosedRange<UInt32>]

  static let everything = CharacterSet([0...0x10FFFF])
  static let noNewLine = CharacterSet([0...9, 11...0x10FFFF])

  init(_ ranges: [ClosedRange<UInt32>] = []) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = self.ranges.last, range.lowerBound <= last.upperBound &+ 1 {
        self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        self.ranges.append(range)
      }
    }
  }

  init(_ scalar: UInt32) { ranges = [scalar...scalar] }

  func contains(_ scalar: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(scalar)
  }

  func union(_ other: CharacterSet) -> CharacterSet { CharacterSet(ranges + other.ranges) }

  var inverted: CharacterSet {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= 0x10FFFF { result.append(next...0x10FFFF) }
    return CharacterSet(result)
  }

  /// With the other case of each letter.
  var foldingCase: CharacterSet {
    var extra: [ClosedRange<UInt32>] = []
    for range in ranges where range.count < 0x3000 {
      for value in range {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let (upper, lower) = (GoUnicode.upper(scalar).value, GoUnicode.lower(scalar).value)
        if upper != value { extra.append(upper...upper) }
        if lower != value { extra.append(lower...lower) }
        // The long s and the Kelvin sign are the only others that fold into ASCII.
        if value | 0x20 == 0x73 { extra.append(0x17F...0x17F) }
        if value | 0x20 == 0x6B { extra.append(0x212A...0x212A) }
      }
    }
    return extra.isEmpty ? self : CharacterSet(ranges + extra)
  }
}
