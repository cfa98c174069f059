#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files of a folder on disk, read afresh at each call; `.git` is left out.
///
/// Links are followed only when they lead to a regular file inside the same folder, which is how Kubernetes mounts
/// ConfigMaps; every other link is listed, and reading it is an error.
public struct DirectoryTree: FileTree {
  /// A folder on disk has no commit.
  public var commit: String? { nil }
  /// The folder as it was given.
  public let folder: String
  private let maximumFiles: Int

  /// The tree of a folder. `maximumFiles` bounds the listing, so that a mistaken `/` ends in an error.
  public init(_ folder: String, maximumFiles: Int = 1_000_000) {
    self.folder = folder
    self.maximumFiles = maximumFiles
  }

  /// Every file, sorted by bytes.
  public func paths() throws(GitError) -> [String] {
    var found: [String] = []
    try walk("", into: &found)
    found.sort(by: TreePaths.less)
    return found
  }

  /// The files below a folder; only that folder is read. None when there is no such folder, or only a link to one.
  public func paths(under folder: String) throws(GitError) -> [String] {
    let clean = TreePaths.normalized(folder)
    if clean.isEmpty { return try paths() }
    var path = ""
    for step in clean.split(separator: "/") {
      if Self.isLeftOut(step, atTop: path.isEmpty) || step.utf8.contains(0) { return [] }
      path += path.isEmpty ? String(step) : "/" + step
      var status = stat()
      guard lstat(absolute(path), &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [] }
    }
    var found: [String] = []
    try walk(clean, into: &found)
    found.sort(by: TreePaths.less)
    return found
  }

  /// `.git`, and names that start with two dots at the top: in a mounted ConfigMap those are the atomic writer's own folders.
  private static func isLeftOut(_ name: some StringProtocol, atTop: Bool) -> Bool {
    name == "." || name == ".." || name == ".git" || (atTop && name.hasPrefix(".."))
  }

  /// What stands at a path.
  public func kind(of path: String) throws(GitError) -> FileKind? {
    let clean = TreePaths.normalized(path)
    guard !clean.isEmpty, !TreePaths.escapes(clean) else { return nil }
    var status = stat()
    guard lstat(absolute(clean), &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status.st_mode & 0o111 == 0 ? .file : .executable
    case S_IFLNK: return resolvedInside(clean) == nil ? .symbolicLink : .file
    default: return nil
    }
  }

  /// The bytes of a file.
  public func read(_ path: String, maximumBytes: Int) throws(GitError) -> [UInt8] {
    let clean = TreePaths.normalized(path)
    guard !clean.isEmpty, !TreePaths.escapes(clean) else {
      throw GitError(.invalid, "path `\(path)` leaves the folder \(folder)")
    }
    guard let resolved = resolvedInside(clean) else {
      var status = stat()
      guard lstat(absolute(clean), &status) == 0 else {
        throw GitError(.fileNotFound, "file `\(clean)` does not exist in \(folder)")
      }
      throw GitError(
        .notRegular, "`\(clean)` in \(folder) is no regular file, or a link that leads out of the folder; such links are not followed")
    }
    let descriptor = open(resolved, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw systemError("cannot open `\(clean)` in \(folder)") }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw GitError(.notRegular, "`\(clean)` in \(folder) is not a regular file")
    }
    guard Int(status.st_size) <= maximumBytes else { throw .tooLarge(clean, Int(status.st_size), maximumBytes) }
    return try readAll(descriptor, path: clean, expected: Int(status.st_size), maximumBytes: maximumBytes)
  }

  /// A file may grow while it is read, so the size that was announced is only where reading starts from.
  private func readAll(_ descriptor: Int32, path: String, expected: Int, maximumBytes: Int) throws(GitError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(expected + 1)
    var chunk = [UInt8](repeating: 0, count: min(max(expected + 1, 512), 1 << 20))
    while true {
      let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw systemError("cannot read `\(path)` in \(folder)")
      }
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > maximumBytes { throw .tooLarge(path, bytes.count, maximumBytes) }
    }
  }

  private func walk(_ relative: String, into found: inout [String]) throws(GitError) {
    guard let handle = opendir(relative.isEmpty ? folder : absolute(relative)) else {
      if relative.isEmpty && (errno == ENOENT || errno == ENOTDIR) {
        throw GitError(.fileNotFound, "folder \(folder) does not exist")
      }
      throw systemError("cannot list \(relative.isEmpty ? folder : absolute(relative))")
    }
    defer { closedir(handle) }
    var folders: [String] = []
    while true {
      // The end of the listing and an error look the same but for this.
      errno = 0
      guard let entry = readdir(handle) else {
        if errno != 0 { throw systemError("cannot list \(relative.isEmpty ? folder : absolute(relative))") }
        break
      }
      let type = Int32(entry.pointee.d_type)
      let (name, shown) = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { (String(validatingCString: $0), String(cString: $0)) }
      }
      guard let name else {
        throw GitError(
          .invalid, "the name of the file `\(shown)` in \(relative.isEmpty ? folder : absolute(relative)) is not UTF-8; rename it")
      }
      if Self.isLeftOut(name, atTop: relative.isEmpty) { continue }
      let path = relative.isEmpty ? name : relative + "/" + name
      switch type == Int32(DT_UNKNOWN) ? typeByStatus(path) : type {
      case Int32(DT_DIR): folders.append(path)
      case Int32(DT_REG): found.append(path)
      case Int32(DT_LNK): if !isFolderLink(path) { found.append(path) }
      default: break  // Sockets, pipes and devices hold no definitions.
      }
    }
    guard found.count <= maximumFiles else {
      throw GitError(.tooLarge, "folder \(folder) holds more than \(maximumFiles) files; give the folder of the definitions")
    }
    for folder in folders { try walk(folder, into: &found) }
  }

  private func typeByStatus(_ path: String) -> Int32 {
    var status = stat()
    guard lstat(absolute(path), &status) == 0 else { return Int32(DT_UNKNOWN) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return Int32(DT_DIR)
    case S_IFREG: return Int32(DT_REG)
    case S_IFLNK: return Int32(DT_LNK)
    default: return Int32(DT_UNKNOWN)
    }
  }

  private func isFolderLink(_ path: String) -> Bool {
    var status = stat()
    return stat(absolute(path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private func absolute(_ path: String) -> String { folder + "/" + path }

  /// The real path when it is a regular file inside the folder.
  private func resolvedInside(_ path: String) -> String? {
    guard let root = realPath(folder), let real = realPath(absolute(path)) else { return nil }
    guard real.hasPrefix(root == "/" ? "/" : root + "/") else { return nil }
    var status = stat()
    return stat(real, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? real : nil
  }

  private func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }

  private func systemError(_ message: String) -> GitError {
    GitError(.system, "\(message): \(String(cString: strerror(errno)))")
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
