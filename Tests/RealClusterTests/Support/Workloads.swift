import Document
import Foundation
import Kubernetes

/// What the controllers of a cluster would do in one namespace: Deployments and StatefulSets become ready, Jobs end. There is none in a bare
/// control plane.
///
/// A Job whose image is `bad` fails, one whose image is `never` does not end. Deployments whose image is `broken` exceed their deadline.
struct Workloads: Sendable {
  let client: ClusterClient
  let namespace: String

  static let deployments = APIResource(
    groupVersionKind: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"), plural: "deployments", namespaced: true)
  static let statefulSets = APIResource(
    groupVersionKind: GroupVersionKind(group: "apps", version: "v1", kind: "StatefulSet"), plural: "statefulsets", namespaced: true)
  static let jobs = APIResource(
    groupVersionKind: GroupVersionKind(group: "batch", version: "v1", kind: "Job"), plural: "jobs", namespaced: true)
  static let ingresses = APIResource(
    groupVersionKind: GroupVersionKind(group: "networking.k8s.io", version: "v1", kind: "Ingress"), plural: "ingresses", namespaced: true)

  /// Works until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      for resource in [Workloads.deployments, Workloads.statefulSets, Workloads.jobs, Workloads.ingresses] {
        guard let found = try? await client.list(resource, Selection(namespace: namespace)) else { continue }
        for object in found.items { await tend(object, resource) }
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  private func tend(_ object: Value, _ resource: APIResource) async {
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    let containers = object[at: "spec", "template", "spec", "containers"]?.arrayValue ?? []
    let image = containers.first?["image"]?.stringValue ?? ""
    let generation = object[at: "metadata", "generation"] ?? 1
    var status: Value
    switch resource.kind {
    case "Job":
      guard object[at: "status", "conditions"] == nil, image != "never" else { return }
      let time = object[at: "metadata", "creationTimestamp"] ?? ""
      func condition(_ type: String) -> Value {
        ["type": .string(type), "status": "True", "reason": "Test", "message": "decided by the test", "lastTransitionTime": time]
      }
      let failed = image == "bad"
      status = ["startTime": time, "ready": 0, "terminating": 0]
      if failed {
        status["failed"] = 1
        status["conditions"] = [condition("FailureTarget"), condition("Failed")]
      } else {
        status["succeeded"] = 1
        status["completionTime"] = time
        status["conditions"] = [condition("SuccessCriteriaMet"), condition("Complete")]
      }
    case "Ingress":
      guard (object[at: "status", "loadBalancer", "ingress"]?.arrayValue ?? []).isEmpty else { return }
      status = ["loadBalancer": ["ingress": [["ip": "192.0.2.10"]]]]
    default:
      guard object[at: "status", "observedGeneration"] != generation else { return }
      let replicas = object[at: "spec", "replicas"] ?? 1
      status = [
        "observedGeneration": generation, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": replicas,
        "availableReplicas": replicas,
      ]
      if image == "broken" {
        status["conditions"] = [
          [
            "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "no progress",
            "lastTransitionTime": object[at: "metadata", "creationTimestamp"] ?? "",
            "lastUpdateTime": object[at: "metadata", "creationTimestamp"] ?? "",
          ]
        ]
      }
    }
    _ = try? await client.patch(
      resource, namespace: namespace, name: name, .merge, ["status": status], subresource: "status",
      options: ClusterClient.WriteOptions(fieldManager: "kube-controller-manager"))
  }
}
