import Document
import Testing

@testable import Syncing

// The numbers are those of the cases in `reference/argocd.md`, section 5.2; see `ReferenceCoverageTests`.

/// Tasks in one line each: `phase wave kind namespace/name`, `-` before a prune, `!` after a prune that comes last.
private func task(_ text: String) -> SyncTask {
  var parts = text.split(separator: " ").map(String.init)
  let isPrune = parts[0] == "-"
  if isPrune { parts.removeFirst() }
  let phase: SyncPhase = parts[0] == "pre" ? .preSync : parts[0] == "post" ? .postSync : .sync
  let place = parts[3].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  var defines: GroupKind?
  if parts[2] == "CustomResourceDefinition" { defines = GroupKind(group: "x", kind: place[1]) }
  let group = parts[2] == "Widget" ? "x" : ""
  return SyncTask(
    ObjectIdentity(group: group, kind: parts[2], namespace: place[0], name: place[1]), phase: phase, wave: Int(parts[1]) ?? 0,
    isPrune: isPrune, pruneLast: parts.count > 4, defines: defines)
}

private func print(_ task: SyncTask) -> String {
  let phase = task.phase == .preSync ? "pre" : task.phase == .postSync ? "post" : "sync"
  return "\(task.isPrune ? "- " : "")\(phase) \(task.wave) \(task.identity.kind) \(task.identity.namespace)/\(task.identity.name)"
}

@Test(
  arguments: [
    // Kinds, then names, then namespaces.
    (
      "",
      ["sync 0 Deployment a/b", "sync 0 Widget a/a", "sync 0 Service a/z", "sync 0 ConfigMap a/c", "sync 0 Deployment a/a"],
      ["sync 0 ConfigMap a/c", "sync 0 Service a/z", "sync 0 Deployment a/a", "sync 0 Deployment a/b", "sync 0 Widget a/a"]
    ),
    // Phases and waves, negative ones too.
    (
      "",
      ["post 0 Job a/j", "sync 1 Pod a/p", "sync -1 Pod a/q", "pre 5 Job a/k"],
      ["pre 5 Job a/k", "sync -1 Pod a/q", "sync 1 Pod a/p", "post 0 Job a/j"]
    ),
    // Hooks in namespaces of waves 1 and 2: the namespaces take wave and phase of their first resource.
    (
      "#90",
      ["sync 1 Namespace /one", "sync 2 Namespace /two", "pre 0 Pod one/hook1", "pre 0 Pod two/hook2"],
      ["pre 0 Namespace /one", "pre 0 Pod one/hook1", "pre 0 Namespace /two", "pre 0 Pod two/hook2"]
    ),
    // A definition goes before its custom resources.
    (
      "",
      ["sync 0 Widget a/w", "sync 3 CustomResourceDefinition /Widget"],
      ["sync 0 CustomResourceDefinition /Widget", "sync 0 Widget a/w"]
    ),
    // Prune waves are mirrored.
    (
      "#91",
      ["- sync 0 Pod a/0", "- sync 1 Pod a/1", "- sync 2 Pod a/2", "- sync 3 Pod a/3", "- sync 4 Pod a/4"],
      ["- sync 0 Pod a/4", "- sync 1 Pod a/3", "- sync 2 Pod a/2", "- sync 3 Pod a/1", "- sync 4 Pod a/0"]
    ),
    // Mixed with objects that stay.
    (
      "#91",
      ["sync 0 Pod a/0", "- sync 1 Pod a/1", "sync 2 Pod a/2", "- sync 3 Pod a/3", "- sync 4 Pod a/4"],
      ["sync 0 Pod a/0", "- sync 1 Pod a/4", "sync 2 Pod a/2", "- sync 3 Pod a/3", "- sync 4 Pod a/1"]
    ),
    (
      "#91",
      ["- sync 1 Pod a/1", "- sync 3 Pod a/2", "- sync 3 Pod a/3", "- sync 4 Pod a/4", "- sync 5 Pod a/5"],
      ["- sync 1 Pod a/5", "- sync 3 Pod a/4", "- sync 4 Pod a/3", "- sync 4 Pod a/2", "- sync 5 Pod a/1"]
    ),
    // All last.
    (
      "#92",
      ["- sync 0 Pod a/0 !", "- sync 4 Pod a/4 !"],
      ["- sync 5 Pod a/4", "- sync 5 Pod a/0"]
    ),
    // One last, after the mirror swap of the rest.
    (
      "#92",
      ["- sync 0 Pod a/0", "- sync 1 Pod a/1", "- sync 3 Pod a/3 !", "- sync 4 Pod a/4"],
      ["- sync 0 Pod a/4", "- sync 3 Pod a/1", "- sync 4 Pod a/0", "- sync 5 Pod a/3"]
    ),
  ] as [(String, [String], [String])])
func syncOrder(_ number: String, _ tasks: [String], _ expected: [String]) {
  #expect(SyncOrder.sort(tasks.map(task)).map(print) == expected)
  #expect(SyncOrder.sort(tasks.reversed().map(task)).map(print) == expected)
}

@Test(arguments: [("#89", "Namespace", -35), ("", "Secret", -28), ("#89", "APIService", -1), ("#89", "Widget", 0)])
func kindRank(_ number: String, _ kind: String, _ rank: Int) { #expect(KindOrder.rank(of: kind) == rank) }

@Test(arguments: [
  ("#88", "{argocd.argoproj.io/sync-wave: '1'}", 1), ("", "{argocd.argoproj.io/sync-wave: '-3'}", -3),
  ("#88", "{helm.sh/hook-weight: '1'}", 1), ("#88", "{argocd.argoproj.io/sync-wave: soon}", 0),
  ("", "{argocd.argoproj.io/sync-wave: soon, helm.sh/hook-weight: '4'}", 4), ("", "{}", 0),
])
func waves(_ number: String, _ annotations: String, _ wave: Int) {
  #expect(SyncWave.of(["metadata": ["annotations": yaml(annotations)]]) == wave)
}

@Test(arguments: [
  ("{argocd.argoproj.io/hook: 'PreSync, PostSync'}", "PreSync,PostSync BeforeHookCreation"),
  ("{argocd.argoproj.io/hook: Skip}", "skip BeforeHookCreation"),
  ("{helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-delete-policy: hook-succeeded}", "PreSync HookSucceeded"),
  ("{helm.sh/hook: test}", "skip BeforeHookCreation"), ("{helm.sh/hook: crd-install}", "none"),
  ("{helm.sh/hook: post-delete}", "postDelete BeforeHookCreation"),
  ("{argocd.argoproj.io/hook: Sync, helm.sh/hook: pre-install}", "Sync BeforeHookCreation"),
  ("{argocd.argoproj.io/hook: Soon, argocd.argoproj.io/hook-delete-policy: HookFailed}", "? Soon HookFailed"), ("{}", "none"),
])
func hooks(_ annotations: String, _ expected: String) {
  guard let hook = Hook(["metadata": ["annotations": yaml(annotations)]]) else {
    #expect(expected == "none")
    return
  }
  var words = [hook.phases.sorted().map(\.description).joined(separator: ",")]
  if hook.skipped { words.append("skip") }
  if hook.preDelete { words.append("preDelete") }
  if hook.postDelete { words.append("postDelete") }
  words += hook.unknown.map { "? \($0)" } + [hook.deletePolicies.map(\.rawValue).sorted().joined(separator: ",")]
  #expect(words.filter { !$0.isEmpty }.joined(separator: " ") == expected)
}
