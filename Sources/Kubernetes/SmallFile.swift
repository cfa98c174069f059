import Glibc

/// Files of a few kilobytes: tokens, certificates, kubeconfigs. Read at once, since they lie on a local disk or in memory.
enum SmallFile {
  /// The content; nil when the file cannot be read or is larger than allowed.
  static func read(_ path: String, maximumBytes: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if count == 0 { return result }
      guard count <= maximumBytes - result.count else { return nil }
      result += piece[..<count]
    }
  }

  /// Whether there is a file.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
