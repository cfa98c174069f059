import Document
import FleetModel
import Git

/// Where the definition files stand.
public enum DefinitionLocation: Sendable, Hashable {
  /// A folder, or one file, on this machine.
  case folder(String)
  /// A folder of a Git repository at a revision.
  case repository(url: String, revision: String, path: String)
}

/// The definition files at one moment.
public struct DefinitionSnapshot: Sendable, Hashable {
  /// The commit, or a digest of the files where there is none.
  public let revision: String
  /// The files, sorted by path.
  public let files: [SourceFile]

  /// The YAML and JSON files of a tree below a folder.
  ///
  /// - Throws: the tree's own error; a folder without a single file is an error, because an empty answer must never look like
  ///   a fleet without applications.
  public static func read(_ tree: any FileTree, below folder: String, named place: String) throws(GitError) -> DefinitionSnapshot {
    let prefix = folder.isEmpty || folder == "." ? "" : folder.hasSuffix("/") ? folder : folder + "/"
    var files: [SourceFile] = []
    for path in try tree.paths(under: folder) where isDefinition(path.dropFirst(prefix.count)) {
      files.append(SourceFile(path: path, bytes: try tree.read(path, maximumBytes: maximumFileBytes)))
    }
    guard !files.isEmpty else {
      throw GitError(.fileNotFound, "no definition files (*.yaml, *.yml, *.json) in \(place): check the path")
    }
    var hash = SHA256()
    for file in files {
      hash.update(file.path)
      file.bytes.withUnsafeBufferPointer { hash.update($0) }
    }
    return DefinitionSnapshot(revision: tree.commit ?? Digest(finishing: &hash).description, files: files)
  }

  private static let maximumFileBytes = 64 << 20

  private static func isDefinition(_ path: Substring) -> Bool {
    guard !path.hasPrefix("."), !path.contains("/.") else { return false }
    return path.hasSuffix(".yaml") || path.hasSuffix(".yml") || path.hasSuffix(".json")
  }
}
