import CGit2
import Document
import Synchronization

/// One folder of a commit: its entries in Git's order, which is that of whole paths.
final class Folder: Sendable {
  struct Entry: Sendable {
    let name: String
    let id: ObjectID
    /// Nil for a folder.
    let kind: FileKind?
    /// Two entries whose names are no UTF-8 can look the same once repaired; neither may be taken for the other.
    var isAmbiguous = false
  }

  let entries: [Entry]

  /// Reads a tree object.
  /// - Parameter path: where it stands in the commit, for messages
  init(_ id: ObjectID, path: String, in handle: RepositoryHandle) throws(GitError) {
    var raw = id.raw
    let tree: Owned
    do throws(GitError) {
      tree = try Owned("cannot list the folder `\(path)`", free: { git_tree_free($0) }) { git_tree_lookup($0, handle.pointer, &raw) }
    } catch {
      throw handle.damaged(error)
    }
    let count = git_tree_entrycount(tree.pointer)
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    var hasRepaired = false
    for index in 0..<count {
      guard let entry = git_tree_entry_byindex(tree.pointer, index), let rawName = git_tree_entry_name(entry),
        let target = git_tree_entry_id(entry)
      else { throw GitError(.corrupt, "cannot list the folder `\(path)`: entry \(index) is not there") }
      let name: String
      if let valid = String(validatingCString: rawName) {
        name = valid
      } else {
        name = String(cString: rawName)
        hasRepaired = true
      }
      guard Folder.isHonest(name) else {
        throw GitError(
          .invalid, "folder `\(path)` of the commit holds an entry `\(GitLibrary.presentable(name))`, which git itself would not write")
      }
      let kind: FileKind? =
        switch git_tree_entry_filemode(entry) {
        case GIT_FILEMODE_TREE: nil
        case GIT_FILEMODE_COMMIT: .submodule
        case GIT_FILEMODE_LINK: .symbolicLink
        case GIT_FILEMODE_BLOB_EXECUTABLE: .executable
        default: .file
        }
      entries.append(Entry(name: name, id: ObjectID(target.pointee), kind: kind))
    }
    try Folder.order(&entries, path: path, hasRepaired: hasRepaired)
    self.entries = entries
  }

  /// The entry of a name.
  func entry(_ name: some StringProtocol) -> Entry? {
    Folder.find(name, isFolder: false, in: entries) ?? Folder.find(name, isFolder: true, in: entries)
  }

  private static func find(_ name: some StringProtocol, isFolder: Bool, in entries: [Entry]) -> Entry? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if Folder.compare(entries[middle].name, entries[middle].kind == nil, name, isFolder) < 0 { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, Folder.compare(entries[low].name, entries[low].kind == nil, name, isFolder) == 0 else { return nil }
    return entries[low]
  }

  /// Git writes sorted, unique names. Repaired ones may have to move; anything else out of order was made by hand to confuse.
  private static func order(_ entries: inout [Entry], path: String, hasRepaired: Bool) throws(GitError) {
    let isSorted = zip(entries, entries.dropFirst()).allSatisfy { compare($0.name, $0.kind == nil, $1.name, $1.kind == nil) < 0 }
    if !isSorted { entries.sort { compare($0.name, $0.kind == nil, $1.name, $1.kind == nil) < 0 } }
    // Equal names stand side by side, except for a file and a folder of one name.
    var doubles: [Int] = []
    for index in entries.indices {
      let entry = entries[index]
      if index > 0, ByteOrder.equal(entries[index - 1].name, entry.name) { doubles += [index - 1, index] }
      if entry.kind == nil, find(entry.name, isFolder: false, in: entries) != nil { doubles.append(index) }
    }
    for index in doubles {
      guard hasRepaired else {
        throw GitError(
          .invalid, "folder `\(path)` of the commit holds `\(entries[index].name)` twice; run `git fsck` and rewrite the commit")
      }
      entries[index].isAmbiguous = true
    }
  }

  /// Order of bytes, with the names of folders ending in `/`.
  private static func compare(_ left: String, _ leftIsFolder: Bool, _ right: some StringProtocol, _ rightIsFolder: Bool) -> Int {
    var one = left.utf8.makeIterator()
    var two = right.utf8.makeIterator()
    var oneRest: UInt8? = leftIsFolder ? UInt8(ascii: "/") : nil
    var twoRest: UInt8? = rightIsFolder ? UInt8(ascii: "/") : nil
    while true {
      let first = one.next() ?? oneRest.take()
      let second = two.next() ?? twoRest.take()
      switch (first, second) {
      case (nil, nil): return 0
      case (nil, _): return -1
      case (_, nil): return 1
      case (let first?, let second?): if first != second { return first < second ? -1 : 1 }
      }
    }
  }

  private static func isHonest(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
      && !(name.utf8.count == 4 && name.lowercased() == ".git")
  }
}

/// Folders by the id of their tree object: two commits that differ in one file share all but a few, and need not be read twice.
final class FolderCache: Sendable {
  private struct State {
    var folders: [ObjectID: Folder] = [:]
    var entries = 0
  }

  private let state = Mutex(State())
  private let maximumEntries: Int

  /// A cache that starts afresh when it holds more entries than this; one takes about 50 bytes.
  init(maximumEntries: Int = 250_000) { self.maximumEntries = maximumEntries }

  func folder(_ id: ObjectID) -> Folder? { state.withLock { $0.folders[id] } }

  func add(_ folder: Folder, _ id: ObjectID) {
    state.withLock { state in
      if state.entries > maximumEntries { state = State() }
      if state.folders.updateValue(folder, forKey: id) == nil { state.entries += folder.entries.count + 1 }
    }
  }
}
