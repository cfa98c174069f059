import CGit2

/// libgit2, set up once for the process.
enum GitLibrary {
  /// Touch before any call of the library; the first touch starts and configures it.
  static let isReady: Bool = {
    guard git_libgit2_init() > 0 else { return false }
    // No configuration of the machine or its user may change what is read: no url rewriting, no proxies, no filters.
    for level in [GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL] {
      _ = flotilla_git_set_search_path(level.rawValue, "")
    }
    // Ownership matters to programs that run what a repository's configuration says. Here nothing is run, and folders mounted into
    // containers commonly belong to somebody else.
    _ = flotilla_git_set_owner_validation(0)
    _ = flotilla_git_set_mapped_limit(1 << 30)
    _ = flotilla_git_set_mapped_files(512)
    _ = flotilla_git_set_cache_size(64 << 20)
    // A pack must be on the disk before the references that need it are.
    _ = flotilla_git_set_fsync(1)
    // These say how work trees keep their settings, which is of no concern to a reader of objects.
    let harmless = ["noop", "worktreeconfig", "preciousobjects", "relativeworktrees"]
    withArrayOfCStrings(harmless) { names in _ = flotilla_git_set_extensions(names, harmless.count) }
    return true
  }()

  private static func withArrayOfCStrings(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Void) {
    let bytes = strings.map { Array($0.utf8CString) }
    var pointers: [UnsafePointer<CChar>?] = []
    func step(_ index: Int) {
      guard index < bytes.count else {
        pointers.withUnsafeBufferPointer { buffer in
          if let base = buffer.baseAddress { body(base) }
        }
        return
      }
      bytes[index].withUnsafeBufferPointer { buffer in
        pointers.append(buffer.baseAddress)
        step(index + 1)
      }
    }
    step(0)
  }

  /// Turns a return code into an error. Must follow the failing call at once: the library keeps the message per thread.
  static func error(_ code: Int32, _ doing: String) -> GitError {
    let last = git_error_last()
    let text = last.flatMap { $0.pointee.message }.map { String(cString: $0) }
    let family = last.map { git_error_t(rawValue: UInt32(bitPattern: $0.pointee.klass)) }
    let kind: GitError.Kind =
      switch code {
      case GIT_ENOTFOUND.rawValue: .revisionNotFound
      case GIT_EAUTH.rawValue: .authentication
      case GIT_ECERTIFICATE.rawValue: .untrusted
      case GIT_EINVALIDSPEC.rawValue, GIT_EAMBIGUOUS.rawValue: .invalid
      default:
        switch family {
        case GIT_ERROR_NET, GIT_ERROR_HTTP, GIT_ERROR_SSH, GIT_ERROR_SSL: .network
        case GIT_ERROR_OS, GIT_ERROR_NOMEMORY, GIT_ERROR_FILESYSTEM: .system
        case GIT_ERROR_ODB, GIT_ERROR_ZLIB, GIT_ERROR_INDEXER, GIT_ERROR_OBJECT, GIT_ERROR_SHA, GIT_ERROR_TREE: .corrupt
        default: .system
        }
      }
    if kind == .system, text?.contains("No space left") == true || text?.contains("quota exceeded") == true {
      return GitError(.system, "\(doing): the disk is full; make room (\(presentable(text ?? "")))")
    }
    return GitError(kind, "\(doing): \(presentable(text ?? "libgit2 gave code \(code) without a reason"))")
  }

  /// Runs a call of the library and throws what it complains about.
  static func check(_ doing: @autoclosure () -> String, _ code: Int32) throws(GitError) {
    guard code < 0 else { return }
    throw error(code, doing())
  }

  /// Text from outside made fit for one line of a message.
  static func presentable(_ text: String, maximum: Int = 400) -> String {
    var result = ""
    var lastWasSpace = true
    for scalar in text.unicodeScalars {
      let isSpace = scalar.value <= 0x20 || scalar.value == 0x7F || (0x80...0x9F).contains(scalar.value)
      if isSpace && lastWasSpace { continue }
      lastWasSpace = isSpace
      result.unicodeScalars.append(isSpace ? " " : scalar)
      if result.utf8.count >= maximum { return result + "…" }
    }
    if result.last == " " { result.removeLast() }
    return result
  }
}

/// A C handle with the function that lets go of it.
struct Owned: ~Copyable {
  let pointer: OpaquePointer
  private let release: (OpaquePointer) -> Void

  /// Takes over a handle that a call of the library has made; `make` stores it and returns the library's code.
  init(
    _ doing: @autoclosure () -> String, free release: @escaping (OpaquePointer) -> Void,
    _ make: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) throws(GitError) {
    guard GitLibrary.isReady else { throw GitError(.system, "libgit2 could not be started") }
    var made: OpaquePointer?
    let code = make(&made)
    if code < 0 { throw GitLibrary.error(code, doing()) }
    guard let made else { throw GitError(.system, "\(doing()): libgit2 gave nothing") }
    pointer = made
    self.release = release
  }

  deinit { release(pointer) }
}
