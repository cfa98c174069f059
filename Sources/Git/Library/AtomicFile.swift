#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Small files that are whole or not there, whatever happens: written beside, brought to the disk, renamed.
enum AtomicFile {
  static func write(_ text: String, to path: String) throws(GitError) {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    var text = text
    let problem: Int32 = text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[offset...]))
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return errno }
        offset += count
      }
      return fsync(descriptor) == 0 ? 0 : errno
    }
    let closing = close(descriptor) == 0 ? 0 : errno
    errno = problem == 0 ? closing : problem
    guard errno == 0, rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  private static func failure(_ path: String) -> GitError {
    let code = errno
    let advice = code == ENOSPC || code == EDQUOT ? "; the disk is full: make room" : ""
    return GitError(.system, "cannot write \(path): \(String(cString: strerror(code)))\(advice)")
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
