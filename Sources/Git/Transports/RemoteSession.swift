import CGit2

/// One connection to a remote: list its references, then perhaps bring what is missing.
final class RemoteSession {
  private let remote: Owned
  private let operation: Operation

  private init(remote: consuming Owned, operation: Operation) {
    self.remote = remote
    self.operation = operation
  }

  /// Connects. Without a repository only listing is possible.
  static func open(_ operation: Operation, into handle: RepositoryHandle?) throws(GitError) -> RemoteSession {
    // The URL that libgit2 sees is for messages only; the real one, with credentials, stays with the operation.
    let url = operation.address.display
    var options = git_remote_create_options()
    git_remote_create_options_init(&options, UInt32(GIT_REMOTE_CREATE_OPTIONS_VERSION))
    options.repository = handle?.pointer
    // The address is what the definition says. (And libgit2 1.5 with PCRE2 loses 20 kB for each line of configuration that it looks at
    // for other addresses.)
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF.rawValue | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC.rawValue
    let remote = try Owned("cannot prepare the connection", free: { git_remote_free($0) }) {
      git_remote_create_with_opts($0, url, &options)
    }
    let session = RemoteSession(remote: remote, operation: operation)
    try operation.checkpoint()
    var callbacks = SmartTransport.callbacks(operation)
    let code = git_remote_connect(session.remote.pointer, GIT_DIRECTION_FETCH, &callbacks, nil, nil)
    if code < 0 { throw operation.reason(code, "cannot connect") }
    return session
  }

  deinit { git_remote_disconnect(remote.pointer) }

  /// What the remote has, of the references that are mirrored.
  func references() throws(GitError) -> References {
    var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
    var count = 0
    let code = git_remote_ls(&heads, &count, remote.pointer)
    if code < 0 { throw operation.reason(code, "cannot list the references") }
    var found = References()
    for index in 0..<count {
      guard let head = heads?[index]?.pointee, let rawName = head.name else { continue }
      let name = String(cString: rawName)
      let id = ObjectID(head.oid)
      if name == "HEAD" {
        found.head = id
        found.headName = head.symref_target.map { String(cString: $0) }
      } else if name.hasSuffix("^{}") {
        let tag = String(name.dropLast(3))
        if found.targets[tag] != nil { found.peeled[tag] = id }
      } else if isMirrored(name), ReferenceName.isValid(name) {
        found.targets[name] = id
      }
    }
    if let name = found.headName {
      found.head = found.targets[name]
    } else if let head = found.head {
      found.headName = Self.guessHead(head, found.targets)
    }
    return found
  }

  /// Brings all objects that the mirrored references need and the repository lacks.
  func download() throws(GitError) {
    var options = git_fetch_options()
    git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
    options.callbacks = SmartTransport.callbacks(operation)
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
    options.update_fetchhead = 0
    let specs = operation.wanted.map { "+\($0):\($0)" }
    var strings = specs.map { Array($0.utf8CString) }
    let code = Self.withStringArray(&strings) { array in
      var array = array
      return git_remote_download(remote.pointer, &array, &options)
    }
    if code < 0 { throw operation.reason(code, "cannot bring the objects") }
  }

  private func isMirrored(_ name: String) -> Bool { operation.wanted.contains { ReferenceName.matches(name, $0) } }

  /// Old servers do not say what HEAD stands for; of the branches at its commit the usual names win.
  private static func guessHead(_ head: ObjectID, _ targets: [String: ObjectID]) -> String? {
    for name in ["refs/heads/main", "refs/heads/master"] where targets[name] == head { return name }
    return nil
  }

  private static func withStringArray(_ strings: inout [[CChar]], _ body: (git_strarray) -> Int32) -> Int32 {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { string in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: string.count)
      copy.initialize(from: string, count: string.count)
      return copy
    }
    defer { for pointer in pointers { pointer?.deallocate() } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      body(git_strarray(strings: buffer.baseAddress, count: buffer.count))
    }
  }
}
