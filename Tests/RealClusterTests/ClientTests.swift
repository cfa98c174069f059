import Document
import Kubernetes
import Testing

/// The client alone against a real API server.
@Suite(.realServers, .timeLimit(.minutes(4)))
struct ClientTests {
  private func object(_ name: String, _ site: Site, _ labels: Value = [:]) -> Value {
    var object = Make.configMap(name)
    object[at: "metadata", "namespace"] = .string(site.name)
    object[at: "metadata", "labels"] = labels
    return object
  }

  @Test func discoveryKnowsWhatIsServed() async throws {
    let plane = try await ControlPlane.shared
    let client = try #require(plane.spokes["west"]).client(plane.http)
    #expect(try await client.version()["gitVersion"]?.stringValue?.hasPrefix("v1.") == true)
    let discovery = try await client.discovered()
    #expect(discovery.resources.count > 50 && discovery.incomplete.isEmpty)
    for (word, plural) in [
      ("deploy", "deployments"), ("Service", "services"), ("hpa", "horizontalpodautoscalers"), ("crd", "customresourcedefinitions"),
    ] {
      #expect(discovery.resource(named: word)?.plural == plural)
    }
    #expect(discovery.resource(for: GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler"))?.version == "v2")
    let deployments = discovery.resource(for: GroupVersionKind(apiVersion: "apps/v1", kind: "Deployment"))
    #expect(deployments?.namespaced == true && deployments?.subresources.sorted() == ["scale", "status"])
  }

  @Test func listsArePagedAndOfOneMoment() async throws {
    try await Site.with { site in
      for index in 0..<25 { _ = try await site.admin.create(object("c\(index)", site, ["half": .string(index % 2 == 0 ? "even" : "odd")])) }
      let selection = Selection(namespace: site.name)
      let whole = try await site.admin.list(.configMaps, selection)
      let paged = try await site.admin.list(.configMaps, selection, pageSize: 4)
      #expect(paged.items == whole.items && whole.items.count == 25)
      let even = try await site.admin.list(.configMaps, Selection(namespace: site.name, labelSelector: "half=even"), pageSize: 5)
      #expect(even.items.count == 13)
      // Exactly as it was before a change.
      try await site.delete("v1", "ConfigMap", "c0")
      let before = try await site.admin.list(.configMaps, selection, at: .exactly(whole.resourceVersion))
      #expect(before.items.count == 25)
      let now = try await site.admin.list(.configMaps, selection, at: .notOlderThan(whole.resourceVersion))
      #expect(now.items.count == 24)
      // As a streaming list, and metadata only.
      let streamed = try await site.admin.streamingList(.configMaps, selection) { $0 }
      #expect(Set(streamed.items) == Set(now.items))
      let light = try await site.admin.list(.configMaps, Selection(namespace: site.name, metadataOnly: true))
      #expect(light.items.count == 24 && light.items.allSatisfy { $0["data"] == nil && $0["kind"] == "ConfigMap" })
    }
  }

  @Test func watchesTellWhatHappens() async throws {
    try await Site.with { site in
      let selection = Selection(namespace: site.name, labelSelector: "watched=yes")
      let start = try await site.admin.list(.configMaps, selection)
      let labels: Value = ["watched": "yes"]
      _ = try await site.admin.create(object("a", site, labels))
      _ = try await site.admin.create(object("b", site, ["watched": "no"]))
      try await site.patch("v1", "ConfigMap", "a", ["data": ["key": "2"]])
      // Out of the selection is as good as gone.
      try await site.patch("v1", "ConfigMap", "a", ["metadata": ["labels": ["watched": "no"]]])
      var seen: [String] = []
      for try await event in try await site.admin.watch(.configMaps, selection, from: start.resourceVersion) {
        switch event {
        case .added(let object): seen.append("added \(object[at: "data", "key"]?.stringValue ?? "")")
        case .modified(let object): seen.append("modified \(object[at: "data", "key"]?.stringValue ?? "")")
        case .deleted: seen.append("deleted")
        case .bookmark: continue
        }
        if seen.count == 3 { break }
      }
      #expect(seen == ["added 1", "modified 2", "deleted"])
      // The server ends a watch in good order after its time.
      var events = 0
      for try await _ in try await site.admin.watch(.configMaps, selection, from: start.resourceVersion, timeout: .seconds(1)) {
        events += 1
      }
      #expect(events >= 3)
    }
  }

  @Test func followingGoesOnByItself() async throws {
    try await Site.with { site in
      _ = try await site.admin.create(object("a", site))
      let follower = site.admin.follow(.configMaps, Selection(namespace: site.name), watchTimeout: .seconds(1)) { object in
        object[at: "metadata", "name"]?.stringValue
      }
      var names: Set<String> = []
      var isListed = false
      for await event in follower {
        switch event {
        case .reset(let list):
          isListed = true
          names = Set(list.items)
          _ = try await site.admin.create(object("b", site))
        case .changed(let name, _): names.insert(name)
        case .removed(let name, _): names.remove(name)
        case .current, .interrupted: continue
        }
        if names == ["a", "b"] { break }
      }
      #expect(isListed && names == ["a", "b"])
    }
  }

  @Test func writesAreConditionalWhereTheyShouldBe() async throws {
    try await Site.with { site in
      let made = try await site.admin.create(object("a", site))
      let exists = await #expect(throws: KubernetesError.self) { _ = try await site.admin.create(object("a", site)) }
      #expect(exists?.isAlreadyExists == true)
      var newer = made
      newer[at: "data", "key"] = "2"
      newer = try await site.admin.update(newer)
      let stale = await #expect(throws: KubernetesError.self) { _ = try await site.admin.update(made) }
      #expect(stale?.isConflict == true && stale?.isAlreadyExists == false)
      let other = await #expect(throws: KubernetesError.self) {
        _ = try await site.admin.delete(.configMaps, namespace: site.name, name: "a", uid: "00000000-0000-0000-0000-000000000000")
      }
      #expect(other?.isConflict == true)
      let old = await #expect(throws: KubernetesError.self) {
        _ = try await site.admin.delete(
          .configMaps, namespace: site.name, name: "a", resourceVersion: made[at: "metadata", "resourceVersion"]?.stringValue)
      }
      #expect(old?.isConflict == true)
      // A dry run keeps everything as it is.
      try await site.admin.delete(.configMaps, namespace: site.name, name: "a", dryRun: true)
      let kept = try await site.get("v1", "ConfigMap", "a")
      #expect(kept?["data"] == newer["data"])
      // A conflict of an apply names manager and field.
      var theirs = object("a", site)
      theirs[at: "data", "key"] = "3"
      let conflict = await #expect(throws: KubernetesError.self) { _ = try await site.admin.apply(theirs, fieldManager: "other") }
      #expect(conflict?.conflictingFields.map(\.field) == [".data.key"], "\(String(describing: conflict))")
      // Names made by the server.
      var nameless = object("", site)
      nameless[at: "metadata"] = ["generateName": "gen-", "namespace": .string(site.name)]
      let generated = try await site.admin.create(nameless)
      #expect(generated[at: "metadata", "name"]?.stringValue?.hasPrefix("gen-") == true)
    }
  }

  @Test func fieldValidationIsAsAsked() async throws {
    try await Site.with { site in
      var wrong = object("a", site)
      wrong["dta"] = ["key": "1"]
      let strict = await #expect(throws: KubernetesError.self) {
        _ = try await site.admin.create(wrong, options: ClusterClient.WriteOptions(fieldValidation: .strict))
      }
      #expect(strict?.isInvalid == true && strict?.message.contains("unknown field \"dta\"") == true, "\(String(describing: strict))")
      let forgiving = try await site.admin.create(wrong, options: ClusterClient.WriteOptions(fieldValidation: .ignore))
      #expect(forgiving["dta"] == nil)
      let role: Value = [
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": ["name": "r", "namespace": .string(site.name)],
        "rulez": [],
      ]
      let misspelled = await #expect(throws: KubernetesError.self) { _ = try await site.admin.apply(role) }
      #expect(misspelled?.isRetryable == false && misspelled?.message.contains("rulez") == true, "\(String(describing: misspelled))")
    }
  }
}
