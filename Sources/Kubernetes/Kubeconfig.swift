import Document

/// A kubeconfig that cannot be used as it is.
public struct KubeconfigError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public var message: String
  /// The file; nil when several are concerned or none.
  public var file: String?

  /// Makes an error.
  public init(_ message: String, file: String? = nil) {
    self.message = message
    self.file = file
  }

  /// `file: message`.
  public var description: String { file.map { "\($0): \(message)" } ?? message }
}

/// The clusters, users and contexts of one kubeconfig or of several merged ones.
public struct Kubeconfig: Sendable, Hashable {
  /// One named entry, with the folder that its relative paths start from.
  public struct Entry: Sendable, Hashable {
    /// What stands under `cluster`, `user` or `context`.
    public var value: Value
    /// The file that it comes from.
    public var file: String

    var folder: String {
      guard let slash = file.lastIndex(of: "/") else { return "." }
      return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// A path as seen from the current folder.
    func resolve(_ path: String) -> String { path.hasPrefix("/") || folder == "." ? path : folder + "/" + path }
  }

  /// The context to use when none is chosen; may be empty.
  public private(set) var currentContext = ""
  /// The contexts by name.
  public private(set) var contexts: [String: Entry] = [:]
  /// The clusters by name.
  public private(set) var clusters: [String: Entry] = [:]
  /// The users by name.
  public private(set) var users: [String: Entry] = [:]

  /// An empty one.
  public init() {}

  /// Adds a file's content. What is there already stays: of several files, the first one to name something wins, with the whole of its
  /// entry, as in client-go. Nothing of a later entry of the same name is taken over.
  public mutating func merge(_ bytes: [UInt8], file: String) throws(KubeconfigError) {
    let document: Value
    do {
      document = try YAML.decode(String(decoding: bytes, as: UTF8.self))
    } catch {
      throw KubeconfigError("\(error)", file: file)
    }
    guard !document.isNull else { return }
    guard document.objectValue != nil else { throw KubeconfigError("not a kubeconfig: a mapping is expected", file: file) }
    if let kind = document["kind"]?.stringValue, kind != "Config" { throw KubeconfigError("not a kubeconfig: kind is \(kind)", file: file) }
    if currentContext.isEmpty { currentContext = document["current-context"]?.stringValue ?? "" }
    try add(document["clusters"], "cluster", file, to: &clusters)
    try add(document["users"], "user", file, to: &users)
    try add(document["contexts"], "context", file, to: &contexts)
  }

  private func add(_ list: Value?, _ key: String, _ file: String, to entries: inout [String: Entry]) throws(KubeconfigError) {
    guard let list, !list.isNull else { return }
    guard let items = list.arrayValue else { throw KubeconfigError("\(key)s is no list", file: file) }
    var seen: Set<String> = []
    for (index, item) in items.enumerated() {
      guard let name = item["name"]?.stringValue else { throw KubeconfigError("\(key)s[\(index)] has no name", file: file) }
      // Of two files the first one wins; within one file, nobody could say which is meant.
      guard seen.insert(name).inserted else { throw KubeconfigError("two \(key)s are named \(name): remove or rename one", file: file) }
      if entries[name] == nil { entries[name] = Entry(value: item[key] ?? .null, file: file) }
    }
  }

  /// Reads one file, which must be there.
  public init(file: String) throws(KubeconfigError) {
    guard let bytes = SmallFile.read(file, maximumBytes: 16 << 20) else { throw KubeconfigError("cannot be read", file: file) }
    try merge(bytes, file: file)
  }

  /// Reads what kubectl would read: the files listed in `KUBECONFIG`, of which some may be missing, else `~/.kube/config`.
  public static func standard(environment: [String: String]) throws(KubeconfigError) -> Kubeconfig {
    var listed: Set<Substring> = []
    var files = (environment["KUBECONFIG"] ?? "").split(separator: ":").filter { listed.insert($0).inserted }.map(String.init)
    if files.isEmpty {
      guard let home = environment["HOME"], !home.isEmpty else {
        throw KubeconfigError("no kubeconfig: neither KUBECONFIG nor HOME is set")
      }
      files = [home + "/.kube/config"]
    }
    var result = Kubeconfig()
    var found = false
    for file in files where SmallFile.exists(file) {
      guard let bytes = SmallFile.read(file, maximumBytes: 16 << 20) else { throw KubeconfigError("cannot be read", file: file) }
      try result.merge(bytes, file: file)
      found = true
    }
    guard found else { throw KubeconfigError("no kubeconfig: \(files.joined(separator: ", ")) does not exist") }
    return result
  }
}
