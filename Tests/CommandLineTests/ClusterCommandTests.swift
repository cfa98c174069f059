import Foundation
import Testing

/// `flotilla cluster` against simulated clusters with accounts of limited rights: the whole program, process by process.
@Suite(.serialized) struct ClusterCommandTests {
  /// Simulated clusters in a process of their own, with the files of one test.
  private struct Fleet {
    let folder: String
    let process: Process

    init(_ clusters: [String]) async throws {
      folder = NSTemporaryDirectory() + "flotilla-clusters-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try """
      - user: creator
        token: creators-token
        rules:
        - {apiGroups: ["*"], resources: [namespaces, serviceaccounts, serviceaccounts/token], verbs: ["*"]}
        - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, clusterrolebindings, roles, rolebindings], verbs: [create, delete, get, list, patch]}
      - {user: outcast, token: outcasts-token}
      """.write(toFile: folder + "/accounts.yaml", atomically: true, encoding: .utf8)
      process = try CommandLine.start(
        ["simulate"] + clusters + [
          "--kubeconfig", folder + "/kubeconfig", "--account", "reader=view", "--accounts", folder + "/accounts.yaml",
        ])
      while process.isRunning, !FileManager.default.fileExists(atPath: folder + "/kubeconfig") {
        try await Task.sleep(for: .milliseconds(20))
      }
      let config = try String(contentsOfFile: folder + "/kubeconfig", encoding: .utf8)
      // A token that nobody has, and a server that does not answer.
      try config.replacingOccurrences(of: "outcasts-token", with: "forged").write(
        toFile: folder + "/forged", atomically: true, encoding: .utf8)
      try """
      {apiVersion: v1, kind: Config, current-context: gone, users: [], clusters: [{name: gone, cluster: {server: "http://127.0.0.1:1"}}],
       contexts: [{name: gone, context: {cluster: gone}}]}
      """.write(toFile: folder + "/gone", atomically: true, encoding: .utf8)
    }

    func end() {
      process.terminate()
      process.waitUntilExit()
      try? FileManager.default.removeItem(atPath: folder)
    }

    /// Runs a line in which `@` stands for the folder; the kubeconfig is the simulated clusters' where the line names none.
    func run(_ line: String) async throws -> CommandLine.Result {
      var arguments = line.replacingOccurrences(of: "@", with: folder).replacingOccurrences(of: "%", with: "@").split(separator: " ").map(
        String.init)
      if !arguments.contains("--kubeconfig"), arguments.prefix(2) != ["cluster", "list"] {
        arguments += ["--kubeconfig", folder + "/kubeconfig"]
      }
      if arguments.prefix(2) == ["cluster", "add"], !line.contains("token"), !line.contains("kubeconfig-file") {
        arguments += ["--token-file", folder + "/tokens/" + arguments[2]]
      }
      return try await CommandLine.run(arguments: arguments)
    }

    func text(_ name: String) -> String { (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) ?? "" }
  }

  /// A command line with its exit code and what must come out, on either stream.
  struct Step: Sendable {
    var line: String
    var status: Int32 = 0
    var says: [String] = []
    var saysNot: [String] = []
  }

  private func run(_ steps: [Step], _ fleet: Fleet) async throws {
    for step in steps {
      let result = try await fleet.run(step.line)
      let all = result.output + result.errors
      #expect(result.status == step.status, "flotilla \(step.line): \(all)")
      for text in step.says { #expect(all.contains(text), "flotilla \(step.line) says \(text): \(all)") }
      for text in step.saysNot { #expect(!all.contains(text), "flotilla \(step.line) does not say \(text): \(all)") }
    }
  }

  @Test func addCheckListRemove() async throws {
    let fleet = try await Fleet(["east", "west"])
    defer { fleet.end() }
    try await run(
      [
        Step(
          line: "cluster add east --dry-run --output @/defs/",
          says: ["ClusterRole/flotilla-hub-write created (dry run)", "bearerTokenFile: "], saysNot: ["is registered"]),
        Step(line: "cluster check -f @/defs", status: 1, says: ["does not exist"]),
        Step(
          line: "cluster add east --label env=production --annotation owner=me --project web --output @/defs/",
          says: [
            "Namespace/flotilla-system created", "ServiceAccount/flotilla-system/flotilla-hub created",
            "ClusterRole/flotilla-hub-write created", "definition of east written to",
            "cluster east is registered as system:serviceaccount:",
          ]),
        Step(
          line: "cluster add east --output @/defs/",
          says: ["ClusterRole/flotilla-hub-write unchanged", "kept in", "definition of east unchanged"],
          saysNot: ["created", "definition of east changed"]),
        Step(
          line: "cluster add west --namespace default --kubeconfig-file @/west.config --output @/defs/all.yaml",
          says: ["Role/default/flotilla-hub-write created"]),
        Step(line: "cluster check -f @/defs", says: ["east   good", "west   good", "v1.36.0"]),
        Step(line: "cluster check east -f @/defs -o wide", says: ["permissions      good", "the clocks agree", "token            good"]),
        Step(
          line: "cluster check east -f @/defs -o json", says: ["\"verdict\": \"good\"", "\"kind\": \"ClusterCheck\""],
          saysNot: ["\"items\""]),
        Step(line: "cluster check est -f @/defs", status: 1, says: ["no cluster \"est\" in the definitions: did you mean \"east\"?"]),
        Step(line: "cluster check reader%east", status: 1, says: ["bad", "permissions are missing:", "secrets", "flotilla cluster add"]),
        Step(line: "cluster check gone --kubeconfig @/gone", status: 1, says: ["reachability", "is the API server running"]),
        Step(
          line: "cluster list -f @/defs -o wide",
          says: ["east   http://127.0.0.1:", "token file", "env=production", "web", "kubeconfig", "defs/all.yaml:1"]),
        Step(line: "cluster list -f @/defs -o name", says: ["cluster/east\ncluster/west\n"]),
        Step(line: "cluster list -f @/defs -l env=production -o yaml", says: ["name: east"], saysNot: ["west", "eyJ"]),
        // Narrower: what the wider account had goes.
        Step(
          line: "cluster add east --scope read-only --output @/defs/",
          says: ["ClusterRole/flotilla-hub-write changed", "definition of east changed"]),
        Step(line: "cluster check east -f @/defs", says: ["good"]),
        Step(line: "cluster check east -f @/defs --scope cluster", status: 1, says: ["permissions are missing"]),
        Step(line: "cluster remove est -f @/defs", status: 1, says: ["did you mean \"east\"?"]),
        Step(
          line: "cluster remove east -f @/defs", status: 1,
          says: [
            "would remove from east: rbac.authorization.k8s.io/ClusterRole/flotilla-hub-write", "would delete",
            "nothing was removed: say --yes",
          ]),
        Step(line: "cluster check east -f @/defs", says: ["good"]),
        Step(
          line: "cluster remove east -f @/defs --yes",
          says: ["removed from east: ServiceAccount/flotilla-system/flotilla-hub", "defs/east.yaml"]),
        Step(line: "cluster remove west -f @/defs --yes", says: ["RoleBinding/default/flotilla-hub-write", "west.config"]),
        Step(line: "cluster remove west --context west --force", says: ["nothing is left of west"]),
      ], fleet)
    let left = try FileManager.default.subpathsOfDirectory(atPath: fleet.folder).filter {
      $0.hasPrefix("defs/") || $0.hasPrefix("tokens/") || $0 == "west.config"
    }
    #expect(left == [])
  }

  @Test func refusesWithoutHarm() async throws {
    let fleet = try await Fleet(["east"])
    defer { fleet.end() }
    try await run(
      [
        Step(line: "cluster add est", status: 1, says: ["no context \"est\"", "did you mean \"east\"?"]),
        Step(line: "cluster add nothing-like-it", status: 1, says: ["no context", "there are creator"]),
        Step(line: "cluster add gone --kubeconfig @/gone", status: 1, says: ["cluster gone", "is the API server running"]),
        Step(
          line: "cluster add outcast%east --name east --kubeconfig @/forged", status: 1,
          says: ["the server does not accept the credentials"]),
        Step(
          line: "cluster add reader%east --name east", status: 1,
          says: ["nothing was made: reader", "clusterroles.rbac.authorization.k8s.io in the cluster", "--manifests"]),
        // May create roles, but cannot hand on what it does not have itself.
        Step(
          line: "cluster add creator%east --name east", status: 1,
          says: ["attempting to grant RBAC permissions not currently held", "nothing was made"]),
        Step(line: "cluster add reader%east", status: 1, says: ["cannot be the name of a cluster", "--name east"]),
        Step(line: "cluster add east --namespace shop", status: 1, says: ["nothing was made: the namespace shop does not exist"]),
        Step(line: "cluster add east --label nonsense", status: 64, says: ["--label takes KEY=VALUE"]),
        Step(line: "cluster add east --token-lifetime 5m", status: 64, says: ["ten minutes or more"]),
        Step(line: "cluster add east --token-file a --token-in-definition", status: 64, says: ["the token is kept in one place"]),
        // Nothing of all that has left a trace.
        Step(line: "cluster remove east --context east --force", says: ["nothing is left of east"]),
        Step(line: "cluster add east --output @/defs/east.yaml", says: ["is registered"]),
        Step(line: "cluster add east --name other --output @/defs/", status: 1, says: ["is registered as east already", "--name east"]),
        Step(line: "cluster add east --server http://elsewhere:1 --output @/defs/", status: 1, says: ["it registers east at"]),
        Step(line: "cluster add east --token-in-definition", says: ["bearerToken: eyJ", "keep it out of Git"]),
        Step(line: "cluster remove east -f @/defs --context reader%east --yes", status: 1, says: ["forbidden", "nothing was removed"]),
        Step(line: "cluster check east -f @/defs", says: ["good"]),
      ], fleet)
    #expect(fleet.text("defs/east.yaml").contains("bearerTokenFile"))
  }

  @Test func refusesWhileApplicationsTargetTheCluster() async throws {
    let fleet = try await Fleet(["east"])
    defer { fleet.end() }
    _ = try await fleet.run("cluster add east --output @/defs/")
    try FileManager.default.createDirectory(atPath: fleet.folder + "/apps", withIntermediateDirectories: true)
    try "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n".write(
      toFile: fleet.folder + "/apps/a.yaml", atomically: true, encoding: .utf8)
    try """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: hello, namespace: argocd}
    spec:
      project: default
      source: {repoURL: https://git.example/a.git, targetRevision: HEAD, path: .}
      destination: {name: east, namespace: default}
    """.write(toFile: fleet.folder + "/defs/app.yaml", atomically: true, encoding: .utf8)
    let repository = "--repo https://git.example/a.git=@/apps"
    try await run(
      [
        Step(
          line: "cluster remove east -f @/defs \(repository) --yes", status: 1, says: ["1 application targets east:\n  hello", "--force"]),
        Step(line: "cluster check -f @/defs \(repository) --for-applications", says: ["east   good"]),
        Step(line: "cluster remove east -f @/defs \(repository) --yes --force", says: ["their objects stay", "removed from east"]),
      ], fleet)
    #expect(fleet.text("defs/app.yaml").contains("hello"))
  }
}
