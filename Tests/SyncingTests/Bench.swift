import Document
import FleetModel
import Synchronization

@testable import Syncing

/// An agent over a cluster in memory.
struct Bench: Sendable {
  let cluster = FakeCluster()
  let agent: ClusterAgent

  init(_ name: String = "east", settings: AgentSettings = AgentSettings()) {
    agent = ClusterAgent(name: name, api: cluster, environment: .quick, settings: settings)
  }

  /// Waits until the status of an application is as expected; false after some seconds.
  func settles(_ owner: Owner = shop, _ condition: @Sendable (ApplicationStatus) -> Bool) async -> Bool {
    for _ in 0..<2000 {
      if let status = await agent.status(of: owner.id), condition(status) { return true }
      try? await Task.sleep(for: .milliseconds(2))
    }
    return false
  }

  /// Waits until something about the cluster holds; false after some seconds.
  func eventually(_ condition: @Sendable (FakeCluster) async -> Bool) async -> Bool {
    for _ in 0..<2000 {
      if await condition(cluster) { return true }
      try? await Task.sleep(for: .milliseconds(2))
    }
    return false
  }

  func start(_ sets: DesiredSet...) async {
    for set in sets { await agent.setDesired(set) }
    await agent.start()
  }

  /// The requests that change something, in order.
  func writes() async -> [String] {
    let words = ["apply", "delete", "replace", "create", "patch"]
    return await cluster.requests.filter { request in words.contains { request.hasPrefix($0) } }
  }
}

let shop = owner("shop")

func wave(_ wave: Int) -> [String: String] { ["argocd.argoproj.io/sync-wave": String(wave)] }

/// A manifest of a hook.
func hook(_ name: String, _ phases: String, policy: String = "", wave: Int = 0, generated: Bool = false) -> Value {
  var annotations: Value = ["argocd.argoproj.io/hook": .string(phases), "argocd.argoproj.io/sync-wave": .string(String(wave))]
  if !policy.isEmpty { annotations["argocd.argoproj.io/hook-delete-policy"] = .string(policy) }
  var metadata: Value = ["annotations": annotations]
  metadata[generated ? "generateName" : "name"] = .string(name)
  return ["apiVersion": "batch/v1", "kind": "Job", "metadata": metadata]
}

/// An account of one manager over the content of an object, as the server would keep it.
func managed(_ object: Value, by manager: String, _ operation: String = "Update") -> Value {
  var object = object
  if object[at: "metadata", "namespace"] == nil { object[at: "metadata", "namespace"] = "web" }
  object[at: "metadata", "managedFields"] = [
    [
      "manager": .string(manager), "operation": .string(operation), "apiVersion": object["apiVersion"] ?? .null, "fieldsType": "FieldsV1",
      "fieldsV1": FakeAccount.tree(FakeAccount.content(object)),
    ]
  ]
  return object
}
