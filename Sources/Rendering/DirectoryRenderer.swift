import Document
import FleetModel
import Git

/// Reads a folder of manifests, with the rules of Argo CD's `directory` sources.
struct DirectoryRenderer {
  let source: ApplicationSource.DirectorySource
  let folder: String
  let tree: any FileTree

  private static let maximumFileBytes = 64 << 20
  private static let marker = Array("+argocd:skip-file-rendering".utf8)

  func render() throws(GitError) -> Rendered {
    var collection = ManifestCollection()
    var files: [String] = []
    for path in try manifests() {
      files.append(path)
      switch try tree.kind(of: path) {
      case .symbolicLink:
        // A link could lead out of the repository, and what it leads to is no part of the commit's own files.
        collection.warn("symbolic links are not followed: \(path) is ignored", at: SourcePosition(file: path, line: 1, column: 1))
        continue
      case .submodule, nil: continue
      case .file, .executable: break
      }
      let bytes = try tree.read(path, maximumBytes: DirectoryRenderer.maximumFileBytes)
      if contains(DirectoryRenderer.marker, in: bytes) { continue }
      collection.add(bytes, of: path)
    }
    return collection.finish(files: files)
  }

  private func manifests() throws(GitError) -> [String] {
    let prefix = folder.isEmpty || folder == "." ? "" : folder + "/"
    let include = try pattern(source.include, "include")
    let exclude = try pattern(source.exclude, "exclude")
    return try tree.paths(under: folder).filter { path in
      let relative = String(path.dropFirst(prefix.count))
      guard source.recurse || !relative.contains("/"), isManifest(relative) else { return false }
      if let exclude, exclude.matches(relative) { return false }
      return include?.matches(relative) ?? true
    }
  }

  private func pattern(_ text: String, _ field: String) throws(GitError) -> GlobPattern? {
    guard !text.isEmpty else { return nil }
    guard let pattern = GlobPattern(text, dialect: .braces) else {
      throw GitError(.invalid, "spec.source.directory.\(field) is not a valid pattern: \(text)")
    }
    return pattern
  }

  private func isManifest(_ path: String) -> Bool {
    [".yaml", ".yml", ".json", ".jsonnet"].contains { path.hasSuffix($0) }
  }

  private func contains(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
    guard let first = needle.first, bytes.count >= needle.count else { return false }
    var start = 0
    while let found = bytes[start...].firstIndex(of: first) {
      if bytes[found...].starts(with: needle) { return true }
      start = found + 1
    }
    return false
  }
}
