/// A regular expression as instructions for a machine that follows all ways at once.
struct RegexProgram: Sendable {
  enum Instruction: Sendable {
    case character(CharacterSet)
    case assertion(RegexNode.Assertion)
    /// Goes on at the first, and with less right at the second.
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    case match
  }

  private(set) var instructions: [Instruction] = []

  /// The most instructions that an expression may make.
  private static let maximumSize = 20_000

  init(_ node: RegexNode, pattern: String) throws(RegexError) {
    try emit(.capture(0, node), pattern)
    instructions.append(.match)
  }

  private mutating func emit(_ node: RegexNode, _ pattern: String) throws(RegexError) {
    if instructions.count > RegexProgram.maximumSize { throw RegexError("expression too large", pattern) }
    switch node {
    case .empty: break
    case .characters(let set): instructions.append(.character(set))
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    case .sequence(let nodes): for node in nodes { try emit(node, pattern) }
    case .capture(let number, let inner):
      instructions.append(.save(2 * number))
      try emit(inner, pattern)
      instructions.append(.save(2 * number + 1))
    case .alternatives(let choices):
      var ends: [Int] = []
      for (index, choice) in choices.enumerated() {
        guard index < choices.count - 1 else {
          try emit(choice, pattern)
          break
        }
        let split = instructions.count
        instructions.append(.match)
        try emit(choice, pattern)
        ends.append(instructions.count)
        instructions.append(.match)
        instructions[split] = .split(split + 1, instructions.count)
      }
      for end in ends { instructions[end] = .jump(instructions.count) }
    case .repeat(let inner, let minimum, let maximum, let greedy):
      for _ in 0..<minimum { try emit(inner, pattern) }
      if let maximum {
        var splits: [Int] = []
        for _ in minimum..<max(maximum, minimum) {
          splits.append(instructions.count)
          instructions.append(.match)
          try emit(inner, pattern)
        }
        for split in splits { instructions[split] = choice(split + 1, instructions.count, greedy) }
      } else {
        let split = instructions.count
        instructions.append(.match)
        try emit(inner, pattern)
        instructions.append(.jump(split))
        instructions[split] = choice(split + 1, instructions.count, greedy)
      }
    }
  }

  private func choice(_ inside: Int, _ outside: Int, _ greedy: Bool) -> Instruction {
    greedy ? .split(inside, outside) : .split(outside, inside)
  }
}
