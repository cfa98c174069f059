/// Two texts, one below the other: what `diff -u` prints.
enum UnifiedDiff {
  private enum Step {
    case same([UInt8])
    case removed([UInt8])
    case added([UInt8])
  }

  /// The hunks with three lines around each, headed by `--- expected` and `+++ got`; empty when the texts are equal byte by byte.
  static func text(expected: String, got: String) -> String {
    let old = lines(expected)
    let new = lines(got)
    guard old != new else { return "" }
    let steps = steps(old, new)
    var kept = [Bool](repeating: false, count: steps.count)
    for (index, step) in steps.enumerated() {
      if case .same = step { continue }
      for near in max(0, index - 3)...min(steps.count - 1, index + 3) { kept[near] = true }
    }
    var output = "--- expected\n+++ got\n"
    var index = 0
    var oldLine = 1
    var newLine = 1
    while index < steps.count {
      if !kept[index] {
        (oldLine, newLine, index) = (oldLine + 1, newLine + 1, index + 1)
        continue
      }
      var body = ""
      var counts = (old: 0, new: 0)
      while index < steps.count, kept[index] {
        switch steps[index] {
        case .same(let line):
          body += show(" ", line)
          counts = (counts.old + 1, counts.new + 1)
        case .removed(let line):
          body += show("-", line)
          counts.old += 1
        case .added(let line):
          body += show("+", line)
          counts.new += 1
        }
        index += 1
      }
      output += "@@ -\(range(oldLine, counts.old)) +\(range(newLine, counts.new)) @@\n" + body
      oldLine += counts.old
      newLine += counts.new
    }
    return output
  }

  private static func range(_ line: Int, _ count: Int) -> String {
    count == 1 ? "\(line)" : "\(count == 0 ? line - 1 : line),\(count)"
  }

  /// Lines with their line feeds, so that a last line without one differs from one that has it.
  private static func lines(_ text: String) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var line: [UInt8] = []
    for byte in text.utf8 {
      line.append(byte)
      if byte == UInt8(ascii: "\n") {
        result.append(line)
        line = []
      }
    }
    if !line.isEmpty { result.append(line) }
    return result
  }

  /// The shortest way from one text to the other; for texts that are long and wholly different, simply all of one and all of the other.
  private static func steps(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Step] {
    var head = 0
    while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    let oldMiddle = old[head..<(old.count - tail)]
    let newMiddle = new[head..<(new.count - tail)]
    var steps = old[..<head].map { Step.same($0) }
    if oldMiddle.count * newMiddle.count > 250_000 {
      steps += oldMiddle.map { .removed($0) } + newMiddle.map { .added($0) }
    } else {
      steps += shortest(Array(oldMiddle), Array(newMiddle))
    }
    return steps + old[(old.count - tail)...].map { .same($0) }
  }

  private static func shortest(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Step] {
    var removed = Set<Int>()
    var added = Set<Int>()
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var steps: [Step] = []
    var oldIndex = 0
    var newIndex = 0
    while oldIndex < old.count || newIndex < new.count {
      if removed.contains(oldIndex) {
        steps.append(.removed(old[oldIndex]))
        oldIndex += 1
      } else if added.contains(newIndex) {
        steps.append(.added(new[newIndex]))
        newIndex += 1
      } else {
        steps.append(.same(old[oldIndex]))
        (oldIndex, newIndex) = (oldIndex + 1, newIndex + 1)
      }
    }
    return steps
  }

  /// A line as it can be read: what would not be seen, control characters and blanks at the end, is spelt out.
  private static func show(_ sign: String, _ line: [UInt8]) -> String {
    let hasEnd = line.last == UInt8(ascii: "\n")
    var text = String(decoding: hasEnd ? line.dropLast() : line[...], as: UTF8.self)
    var blanks = 0
    while text.last == " " {
      text.removeLast()
      blanks += 1
    }
    var shown = ""
    for scalar in text.unicodeScalars {
      if scalar == "\t" {
        shown += "\\t"
      } else if scalar == "\r" {
        shown += "\\r"
      } else if scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return sign + shown + String(repeating: "\\u{20}", count: blanks) + (hasEnd ? "\n" : "\n\\ No newline at the end\n")
  }
}
