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

  /// The texts that stand in the slots; nil where there is none, or something that is no text.
  func values(_ parameters: TemplateMap) -> [String?] {
    var result: [String?] = []
    result.reserveCapacity(paths.count)
    for path in paths { result.append(SlotTable.text(parameters, path)) }
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

/// A text of a plan.
///
/// Most texts of application templates are words with plain parameters between them. They need no template engine as long as the
/// parameters are texts; where one is not, the engine decides what that means.
final class PlanText: Sendable {
  enum Piece: Sendable {
    case text(String)
    /// A slot, and in classic mode the tag as it was written, which stays where the parameter is missing.
    case slot(Int, tag: String?)
  }

  let compiled: CompiledText
  /// Nil for everything that the engine has to do.
  private let pieces: [Piece]?

  init(_ compiled: CompiledText, _ slots: inout SlotTable) {
    self.compiled = compiled
    switch compiled {
    case .go(_, let source): pieces = PlanText.split(source, goTemplate: true, &slots)
    case .classic(_, let source): pieces = PlanText.split(source, goTemplate: false, &slots)
    case .literal, .broken: pieces = nil
    }
  }

  func render(_ parameters: ParameterSet, _ slots: [String?], _ limits: TemplateLimits) throws(RenderError) -> String {
    if let pieces, let text = PlanText.joined(pieces, slots, maximum: limits.outputBytes) { return text }
    return try compiled.render(parameters, limits)
  }

  private static func joined(_ pieces: [Piece], _ slots: [String?], maximum: Int) -> String? {
    if pieces.count == 1, case .slot(let index, let tag) = pieces[0] {
      guard let text = slots[index] else { return tag }
      return text.utf8.count <= maximum ? text : nil
    }
    var count = 0
    for piece in pieces {
      switch piece {
      case .text(let text): count += text.utf8.count
      case .slot(let index, let tag):
        guard let text = slots[index] ?? tag else { return nil }
        count += text.utf8.count
      }
    }
    guard count <= maximum else { return nil }
    var result = ""
    // Shorter ones fit into the string itself.
    if count > 15 { result.reserveCapacity(count) }
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .slot(let index, let tag): result += slots[index] ?? tag ?? ""
      }
    }
    return result
  }

  /// The pieces of a text; nil where one of its tags is more than a name.
  private static func split(_ source: String, goTemplate: Bool, _ slots: inout SlotTable) -> [Piece]? {
    let bytes = Array(source.utf8)
    var found: [(text: Range<Int>, tag: Range<Int>, path: [String])] = []
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
      found.append((start..<index, inside, path))
      index = end + 2
      start = index
    }
    var pieces: [Piece] = []
    for (text, tag, path) in found {
      if !text.isEmpty { pieces.append(.text(String(decoding: bytes[text], as: UTF8.self))) }
      let written = goTemplate ? nil : "{{" + String(decoding: bytes[tag], as: UTF8.self) + "}}"
      if let written, path == [""] { pieces.append(.text(written)) } else { pieces.append(.slot(slots.slot(path), tag: written)) }
    }
    if start < bytes.count { pieces.append(.text(String(decoding: bytes[start...], as: UTF8.self))) }
    return pieces
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
