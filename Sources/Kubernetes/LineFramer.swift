import Document

/// Cuts a stream of pieces into lines, looking at each byte once, however the pieces fall.
struct LineFramer: Sendable {
  private var buffer: [UInt8] = []
  /// Where the next line begins, and how far has been searched for its end.
  private var start = 0
  private var searched = 0
  let limit: Int

  init(limit: Int) { self.limit = limit }

  /// The bytes that wait for the end of their line.
  var pendingCount: Int { buffer.count - start }

  mutating func add(_ piece: [UInt8]) {
    if start == buffer.count {
      // Nothing is left of earlier pieces, the common case: take the piece as it is.
      buffer = piece
      start = 0
      searched = 0
    } else {
      if start > 0 {
        buffer.removeFirst(start)
        searched -= start
        start = 0
      }
      buffer.append(contentsOf: piece)
    }
  }

  /// Hands over each line that is complete; empty lines are left out.
  mutating func lines<Failure: Error>(_ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void) throws(Failure) {
    var next = start
    var position = searched
    let outcome: Result<Void, Failure> = buffer.withUnsafeBufferPointer { bytes in
      do throws(Failure) {
        while position < bytes.count {
          if bytes[position] == 0x0A {
            let line = UnsafeBufferPointer(rebasing: bytes[next..<position])
            next = position + 1
            position += 1
            if !line.isEmpty { try body(line) }
          } else {
            position += 1
          }
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    start = next
    searched = position
    // Between two pieces nothing is held that was handed over.
    if start == buffer.count { (buffer, start, searched) = ([], 0, 0) }
    try outcome.get()
  }

  /// Whether an unfinished line is longer than allowed.
  var isOverfull: Bool { pendingCount > limit }
}
