import Document
import Kubernetes
import Syncing
import Testing

/// What a real server refuses, what it takes its time for, and what is said about it.
@Suite(.realServers, .timeLimit(.minutes(4)))
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
      let result = await site.agent.sync(site.owner.id, SyncRequest(waveTimeout: .seconds(30)))
      #expect(result.outcome == .failed && !result.isRetryable)
      #expect(
        result.message.hasPrefix("cluster east: apps/Deployment/\(site.name)/web: ") && result.message.contains("spec.selector")
          && result.message.contains("field is immutable") && result.message.contains("Force=true"), "\(result.message)")
      let live = try await site.get("apps/v1", "Deployment", "web")
      #expect(live?[at: "spec", "selector", "matchLabels", "app"] == "one")
    }
  }

  /// Objects of which the server lets something not be changed, before and after.
  static let fixed: [(kind: String, before: String, after: String)] = [
    ("ConfigMap", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, data: {a: '1'}}", "data: {a: '2'}"),
    ("Secret", "{apiVersion: v1, kind: Secret, metadata: {name: x}, type: Opaque}", "type: example.com/other"),
    (
      "StatefulSet",
      "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {serviceName: a, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: c}]}}}}",
      "spec: {serviceName: b}"
    ),
    (
      "Job",
      "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: c}]}}}}",
      "spec: {template: {spec: {containers: [{name: c, image: d}]}}}"
    ),
    (
      "RoleBinding",
      "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: x}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}}",
      "roleRef: {name: b}"
    ),
    (
      "StorageClass", "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: UNIQUE}, provisioner: a.example.com}",
      "provisioner: b.example.com"
    ),
    ("PriorityClass", "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: UNIQUE}, value: 1}", "value: 2"),
    (
      "Service", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: 10.96.200.10, ports: [{port: 80}]}}",
      "spec: {clusterIP: 10.96.200.20, clusterIPs: null}"
    ),
  ]

  @Test(arguments: fixed)
  func whatCannotChangeIsMadeAnewWhereThatIsAsked(_ kind: String, _ before: String, _ after: String) async throws {
    try await Site.with { site in
      let first = try #require(try Manifests.text(before.replacing("UNIQUE", with: site.name)).first)
      let second = MergePatch.apply(try YAML.decode(after), to: first)
      await site.want([first])
      await site.sync()
      await site.want([second], revision: "r2")
      let refused = await site.agent.sync(site.owner.id, SyncRequest(waveTimeout: .seconds(30)))
      #expect(refused.outcome == .failed && !refused.isRetryable && refused.message.hasPrefix("cluster east: "), "\(refused)")
      #expect(
        refused.message.contains("\(kind)/") && refused.message.hasSuffix("Force=true on the object to have it deleted and made again"),
        "\(refused.message)")
      await site.want([second], options: ["Force=true"], revision: "r3")
      let made = await site.sync()
      #expect(made.objects.first?.message.hasPrefix("deleted and made again") == true, "\(made.objects)")
      await site.expectSettled()
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

  /// The same where nobody asked for the namespace to be made: no permission is missing, it only is too early.
  @Test func aNamespaceOnItsWayOutIsNoMissingPermission() async throws {
    try await Site.with { site in
      await site.want([Make.configMap("config")])
      try await site.delete("v1", "Namespace", site.name)
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed && result.isRetryable && result.message.contains("is being terminated"), "\(result)")
    }
  }

  /// What keeps a namespace that the application made itself stands in its conditions.
  @Test func whatKeepsANamespaceIsSaid() async throws {
    try await Site.with(namespace: false) { site in
      let namespace: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(site.name)]]
      await site.want([namespace, Make.configMap("config")])
      await site.sync()
      await site.want([Make.configMap("config")], revision: "r2")
      try await site.patch(
        "v1", "Namespace", site.name,
        [
          "status": [
            "conditions": [
              [
                "type": "NamespaceFinalizersRemaining", "status": "True", "reason": "SomeFinalizersRemain",
                "lastTransitionTime": "2026-01-01T00:00:00Z",
                "message": "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
              ]
            ]
          ]
        ], subresource: "status")
      let result = await site.agent.sync(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(1)))
      #expect(
        result.message.hasPrefix("cluster east: Namespace/\(site.name) is not gone after 1 s: ")
          && result.message.contains("example.com/hold"), "\(result.message)")
    }
  }

  /// A namespace that goes after the hub made it comes back with the next sync.
  @Test func aNamespaceThatIsGoneIsMadeAgain() async throws {
    try await Site.with(namespace: false) { site in
      await site.want([Make.configMap("config")], options: ["CreateNamespace=true"])
      await site.sync()
      try await site.delete("v1", "ConfigMap", "config")
      try await site.delete("v1", "Namespace", site.name)
      // What the namespace controller would do.
      var namespace = try #require(try await site.get("v1", "Namespace", site.name))
      namespace["spec"] = ["finalizers": []]
      _ = try await site.admin.update(namespace, subresource: "finalize")
      #expect(await site.loses("v1", "Namespace", site.name))
      await site.expect { $0.counts.missing == 1 }
      let first = await site.agent.sync(site.owner.id)
      #expect(first.isSuccess || first.isRetryable && first.message.contains("namespaces \"\(site.name)\" not found"), "\(first.message)")
      await site.sync()
      await site.expectSettled()
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
