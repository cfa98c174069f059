/// Follows all ways through a program at once, in the order of their right to win (Pike's machine).
struct RegexMachine {
  private struct Thread {
    var instruction: Int
    var slots: [Int]
  }

  private struct ThreadList {
    var threads: [Thread] = []
    /// The position at which an instruction was last added; a way that joins another one is dropped.
    var marks: [Int]

    init(_ count: Int) { marks = Array(repeating: -1, count: count) }
  }

  private let instructions: [RegexProgram.Instruction]
  private let text: [Unicode.Scalar]
  private let slots: Int
  /// The work done so far.
  private(set) var steps = 0

  init(program: RegexProgram, text: [Unicode.Scalar], slots: Int) {
    instructions = program.instructions
    self.text = text
    self.slots = slots
  }

  /// The places of the groups of the first match at or after a position.
  mutating func run(from start: Int) -> [Int]? {
    var current = ThreadList(instructions.count)
    var next = ThreadList(instructions.count)
    var matched: [Int]?
    var position = start
    while true {
      if matched == nil {
        add(0, position, Array(repeating: -1, count: slots), to: &current)
      } else if current.threads.isEmpty {
        break
      }
      let scalar = position < text.count ? text[position].value : UInt32.max
      next.threads.removeAll(keepingCapacity: true)
      step: for thread in current.threads {
        switch instructions[thread.instruction] {
        case .character(let set):
          if position < text.count && set.contains(scalar) { add(thread.instruction + 1, position + 1, thread.slots, to: &next) }
        case .match:
          matched = thread.slots
          // Whatever comes after has less right.
          break step
        default: break
        }
      }
      swap(&current, &next)
      if position >= text.count { break }
      position += 1
    }
    return matched
  }

  /// Adds a way, and all that it leads to without reading a character. Uses a stack of its own: expressions may be long.
  private mutating func add(_ instruction: Int, _ position: Int, _ slots: [Int], to list: inout ThreadList) {
    var stack = [Thread(instruction: instruction, slots: slots)]
    while var thread = stack.popLast() {
      guard list.marks[thread.instruction] != position else { continue }
      list.marks[thread.instruction] = position
      steps += 1
      switch instructions[thread.instruction] {
      case .jump(let target): stack.append(Thread(instruction: target, slots: thread.slots))
      case .split(let first, let second):
        stack.append(Thread(instruction: second, slots: thread.slots))
        stack.append(Thread(instruction: first, slots: thread.slots))
      case .save(let slot):
        thread.slots[slot] = position
        stack.append(Thread(instruction: thread.instruction + 1, slots: thread.slots))
      case .assertion(let assertion):
        if holds(assertion, position) { stack.append(Thread(instruction: thread.instruction + 1, slots: thread.slots)) }
      case .character, .match: list.threads.append(thread)
      }
    }
  }

  private func holds(_ assertion: RegexNode.Assertion, _ position: Int) -> Bool {
    switch assertion {
    case .textStart: return position == 0
    case .textEnd: return position == text.count
    case .lineStart: return position == 0 || text[position - 1] == "\n"
    case .lineEnd: return position == text.count || text[position] == "\n"
    case .wordBoundary, .noWordBoundary:
      let before = position > 0 && RegexClasses.word.contains(text[position - 1].value)
      let after = position < text.count && RegexClasses.word.contains(text[position].value)
      return (before != after) == (assertion == .wordBoundary)
    }
  }
}
