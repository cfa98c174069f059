import Document

/// The status that controllers would report, from the specification alone.
enum WorkloadStatus {
  /// Whether anything reports a status for this kind.
  static func isAnswered(_ resource: ResourceType, _ settings: SimulatedClusterSettings) -> Bool {
    if resource.custom != nil { return settings.customResourcesBecomeReady && resource.hasStatus }
    switch resource.group + "/" + resource.kind {
    case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "batch/Job", "/Pod", "/PersistentVolumeClaim",
      "/Service",
      "networking.k8s.io/Ingress", "apiregistration.k8s.io/APIService":
      return true
    default: return false
    }
  }

  /// Whether one of the images is among those that never start.
  static func isFailing(_ object: Value, _ settings: SimulatedClusterSettings) -> Bool {
    guard !settings.failingImages.isEmpty else { return false }
    let spec = object[at: "spec", "template", "spec"] ?? object["spec"]
    let containers = (spec?["containers"]?.arrayValue ?? []) + (spec?["initContainers"]?.arrayValue ?? [])
    return containers.contains { container in
      let image = container["image"]?.stringValue ?? ""
      return settings.failingImages.contains { image.contains($0) }
    }
  }

  private static func replicas(_ object: Value) -> Int64 { object[at: "spec", "replicas"]?.intValue ?? 1 }

  private static func condition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String, _ now: SimulatedTime) -> Value {
    [
      "type": .string(type), "status": isTrue ? "True" : "False", "reason": .string(reason), "message": .string(message),
      "lastTransitionTime": .string(now.text), "lastUpdateTime": .string(now.text),
    ]
  }

  /// A status without the numbers that Go leaves out when they are zero.
  private static func counts(_ members: [(String, Int64)], always: Set<String> = []) -> Object {
    Object(members.filter { $0.1 != 0 || always.contains($0.0) }.map { Member(key: $0.0, value: .int($0.1)) })
  }

  // MARK: Begun

  static func progressing(_ object: Value, _ resource: ResourceType, now: SimulatedTime) -> Value? {
    let generation = object[at: "metadata", "generation"]?.intValue ?? 0
    let wanted = replicas(object)
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    let ready = min(object[at: "status", "readyReplicas"]?.intValue ?? 0, wanted)
    switch resource.group + "/" + resource.kind {
    case "apps/Deployment":
      var status = counts([
        ("observedGeneration", generation), ("replicas", wanted), ("updatedReplicas", min(1, wanted)), ("readyReplicas", ready),
        ("availableReplicas", ready), ("unavailableReplicas", max(1, wanted - ready)),
      ])
      status["conditions"] = [
        condition(
          "Available", ready == wanted && ready > 0,
          ready == wanted && ready > 0 ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
          ready == wanted && ready > 0 ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", now),
        condition("Progressing", true, "ReplicaSetUpdated", "ReplicaSet \"\(name)-\(generation)\" is progressing.", now),
      ]
      return .object(status)
    case "apps/StatefulSet":
      return .object(
        counts(
          [
            ("observedGeneration", generation), ("replicas", wanted), ("currentReplicas", wanted), ("updatedReplicas", min(1, wanted)),
            ("readyReplicas", ready), ("availableReplicas", ready), ("collisionCount", 0),
          ], always: ["replicas", "availableReplicas", "collisionCount"])
      ).with("updateRevision", .string("\(name)-\(generation)")).with("currentRevision", .string("\(name)-\(max(1, generation - 1))"))
    case "apps/DaemonSet":
      return .object(
        counts(
          [
            ("observedGeneration", generation), ("desiredNumberScheduled", 1), ("currentNumberScheduled", 1), ("numberMisscheduled", 0),
            ("numberReady", 0), ("numberUnavailable", 1), ("updatedNumberScheduled", 1),
          ], always: ["numberMisscheduled", "numberReady"]))
    case "apps/ReplicaSet": return .object(counts([("observedGeneration", generation), ("replicas", wanted)], always: ["replicas"]))
    case "batch/Job":
      guard object[at: "spec", "suspend"] != true else { return nil }
      return ["active": 1, "ready": 0, "startTime": .string(now.text), "terminating": 0, "uncountedTerminatedPods": [:]]
    default: return nil
    }
  }

  // MARK: Ready

  static func ready(_ object: Value, _ resource: ResourceType, now: SimulatedTime, seed: UInt64) -> Value? {
    let generation = object[at: "metadata", "generation"]?.intValue ?? 0
    let wanted = replicas(object)
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    if resource.custom != nil { return custom(object, generation, now) }
    switch resource.group + "/" + resource.kind {
    case "apps/Deployment":
      if object[at: "spec", "paused"] == true { return pausedDeployment(object, generation, now) }
      var status = counts([
        ("observedGeneration", generation), ("replicas", wanted), ("updatedReplicas", wanted), ("readyReplicas", wanted),
        ("availableReplicas", wanted),
      ])
      status["conditions"] = [
        condition("Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.", now),
        condition(
          "Progressing", true, "NewReplicaSetAvailable", "ReplicaSet \"\(name)-\(generation)\" has successfully progressed.", now),
      ]
      return .object(status)
    case "apps/StatefulSet":
      return .object(
        counts(
          [
            ("observedGeneration", generation), ("replicas", wanted), ("currentReplicas", wanted), ("updatedReplicas", wanted),
            ("readyReplicas", wanted), ("availableReplicas", wanted), ("collisionCount", 0),
          ], always: ["replicas", "availableReplicas", "collisionCount"])
      ).with("updateRevision", .string("\(name)-\(generation)")).with("currentRevision", .string("\(name)-\(generation)"))
    case "apps/DaemonSet":
      return .object(
        counts(
          [
            ("observedGeneration", generation), ("desiredNumberScheduled", 1), ("currentNumberScheduled", 1), ("numberMisscheduled", 0),
            ("numberReady", 1), ("numberAvailable", 1), ("updatedNumberScheduled", 1),
          ], always: ["numberMisscheduled"]))
    case "apps/ReplicaSet":
      return .object(
        counts(
          [
            ("observedGeneration", generation), ("replicas", wanted), ("fullyLabeledReplicas", wanted), ("readyReplicas", wanted),
            ("availableReplicas", wanted),
          ], always: ["replicas"]))
    case "batch/Job": return finishedJob(object, now)
    case "/Pod": return runningPod(object, now, seed)
    case "/PersistentVolumeClaim":
      var status: Object = ["phase": "Bound"]
      status["accessModes"] = object[at: "spec", "accessModes"]
      status["capacity"] = object[at: "spec", "resources", "requests"]
      return .object(status)
    case "/Service":
      guard object[at: "spec", "type"] == "LoadBalancer" else { return nil }
      return ["loadBalancer": ["ingress": [["ip": .string(address(seed)), "ipMode": "VIP"]]]]
    case "networking.k8s.io/Ingress": return ["loadBalancer": ["ingress": [["ip": .string(address(seed))]]]]
    case "apiregistration.k8s.io/APIService":
      if object[at: "spec", "service"]?.objectValue != nil { return nil }
      return [
        "conditions": [
          [
            "type": "Available", "status": "True", "reason": "Local", "message": "Local APIServices are always available",
            "lastTransitionTime": .string(now.text),
          ]
        ]
      ]
    default: return nil
    }
  }

  private static func address(_ seed: UInt64) -> String { "203.0.113.\(seed % 250 + 1)" }

  static func podAddress(_ seed: UInt64) -> String { "10.244.\(seed / 250 % 250).\(seed % 250 + 1)" }

  private static func pausedDeployment(_ object: Value, _ generation: Int64, _ now: SimulatedTime) -> Value {
    var status = object["status"] ?? [:]
    status["observedGeneration"] = .int(generation)
    var conditions = (status["conditions"]?.arrayValue ?? []).filter { $0["type"] != "Progressing" }
    conditions.append(condition("Progressing", false, "DeploymentPaused", "Deployment is paused", now))
    conditions[conditions.count - 1]["status"] = "Unknown"
    status["conditions"] = .array(conditions)
    return status
  }

  private static func finishedJob(_ object: Value, _ now: SimulatedTime) -> Value {
    let time = Value.string(now.text)
    func entry(_ type: String, _ reason: String, _ message: String) -> Value {
      [
        "type": .string(type), "status": "True", "lastProbeTime": time, "lastTransitionTime": time, "reason": .string(reason),
        "message": .string(message),
      ]
    }
    if object[at: "spec", "suspend"] == true { return ["conditions": [entry("Suspended", "JobSuspended", "Job suspended")]] }
    let completions = object[at: "spec", "completions"]?.intValue ?? 1
    let message = "Reached expected number of succeeded pods"
    return [
      "startTime": object[at: "status", "startTime"] ?? time, "completionTime": time, "succeeded": .int(completions), "ready": 0,
      "terminating": 0, "uncountedTerminatedPods": [:],
      "conditions": [
        entry("SuccessCriteriaMet", "CompletionsReached", message), entry("Complete", "CompletionsReached", message),
      ],
    ]
  }

  private static func runningPod(_ object: Value, _ now: SimulatedTime, _ seed: UInt64) -> Value {
    let time = Value.string(now.text)
    let containers = object[at: "spec", "containers"]?.arrayValue ?? []
    let conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type -> Value in
      ["type": .string(type), "status": "True", "lastProbeTime": .null, "lastTransitionTime": time]
    }
    return [
      "phase": "Running", "conditions": .array(conditions), "hostIP": "192.0.2.10", "podIP": .string(podAddress(seed)),
      "podIPs": [["ip": .string(podAddress(seed))]],
      "startTime": time, "qosClass": object[at: "status", "qosClass"] ?? "BestEffort",
      "containerStatuses": .array(
        containers.map { container in
          [
            "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": container["image"] ?? "", "ready": true,
            "restartCount": 0, "started": true, "state": ["running": ["startedAt": time]], "lastState": [:],
          ]
        }),
    ]
  }

  private static func custom(_ object: Value, _ generation: Int64, _ now: SimulatedTime) -> Value {
    var status = object["status"]?.objectValue ?? Object()
    var conditions = (status["conditions"]?.arrayValue ?? []).filter { $0["type"] != "Ready" }
    conditions.append([
      "type": "Ready", "status": "True", "reason": "Simulated", "message": "the simulated controller is done",
      "observedGeneration": .int(generation), "lastTransitionTime": .string(now.text),
    ])
    status["conditions"] = .array(conditions)
    status["observedGeneration"] = .int(generation)
    return .object(status)
  }

  // MARK: Stuck

  static func stuck(_ object: Value, _ resource: ResourceType, now: SimulatedTime) -> Value? {
    let generation = object[at: "metadata", "generation"]?.intValue ?? 0
    switch resource.group + "/" + resource.kind {
    case "apps/Deployment":
      var status = progressing(object, resource, now: now) ?? [:]
      let name = object[at: "metadata", "name"]?.stringValue ?? ""
      status["conditions"] = [
        condition("Available", false, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", now),
        condition(
          "Progressing", false, "ProgressDeadlineExceeded", "ReplicaSet \"\(name)-\(generation)\" has timed out progressing.", now),
      ]
      return status
    case "batch/Job":
      let time = Value.string(now.text)
      func entry(_ type: String) -> Value {
        [
          "type": .string(type), "status": "True", "lastProbeTime": time, "lastTransitionTime": time, "reason": "BackoffLimitExceeded",
          "message": "Job has reached the specified backoff limit",
        ]
      }
      return [
        "startTime": object[at: "status", "startTime"] ?? time, "failed": .int((object[at: "spec", "backoffLimit"]?.intValue ?? 6) + 1),
        "ready": 0, "terminating": 0, "uncountedTerminatedPods": [:], "conditions": [entry("FailureTarget"), entry("Failed")],
      ]
    default: return nil
    }
  }
}

extension Value {
  /// A copy with one more key.
  fileprivate func with(_ key: String, _ value: Value) -> Value {
    var copy = self
    copy[key] = value
    return copy
  }
}
