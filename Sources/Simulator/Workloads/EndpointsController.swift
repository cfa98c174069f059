import Document

/// The addresses behind services with a selector: one EndpointSlice each.
extension SimulatedCluster {
  private static let slices = ResourceKey(group: "discovery.k8s.io", plural: "endpointslices")
  private static let nameLabel = "kubernetes.io/service-name"

  mutating func reconcileEndpoints(_ namespace: String) {
    guard let type = catalog.find(SimulatedCluster.serviceKey) else { return }
    let pods = store.list(SimulatedCluster.podKey, namespace: namespace).map(OwnedObject.init)
    for stored in store.list(SimulatedCluster.serviceKey, namespace: namespace) {
      let service = stored.value
      guard let selector = service[at: "spec", "selector"]?.objectValue, !selector.isEmpty,
        service[at: "metadata", "deletionTimestamp"] == nil
      else { continue }
      let chosen = pods.filter { pod in
        pod.isActive && pod.value[at: "status", "podIP"] != nil && selector.allSatisfy { pod.stored.labels[$0.key] == $0.value }
      }
      let endpoints = Value.array(chosen.map(SimulatedCluster.endpoint))
      let ports = Value.array((service[at: "spec", "ports"]?.arrayValue ?? []).map { SimulatedCluster.port($0, chosen.first?.value) })
      if let slice = owned(by: stored.uid, SimulatedCluster.slices).first {
        edit(slice.stored, SimulatedCluster.slices) { object in
          object["endpoints"] = endpoints
          object["ports"] = ports
        }
      } else {
        make(
          [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "endpoints": endpoints, "ports": ports,
            "metadata": [
              "generateName": .string(stored.name + "-"), "ownerReferences": [ownerReference(service, type)],
              "labels": [
                SimulatedCluster.nameLabel: .string(stored.name),
                "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
              ],
            ],
          ], SimulatedCluster.slices, namespace: namespace)
      }
    }
  }

  private static func endpoint(_ pod: OwnedObject) -> Value {
    [
      "addresses": [pod.value[at: "status", "podIP"] ?? ""],
      "conditions": ["ready": .bool(pod.isReady), "serving": .bool(pod.isReady), "terminating": .bool(pod.isTerminating)],
      "nodeName": .string(nodeName),
      "targetRef": [
        "kind": "Pod", "name": .string(pod.stored.name), "namespace": .string(pod.stored.namespace), "uid": .string(pod.stored.uid),
      ],
    ]
  }

  /// A port with the number that the pod listens on; a name is looked up in the pod's containers.
  private static func port(_ port: Value, _ pod: Value?) -> Value {
    var number = port["targetPort"]?.intValue ?? port["port"]?.intValue ?? 0
    if let name = port["targetPort"]?.stringValue {
      let all = (pod?[at: "spec", "containers"]?.arrayValue ?? []).flatMap { $0["ports"]?.arrayValue ?? [] }
      number = all.first { $0["name"] == .string(name) }?["containerPort"]?.intValue ?? 0
    }
    return ["name": port["name"] ?? "", "port": .int(number), "protocol": port["protocol"] ?? "TCP"]
  }
}
