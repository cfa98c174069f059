import Document

/// What scheduler and kubelet do with a pod, on the one node that a cluster with pods has.
extension SimulatedCluster {
  static let nodeName = "simulated-node"

  /// The node, as its kubelet would report it.
  mutating func seedNode() {
    let time = Value.string(now.text)
    let size: Value = ["cpu": "64", "memory": "256Gi", "pods": "110", "ephemeral-storage": "1Ti"]
    let conditions: [(type: String, status: String, reason: String, message: String)] = [
      ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ]
    let name = Value.string(SimulatedCluster.nodeName)
    _ = try? createObject(
      [
        "apiVersion": "v1", "kind": "Node",
        "metadata": [
          "name": name,
          "labels": ["kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"],
        ],
        "status": [
          "capacity": size, "allocatable": size,
          "addresses": [["type": "InternalIP", "address": "192.0.2.10"], ["type": "Hostname", "address": name]],
          "conditions": .array(
            conditions.map { entry in
              [
                "type": .string(entry.type), "status": .string(entry.status), "reason": .string(entry.reason),
                "message": .string(entry.message),
                "lastHeartbeatTime": time, "lastTransitionTime": time,
              ]
            }),
          "nodeInfo": [
            "kubeletVersion": "v1.36.0", "kubeProxyVersion": "", "osImage": "simulated", "kernelVersion": "simulated",
            "containerRuntimeVersion": "simulated://1", "operatingSystem": "linux", "architecture": "amd64", "machineID": "",
            "systemUUID": "",
            "bootID": "",
          ],
        ],
      ], resourceOf("", "nodes"), namespace: "", writer: Writer(manager: "kube-apiserver", subresource: ""))
    make(
      [
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": name],
        "spec": ["holderIdentity": name, "leaseDurationSeconds": 40],
      ], ResourceKey(group: "coordination.k8s.io", plural: "leases"), namespace: "kube-node-lease")
  }

  /// A new pod gets its node, and its containers wait.
  mutating func startPod(_ object: Value, _ resource: ResourceType) {
    guard object[at: "spec", "nodeName"] == nil else { return }
    let isFailing = WorkloadStatus.isFailing(object, settings)
    guard settings.readyAfter > .zero || isFailing else {
      var bound = object
      bound[at: "spec", "nodeName"] = .string(SimulatedCluster.nodeName)
      _ = write(bound, resource)
      return
    }
    var bound = object
    bound[at: "spec", "nodeName"] = .string(SimulatedCluster.nodeName)
    bound["status"] = PodStatus.waiting(object, now: now, isFailing: isFailing)
    bound = fieldManager(resource, subresource: "status").update(live: object, new: bound, manager: "kubelet")
    _ = write(bound, resource)
  }
}

/// The status of a pod on its way.
enum PodStatus {
  static func waiting(_ pod: Value, now: SimulatedTime, isFailing: Bool) -> Value {
    let time = Value.string(now.text)
    let reason: Value = isFailing ? "ImagePullBackOff" : "ContainerCreating"
    let names = (pod[at: "spec", "containers"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    let unready = "containers with unready status: [\(names.joined(separator: " "))]"
    let conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type -> Value in
      let isTrue = type == "Initialized" || type == "PodScheduled" || (type == "PodReadyToStartContainers" && isFailing)
      var condition: Value = [
        "type": .string(type), "status": isTrue ? "True" : "False", "lastProbeTime": .null, "lastTransitionTime": time,
      ]
      if type == "Ready" || type == "ContainersReady" {
        condition["reason"] = "ContainersNotReady"
        condition["message"] = .string(unready)
      }
      return condition
    }
    return [
      "phase": "Pending", "conditions": .array(conditions), "hostIP": "192.0.2.10", "startTime": time,
      "qosClass": pod[at: "status", "qosClass"] ?? "BestEffort",
      "containerStatuses": containers(pod) { container in
        var state: Value = ["reason": reason]
        if isFailing { state["message"] = .string("Back-off pulling image \"\(container["image"]?.stringValue ?? "")\"") }
        return (ready: false, started: false, state: ["waiting": state])
      },
    ]
  }

  /// A pod whose containers have run to their end.
  static func succeeded(_ pod: Value, now: SimulatedTime, seed: UInt64) -> Value {
    let time = Value.string(now.text)
    let conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type -> Value in
      let isTrue = type == "Initialized" || type == "PodScheduled"
      var condition: Value = [
        "type": .string(type), "status": isTrue ? "True" : "False", "lastProbeTime": .null, "lastTransitionTime": time,
      ]
      if !isTrue { condition["reason"] = "PodCompleted" }
      return condition
    }
    return [
      "phase": "Succeeded", "conditions": .array(conditions), "hostIP": "192.0.2.10", "podIP": .string(WorkloadStatus.podAddress(seed)),
      "podIPs": [["ip": .string(WorkloadStatus.podAddress(seed))]],
      "startTime": pod[at: "status", "startTime"] ?? time, "qosClass": pod[at: "status", "qosClass"] ?? "BestEffort",
      "containerStatuses": containers(pod) { _ in
        (
          ready: false, started: false,
          state: ["terminated": ["exitCode": 0, "reason": "Completed", "startedAt": time, "finishedAt": time]]
        )
      },
    ]
  }

  private static func containers(_ pod: Value, _ state: (Value) -> (ready: Bool, started: Bool, state: Value)) -> Value {
    .array(
      (pod[at: "spec", "containers"]?.arrayValue ?? []).map { container in
        let now = state(container)
        return [
          "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "", "ready": .bool(now.ready), "restartCount": 0,
          "started": .bool(now.started), "state": now.state, "lastState": [:],
        ]
      })
  }

  /// Whether a pod's containers end by themselves: those of a job.
  static func ends(_ pod: Value) -> Bool {
    (pod[at: "metadata", "ownerReferences"]?.arrayValue ?? []).contains { $0["kind"] == "Job" && $0["controller"] == true }
  }

  /// The word in the column STATUS, as the server chooses it.
  static func word(_ pod: Value) -> String {
    var word = pod[at: "status", "reason"]?.stringValue ?? pod[at: "status", "phase"]?.stringValue ?? ""
    for status in pod[at: "status", "containerStatuses"]?.arrayValue ?? [] {
      if let reason = status[at: "state", "waiting", "reason"]?.stringValue, !reason.isEmpty { word = reason }
      if let reason = status[at: "state", "terminated", "reason"]?.stringValue, !reason.isEmpty { word = reason }
    }
    return pod[at: "metadata", "deletionTimestamp"] != nil ? "Terminating" : word
  }
}
