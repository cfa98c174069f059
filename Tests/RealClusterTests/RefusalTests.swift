import Document
import Kubernetes
import Syncing
import Testing

/// What a real server refuses, what it takes its time for, and what is said about it.
@Suite(.realServers, .timeLimit(.minutes(2)))
struct RefusalTests {
  private static func selector(_ app: String) -> Value {
    var object = Make.deployment("web")
    object[at: "spec", "selector", "matchLabels", "app"] = .string(app)
    object[at: "spec", "template", "metadata", "labels", "app"] = .string(app)
    return object
  }

  private static func service(_ address: String?) -> Value {
    var object: Value = [
      "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web"], "spec": ["selector": ["app": "web"], "ports": [["port": 80]]],
    ]
    if let address { object[at: "spec", "clusterIP"] = .string(address) }
    return object
  }

  @Test func aFieldThatCannotChangeIsNamed() async throws {
    try await Site.with { site in
      await site.want([RefusalTests.selector("one")])
      await site.sync()
      await site.want([RefusalTests.selector("two"), Make.configMap("config")], revision: "r2")
      let result = await site.agent.sync(site.owner.id, SyncRequest(waveTimeout: .seconds(10)))
      #expect(result.outcome == .failed && !result.isRetryable)
      #expect(
        result.message.hasPrefix("cluster east: apps/Deployment/\(site.name)/web: ") && result.message.contains("spec.selector")
          && result.message.contains("field is immutable") && result.message.contains("Force=true"), "\(result.message)")
      let live = try await site.get("apps/v1", "Deployment", "web")
      #expect(live?[at: "spec", "selector", "matchLabels", "app"] == "one")
    }
  }

  @Test(arguments: [["Force=true"], ["Replace=true", "Force=true"]])
  func forceMakesItAnew(_ options: [String]) async throws {
    try await Site.with { site in
      await site.want([RefusalTests.selector("one")], options: options)
      await site.sync()
      let before = try #require(try await site.get("apps/v1", "Deployment", "web"))
      await site.want([RefusalTests.selector("two")], options: options, revision: "r2")
      let result = await site.sync()
      #expect(result.objects.first?.message.hasPrefix("deleted and made again") == true, "\(result.objects)")
      let after = try #require(try await site.get("apps/v1", "Deployment", "web"))
      #expect(after[at: "spec", "selector", "matchLabels", "app"] == "two" && after[at: "metadata", "uid"] != before[at: "metadata", "uid"])
      await site.expectSettled()
    }
  }

  /// A Service is replaced over the address that the cluster gave it.
  @Test func replaceKeepsWhatTheClusterAllocated() async throws {
    try await Site.with { site in
      await site.want([RefusalTests.service(nil)], options: ["Replace=true"])
      await site.sync()
      let before = try #require(try await site.get("v1", "Service", "web"))
      try await site.patch("v1", "Service", "web", ["metadata": ["labels": ["added": "byhand"]]])
      var changed = RefusalTests.service(nil)
      changed[at: "spec", "ports"] = [["port": 81]]
      await site.want([changed], options: ["Replace=true"], revision: "r2")
      await site.sync()
      let after = try #require(try await site.get("v1", "Service", "web"))
      #expect(after[at: "spec", "clusterIP"] == before[at: "spec", "clusterIP"])
      #expect(after[at: "spec", "ports"]?.arrayValue?.first?["port"] == 81 && after[at: "metadata", "labels", "added"] == nil)
      await site.expectSettled()
    }
  }

  @Test func everyReasonOfAnInvalidObjectIsTold() async throws {
    try await Site.with { site in
      var object = Make.deployment("web")
      object[at: "spec", "replicas"] = -1
      object[at: "spec", "template", "spec", "containers"] = [["name": "Bad_Name"]]
      await site.want([object])
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed && !result.isRetryable)
      for word in ["spec.replicas", "spec.template.spec.containers[0].name", "spec.template.spec.containers[0].image"] {
        #expect(result.message.contains(word), "\(result.message)")
      }
    }
  }

  @Test func aMisspelledFieldIsRefusedUnlessValidationIsOff() async throws {
    try await Site.with { site in
      var object = Make.deployment("web")
      object[at: "spec", "replica"] = 3
      await site.want([object])
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed && result.message.contains("replica"), "\(result.message)")
      #expect(!result.isRetryable)
      await site.want([object], options: ["Validate=false"])
      let forgiving = await site.agent.sync(site.owner.id)
      // Server-side apply knows its fields from the schema and refuses others whatever it is told.
      #expect(forgiving.outcome == .failed && forgiving.message.contains("replica"), "\(forgiving.message)")
    }
  }

  /// Server-side apply takes no list with two elements of one key; whoever must have that writes the object whole.
  @Test func aDoubledVariableIsNamedAndReplaceTakesIt() async throws {
    try await Site.with { site in
      var object = Make.deployment("web")
      let variables: Value = [["name": "A", "value": "1"], ["name": "A", "value": "2"]]
      object[at: "spec", "template", "spec", "containers"] = [["name": "main", "image": "web:1", "env": variables]]
      await site.want([object])
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed && !result.isRetryable)
      #expect(result.message.contains("duplicate entries for key [name=\"A\"]"), "\(result.message)")
      await site.want([object], options: ["Replace=true"], revision: "r2")
      await site.sync()
      await site.expectSettled()
    }
  }

  @Test func aFinalizerThatNobodyClearsIsNamed() async throws {
    try await Site.with { site in
      var stuck = Make.configMap("stuck")
      stuck[at: "metadata", "finalizers"] = ["example.com/hold"]
      await site.want([stuck, Make.configMap("free")])
      await site.sync()
      await site.want([Make.configMap("free")], revision: "r2")
      let result = await site.agent.sync(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(1)))
      #expect(result.outcome == .failed && result.isRetryable)
      #expect(
        result.message
          == "cluster east: ConfigMap/\(site.name)/stuck is not gone after 1 s: it is being deleted, waiting for finalizer example.com/hold",
        "\(result.message)")
      // Wanted again while it goes: the sync waits for it to be gone, then makes it anew.
      await site.want([Make.configMap("stuck", "new"), Make.configMap("free")], revision: "r3")
      let uid = try await site.get("v1", "ConfigMap", "stuck")?[at: "metadata", "uid"]
      async let release: Void = {
        try await Task.sleep(for: .milliseconds(300))
        try await site.patch("v1", "ConfigMap", "stuck", ["metadata": ["finalizers": nil]])
      }()
      await site.sync()
      try await release
      #expect(try await site.get("v1", "ConfigMap", "stuck")?[at: "metadata", "uid"] != uid)
      await site.expectSettled()
    }
  }

  /// An object that was deleted and made again by somebody else between the plan and the deletion is not the one that may go.
  @Test func nothingOfTheSameNameIsDeletedInstead() async throws {
    try await Site.with { site in
      await site.want([Make.configMap("a"), Make.configMap("b")])
      await site.sync()
      await site.want([Make.configMap("a")], revision: "r2")
      site.api.interfere { _ in
        try? await site.delete("v1", "ConfigMap", "b")
        var other = Make.configMap("b", "somebody's")
        other[at: "metadata", "namespace"] = .string(site.name)
        _ = try? await site.admin.create(other)
      }
      _ = await site.agent.sync(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(5)))
      site.api.interfere(nil)
      let other = try await site.get("v1", "ConfigMap", "b")
      #expect(other?[at: "data", "key"] == "somebody's")
      await site.expect { $0.sync == .synced }
    }
  }

  /// As large as etcd takes.
  @Test func aMebibyteGoesThroughAndMoreIsRefusedWithItsReason() async throws {
    try await Site.with { site in
      func filled(_ bytes: Int) -> Value { Make.configMap("large", String(repeating: "x", count: bytes)) }
      await site.want([filled(1 << 20)])
      await site.sync()
      await site.expectSettled()
      await site.want([filled((1 << 20) + 1)], revision: "r2")
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed && !result.isRetryable)
      #expect(
        result.message.contains("ConfigMap/\(site.name)/large: ") && result.message.contains("1048576"), "\(result.message.prefix(600))")
      #expect(result.message.utf8.count < 2000)
    }
  }

  /// A namespace on its way out takes nothing new; the message says so and it is worth trying later.
  @Test func aTerminatingNamespaceIsSaid() async throws {
    try await Site.with { site in
      await site.want([Make.configMap("config")], options: ["CreateNamespace=true"])
      try await site.delete("v1", "Namespace", site.name)
      let result = await site.agent.sync(site.owner.id)
      #expect(
        result.outcome == .failed && result.isRetryable && result.message.contains("namespace \(site.name)")
          && result.message.contains("being deleted"), "\(result.message)")
    }
  }

  @Test func quotaSaysWhatIsExceeded() async throws {
    try await Site.with { site in
      _ = try await site.admin.create(
        try #require(
          try Manifests.text(
            "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: \(site.name)}, spec: {hard: {secrets: 0}}}"
          )
          .first))
      try await site.patch(
        "v1", "ResourceQuota", "q", ["status": ["hard": ["secrets": "0"], "used": ["secrets": "0"]]], subresource: "status")
      await site.want([["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "stringData": ["password": "hunter2"]]])
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed && result.message.contains("exceeded quota"), "\(result.message)")
      #expect(!result.message.contains("hunter2"))
    }
  }
}
