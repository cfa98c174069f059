import Document
import Templating

/// The parameters that the texts of one plan name, each looked up once for an element however many texts name it.
struct SlotTable: Sendable {
  /// In Go mode the fields one after the other, in classic mode one name.
  private(set) var paths: [[String]] = []
  private var positions: [[String]: Int] = [:]

  mutating func slot(_ path: [String]) -> Int {
    if let known = positions[path] { return known }
    positions[path] = paths.count
    paths.append(path)
    return paths.count - 1
  }

  /// The texts that stand in the slots.
  func values(_ parameters: TemplateMap) -> SlotValues {
    var result = SlotValues()
    result.texts.reserveCapacity(paths.count)
    result.bytes.reserveCapacity(paths.count * 16)
    result.ranges.reserveCapacity(paths.count)
    for path in paths {
      let start = result.bytes.count
      let text = SlotTable.text(parameters, path)
      if let text { result.bytes.append(contentsOf: text.utf8) }
      result.ranges.append(text == nil ? SlotValues.none : start..<result.bytes.count)
      result.texts.append(text)
    }
    return result
  }

  private static func text(_ parameters: TemplateMap, _ path: [String]) -> String? {
    var map = parameters
    for (index, name) in path.enumerated() {
      switch map[name] {
      case .map(let inner)? where index < path.count - 1: map = inner
      case .string(let text)? where index == path.count - 1: return text
      default: return nil
      }
    }
    return nil
  }
}

/// The texts in the slots for one element, and all of their bytes in a row.
struct SlotValues {
  /// Nil where there is none, or something that is no text.
  var texts: [String?] = []
  var bytes: [UInt8] = []
  /// Where the bytes of each text are; ``none`` where there is none.
  var ranges: [Range<Int>] = []

  static let none = Int.max..<Int.max
}

/// A text of a plan.
///
/// Most texts of application templates are words with plain parameters between them. They need no template engine as long as the
/// parameters are texts; where one is not, the engine decides what that means.
final class PlanText: Sendable {
  /// A run of bytes: words, or what stands in a slot.
  private struct Piece: Sendable {
    /// The slot; negative for words.
    var slot: Int
    /// Where the words are among the literals; for a slot in classic mode the tag as it was written, which stays where the parameter is
    /// missing; ``SlotValues/none`` for a slot in Go mode.
    var literal: Range<Int>
  }

  let compiled: CompiledText
  /// Empty for everything that the engine has to do.
  private let pieces: [Piece]
  private let literals: [UInt8]

  /// Whether rendering it twice costs no more than remembering what it gave.
  var isCheap: Bool { !pieces.isEmpty }

  init(_ compiled: CompiledText, _ slots: inout SlotTable) {
    self.compiled = compiled
    let split: (pieces: [Piece], literals: [UInt8])? =
      switch compiled {
      case .go(_, let source): PlanText.split(source, goTemplate: true, &slots)
      case .classic(_, let source): PlanText.split(source, goTemplate: false, &slots)
      case .literal, .broken: nil
      }
    pieces = split?.pieces ?? []
    literals = split?.literals ?? []
  }

  func render(_ parameters: ParameterSet, _ slots: SlotValues, _ scope: borrowing RenderScope) throws(RenderError) -> String {
    if !pieces.isEmpty, let text = joined(slots, maximum: scope.limits.outputBytes) { return text }
    return try compiled.render(parameters, scope)
  }

  private func joined(_ slots: SlotValues, maximum: Int) -> String? {
    if pieces.count == 1, pieces[0].slot >= 0, let text = slots.texts[pieces[0].slot] {
      return text.utf8.count <= maximum ? text : nil
    }
    var count = 0
    for piece in pieces {
      let range = piece.slot < 0 ? piece.literal : slots.ranges[piece.slot]
      if range != SlotValues.none {
        count += range.count
      } else {
        guard piece.literal != SlotValues.none else { return nil }
        count += piece.literal.count
      }
    }
    guard count <= maximum else { return nil }
    return String(unsafeUninitializedCapacity: count) { target in
      literals.withUnsafeBufferPointer { words in
        slots.bytes.withUnsafeBufferPointer { values in
          var position = 0
          for piece in pieces {
            let isWords = piece.slot < 0 || slots.ranges[piece.slot] == SlotValues.none
            let range = isWords ? piece.literal : slots.ranges[piece.slot]
            if let to = target.baseAddress, let from = isWords ? words.baseAddress : values.baseAddress {
              (to + position).update(from: from + range.lowerBound, count: range.count)
            }
            position += range.count
          }
          return position
        }
      }
    }
  }

  /// The pieces of a text; nil where one of its tags is more than a name.
  private static func split(_ source: String, goTemplate: Bool, _ slots: inout SlotTable) -> (pieces: [Piece], literals: [UInt8])? {
    let bytes = Array(source.utf8)
    var found: [(words: Range<Int>, tag: Range<Int>, path: [String])] = []
    var start = 0
    var index = 0
    while index + 1 < bytes.count {
      guard bytes[index] == 0x7B, bytes[index + 1] == 0x7B else {
        index += 1
        continue
      }
      var end = index + 2
      while end + 1 < bytes.count, bytes[end] != 0x7D || bytes[end + 1] != 0x7D { end += 1 }
      guard end + 1 < bytes.count else { return nil }
      let inside = index + 2..<end
      guard let path = goTemplate ? fieldPath(bytes[inside]) : name(bytes[inside]).map({ [$0] }) else { return nil }
      found.append((start..<index, index..<end + 2, path))
      index = end + 2
      start = index
    }
    // The source itself is the literals: words and tags are where they are written.
    var pieces: [Piece] = []
    for (words, tag, path) in found {
      if !words.isEmpty { pieces.append(Piece(slot: -1, literal: words)) }
      if path == [""] {
        pieces.append(Piece(slot: -1, literal: tag))
      } else {
        pieces.append(Piece(slot: slots.slot(path), literal: goTemplate ? SlotValues.none : tag))
      }
    }
    if start < bytes.count { pieces.append(Piece(slot: -1, literal: start..<bytes.count)) }
    return (pieces, bytes)
  }

  /// `.a.b` with blanks around it, and nothing else.
  private static func fieldPath(_ bytes: ArraySlice<UInt8>) -> [String]? {
    var trimmed = bytes
    while trimmed.first == 0x20 { trimmed.removeFirst() }
    while trimmed.last == 0x20 { trimmed.removeLast() }
    guard trimmed.first == UInt8(ascii: "."), trimmed.count > 1 else { return nil }
    var path: [String] = []
    for field in trimmed.dropFirst().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard let first = field.first, !(0x30...0x39).contains(first) else { return nil }
      let isName = field.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
      }
      guard isName else { return nil }
      path.append(String(decoding: field, as: UTF8.self))
    }
    return path
  }

  /// The name in a classic tag; nil where only the engine knows which characters at its ends are blanks.
  private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    var trimmed = bytes
    while let first = trimmed.first, isBlank(first) { trimmed.removeFirst() }
    while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
    guard trimmed.first ?? 0 < 0x80, trimmed.last ?? 0 < 0x80 else { return nil }
    return String(decoding: trimmed, as: UTF8.self)
  }
}
