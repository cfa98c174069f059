import Document
import FleetModel
import Git

/// A generator that gives no element is mostly a slip of the pen: what it looked for, and what there is.
extension GeneratorRunner {
  /// What to say of a generator without elements and without errors; nil where an empty answer is an ordinary one.
  func emptyReason(_ node: GeneratorNode) -> String? {
    guard let kind = node.kinds.first, node.kinds.count == 1 else { return nil }
    let selector = node.selector == nil ? "" : ", or its selector lets none through"
    switch kind {
    case .list(let list): return list.elementsYaml == nil && node.selector == nil ? nil : "gives no element" + selector
    // No open pull request is a good day.
    case .pullRequests, .plugin, .repositories: return nil
    case .clusters(let clusters):
      guard !clusters.selector.isEmpty, let matcher = try? clusters.selector.settled(renderer) else { return "gives no cluster" + selector }
      return emptyReason(matcher) + selector
    case .git(let git): return (emptyReason(git) ?? "gives no element") + selector
    case .matrix, .merge, .decision: return "gives no element" + selector
    }
  }

  private func emptyReason(_ selector: LabelSelector) -> String {
    let all = allClusters
    var reason = "its selector matches none of \(all.count) \(all.count == 1 ? "cluster" : "clusters")"
    let labels = Set(all.flatMap(\.labels.keys)).subtracting([Cluster.secretTypeLabel])
    let wanted = selector.matchLabels.keys.sorted(by: ByteOrder.less) + selector.matchExpressions.map(\.key)
    if let key = wanted.first(where: { !labels.contains($0) }) {
      if !all.isEmpty { reason += ", which have no label \(key)" }
      if !labels.isEmpty { reason += ParameterHint.hint(key, in: labels.sorted(by: ByteOrder.less)) }
    }
    return reason
  }

  private func emptyReason(_ git: GitGenerator) -> String? {
    guard let url = try? git.repoURL.settled(renderer), let revision = try? git.revision.settled(renderer),
      case .tree(let tree, let commit) = source(SourceKey(repoURL: url, revision: revision))
    else { return nil }
    let key = SourceKey(repoURL: url, revision: revision)
    let isFolders = !git.directories.isEmpty
    let patterns = (isFolders ? git.directories : git.files).filter { !$0.exclude }.compactMap { try? $0.path.settled(renderer) }
    let place = "\(url) at \(key.revision)\(commit.isEmpty || commit.hasPrefix("folder-") ? "" : " (\(commit.prefix(7)))")"
    var reason = "no \(isFolders ? "folder" : "file") of \(place) matches \(patterns.joined(separator: ", "))"
    // The folder above the first wildcard, which is where a slip can be seen.
    let fixed = patterns.map { TreePaths.parent(String($0.prefix { !"*?[{\\".contains($0) }) + "x") }.first { !$0.isEmpty && $0 != "." }
    let folders = (try? listings.directories(key, tree, hidden: true)) ?? []
    if let fixed, !folders.contains(fixed) {
      reason += ": there is no folder \(fixed)\(NearestName.hint(fixed, in: folders))"
    }
    return reason
  }
}
