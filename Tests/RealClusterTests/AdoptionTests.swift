import Document
import Foundation
import Kubernetes
import Syncing
import Testing

/// Objects that other tools made are taken over as they are.
@Suite(.realServers, .timeLimit(.minutes(4)))
struct AdoptionTests {
  /// A Deployment and what Git dropped of it since the other tool applied it.
  private static func before(_ annotations: Value = [:]) -> Value {
    var object = Make.deployment("web", replicas: 2)
    object[at: "metadata", "annotations"] = annotations
    object[at: "metadata", "labels", "dropped"] = "yes"
    object[at: "spec", "template", "spec", "containers"] = [
      ["name": "main", "image": "web:1", "env": [["name": "DROPPED", "value": "1"]]]
    ]
    return object
  }

  private func expectTakenOver(_ site: Site, from words: String, uid: Value?) async throws {
    await site.want([Make.deployment("web", replicas: 2)])
    let plan = try #require(try await site.agent.preview(site.owner.id))
    #expect(plan.operations.map(\.description) == ["update apps/Deployment/\(site.name)/web: is \(words)"])
    #expect(site.api.writes == [])
    let result = await site.sync()
    #expect(result.objects.map(\.message).allSatisfy { $0.hasPrefix(words) || $0.contains(words) }, "\(result.objects)")
    let after = try #require(try await site.get("apps/v1", "Deployment", "web"))
    #expect(after[at: "metadata", "uid"] == uid)
    #expect(after[at: "metadata", "labels", "dropped"] == nil)
    #expect(after[at: "spec", "template", "spec", "containers"]?.arrayValue?.first?["env"] == nil, "what Git lacks goes")
    let managers = (after[at: "metadata", "managedFields"]?.arrayValue ?? []).compactMap { $0["manager"]?.stringValue }
    #expect(managers == ["flotilla"])
    await site.expectSettled()
  }

  @Test(.kubectl, arguments: [[], ["--server-side"]])
  func fromKubectlApply(_ flags: [String]) async throws {
    try await Site.with { site in
      var object = AdoptionTests.before()
      object[at: "metadata", "namespace"] = .string(site.name)
      try await Kubectl.run(site.spoke, ["apply", "-f", "-"] + flags, input: JSON.string(object))
      let uid = try await site.get("apps/v1", "Deployment", "web")?[at: "metadata", "uid"]
      try await expectTakenOver(site, from: "adopted from \(flags.isEmpty ? "kubectl-client-side-apply" : "kubectl")", uid: uid)
    }
  }

  @Test func fromArgoCD() async throws {
    try await Site.with { site in
      var object = AdoptionTests.before(["argocd.argoproj.io/tracking-id": .string("shop:apps/Deployment:\(site.name)/web")])
      object[at: "metadata", "namespace"] = .string(site.name)
      // Argo CD's controller applies client-side unless told otherwise; with ServerSideApply it is an applier.
      let live = try await site.admin.apply(object, fieldManager: "argocd-controller", force: true)
      try await expectTakenOver(
        site, from: "adopted from Argo CD application shop (fields of argocd-controller)", uid: live[at: "metadata", "uid"])
    }
  }

  @Test func fromHelm() async throws {
    try await Site.with { site in
      var object = AdoptionTests.before(["meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": .string(site.name)])
      object[at: "metadata", "namespace"] = .string(site.name)
      let live = try await site.admin.create(object, options: ClusterClient.WriteOptions(fieldManager: "helm"))
      try await expectTakenOver(site, from: "adopted from Helm release shop (fields of helm)", uid: live[at: "metadata", "uid"])
    }
  }

  /// Made by hand: its fields stay with whoever made them, but for those that Git names.
  @Test func fromNobodyKnown() async throws {
    try await Site.with { site in
      var object = Make.configMap("config", "theirs")
      object[at: "metadata", "namespace"] = .string(site.name)
      object[at: "data", "more"] = "stays"
      let live = try await site.admin.create(object, options: ClusterClient.WriteOptions(fieldManager: "console"))
      await site.want([Make.configMap("config", "ours")])
      let result = await site.sync()
      #expect(result.objects.first?.message.contains("console") == true, "\(result.objects)")
      let after = try #require(try await site.get("v1", "ConfigMap", "config"))
      #expect(after["data"] == ["key": "ours", "more": "stays"] && after[at: "metadata", "uid"] == live[at: "metadata", "uid"])
      await site.expectSettled()
    }
  }

  /// All kinds at once, applied by kubectl before: none is made anew, none is out of sync afterwards.
  @Test(.kubectl, arguments: ManyKindsTests.files)
  func manyKindsFromKubectl(_ file: String) async throws {
    try await Site.with { site in
      let manifests = try Manifests.file(file, unique: site.name)
      let first = manifests.filter { $0["kind"] == "CustomResourceDefinition" }
      for group in [first, manifests] where !group.isEmpty {
        var failure: (any Error)?
        // Right after the definition kubectl may not find its kind yet.
        let isApplied = await eventually {
          do {
            try await Kubectl.run(site.spoke, ["apply", "-n", site.name, "-f", "-"], input: YAML.encodeAll(group))
            return true
          } catch {
            failure = error
            return false
          }
        }
        #expect(isApplied, "\(failure.map { "\($0)" } ?? "")")
      }
      var uids: [String: Value] = [:]
      func live(_ manifest: Value) async throws -> Value? {
        guard let type = manifest.groupVersionKind else { return Value?.none }
        return try await site.get(type.apiVersion, type.kind, manifest[at: "metadata", "name"]?.stringValue ?? "")
      }
      for manifest in manifests { uids["\(manifest)"] = try await live(manifest)?[at: "metadata", "uid"] }
      await site.want(manifests)
      // Nothing changes but our marks, and the plan says so: the server's defaults and spellings are no differences.
      let plan = try #require(try await site.agent.preview(site.owner.id))
      #expect(plan.operations.count == manifests.count && plan.operations.allSatisfy { $0.adoption != nil })
      // But for the nulls of custom resources, which kubectl leaves out and server-side apply keeps.
      let others = plan.operations.flatMap { operation in
        operation.differences.filter {
          $0.desired != "null" && !$0.path.contains("flotilla.dev") && $0.path != "metadata.labels" && $0.path != "metadata.annotations"
        }
        .map { "\(operation.identity): \($0)" }
      }
      #expect(others == [])
      #expect(site.api.writes == [])
      await site.sync(SyncRequest())
      for manifest in manifests { #expect(try await live(manifest)?[at: "metadata", "uid"] == uids["\(manifest)"]) }
      await site.expectSettled()
    }
  }

  @Test func anObjectOfArgoCDIsRefusedWhereSharingIs() async throws {
    try await Site.with { site in
      var object = Make.configMap("config")
      object[at: "metadata", "namespace"] = .string(site.name)
      object[at: "metadata", "annotations", "argocd.argoproj.io/tracking-id"] = .string("shop:/ConfigMap:\(site.name)/config")
      _ = try await site.admin.apply(object, fieldManager: "argocd-controller")
      await site.want([Make.configMap("config")], options: ["FailOnSharedResource=true"])
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed && result.message.contains("is held by Argo CD application shop"), "\(result.message)")
      #expect(site.api.writes == [])
    }
  }
}
