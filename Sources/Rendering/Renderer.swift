import Document
import FleetModel
import Git

/// Renders the source of an application: a pure function of the source and the files of a commit.
public enum Renderer {
  /// The objects of a source.
  ///
  /// The kind of the source is found as Argo CD finds it: what the source says comes first, then a `Chart.yaml` or a kustomization in
  /// the folder, and everything else is a plain folder of manifests.
  ///
  /// - Parameters:
  ///   - source: the source.
  ///   - tree: the files of its repository at the commit.
  ///   - repository: the repository's URL, for messages.
  public static func render(_ source: ApplicationSource, in tree: any FileTree, repository: String) -> Rendered {
    do throws(GitError) {
      guard source.chart.isEmpty else { return unavailable("Helm charts from a chart repository", source) }
      guard source.plugin == nil else { return unavailable("config management plugins", source) }
      let folder = TreePaths.normalized(source.path)
      guard !TreePaths.escapes(source.path) else {
        return Rendered(error: Diagnostic(.error, "application path \"\(source.path)\" leads out of the repository"))
      }
      guard try tree.hasFolder(folder) else {
        let commit = tree.commit.map { " at \($0.prefix(7))" } ?? ""
        let near = NearestName.hint(folder, in: TreePaths.folders(of: try tree.paths(), hidden: true))
        return Rendered(error: Diagnostic(.error, "application path \"\(source.path)\" does not exist in \(repository)\(commit)\(near)"))
      }
      switch try kind(of: source, folder: folder, in: tree) {
      case .helm(let file): return unavailable("Helm charts (\(file))", source)
      case .kustomize(let file): return unavailable("Kustomize (\(file))", source)
      case .directory:
        return try DirectoryRenderer(source: source.directory ?? .init(), folder: folder, tree: tree).render()
      }
    } catch {
      return Rendered(error: Diagnostic(.error, error.at(repository: repository)))
    }
  }

  private enum SourceKind {
    case directory
    case helm(String)
    case kustomize(String)
  }

  private static func kind(of source: ApplicationSource, folder: String, in tree: any FileTree) throws(GitError) -> SourceKind {
    if source.helm != nil { return .helm("spec.source.helm") }
    if source.kustomize != nil { return .kustomize("spec.source.kustomize") }
    if source.directory != nil { return .directory }
    let prefix = folder.isEmpty || folder == "." ? "" : folder + "/"
    if try tree.kind(of: prefix + "Chart.yaml") != nil { return .helm(prefix + "Chart.yaml") }
    for name in ["kustomization.yaml", "kustomization.yml", "Kustomization"] where try tree.kind(of: prefix + name) != nil {
      return .kustomize(prefix + name)
    }
    return .directory
  }

  private static func unavailable(_ what: String, _ source: ApplicationSource) -> Rendered {
    Rendered(error: Diagnostic(.error, "\(what) cannot be rendered by this version yet; plain folders of YAML and JSON can"))
  }
}

extension GitError {
  fileprivate func at(repository: String) -> String { self.repository == nil ? "\(repository): \(message)" : description }
}
