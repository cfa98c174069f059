import Glibc

/// What the output may look like: colours and moving lines only on a terminal, and never where `NO_COLOR` is set.
struct Terminal: Sendable {
  /// Whether standard output is a terminal.
  let isInteractive: Bool
  /// Whether colours may be used on standard output.
  let hasColors: Bool

  /// How a piece of text looks on a terminal.
  enum Style: String, Sendable {
    case plain = "0"
    case bold = "1"
    case dim = "2"
    case good = "32"
    case busy = "36"
    case waiting = "33"
    case bad = "31"
  }

  /// The terminal that this process writes to.
  static func current() -> Terminal {
    let interactive = isatty(STDOUT_FILENO) == 1
    let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    let dumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
    return Terminal(isInteractive: interactive, hasColors: interactive && !refused && !dumb)
  }

  func styled(_ text: String, _ style: Style) -> String {
    guard hasColors, style != .plain, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }

  /// Writes a line to standard output.
  func print(_ line: String = "") { Self.write(line + "\n", to: STDOUT_FILENO) }

  /// Writes text to standard output as it is.
  func write(_ text: String) { Self.write(text, to: STDOUT_FILENO) }

  /// Writes a line to standard error, where progress and warnings go.
  func note(_ line: String) { Self.write(line + "\n", to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if written < 0 {
          if errno == EINTR || errno == EAGAIN { continue }
          return
        }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
      }
    }
  }
}
