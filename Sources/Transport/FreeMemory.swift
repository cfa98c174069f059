import CCurl
import Glibc

/// Gives memory that is free back to the system.
///
/// A start, or a sync of the whole fleet, needs for seconds what is then of no use for days: bodies of answers, trees that were compared.
/// glibc keeps such memory for itself once something small lives behind it. It is asked to let go of it whenever the process has grown by
/// some part since the last time; a hub that is quiet is not looked through.
public struct FreeMemory: Sendable {
  private var kept = 0

  /// Has not looked yet.
  public init() {}

  /// Looks at the size of the process and gives back what is free when that has grown. Takes some milliseconds for each hundred megabytes
  /// when it does.
  public mutating func giveBack() {
    let size = FreeMemory.residentBytes()
    guard size > kept + kept / 32 + (4 << 20) else { return }
    malloc_trim(0)
    kept = FreeMemory.residentBytes()
  }

  /// Zero where the system does not tell.
  private static func residentBytes() -> Int {
    let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return 0 }
    // Pages: all, resident, shared, ….
    let fields = bytes[..<count].split(separator: UInt8(ascii: " "))
    return fields.count > 1 ? (Int(String(decoding: fields[1], as: UTF8.self)) ?? 0) * Int(getpagesize()) : 0
  }
}
