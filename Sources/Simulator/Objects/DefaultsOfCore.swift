import Document

/// The defaults of services, volumes, ingresses and the smaller kinds.
enum DefaultsOfCore {
  static func apply(to object: inout Value, resource: ResourceType) {
    switch resource.group + "/" + resource.kind {
    case "/Pod":
      Defaults.edit(&object, "spec") { spec in
        PodDefaults.apply(to: &spec)
        spec.fill("enableServiceLinks", true)
      }
      Defaults.edit(&object, "status") { status in
        status.fill("phase", "Pending")
        status.fill("qosClass", "BestEffort")
        if let address = status["podIP"] { status.fill("podIPs", [["ip": address]]) }
        if let address = status["hostIP"] { status.fill("hostIPs", [["ip": address]]) }
      }
    case "/Service": service(&object)
    case "/Secret":
      object.fill("type", "Opaque")
      foldTextIntoData(&object)
    case "apiextensions.k8s.io/CustomResourceDefinition": CustomDefinition.applyDefaults(to: &object)
    case "/PersistentVolumeClaim":
      Defaults.edit(&object, "spec") { $0.fill("volumeMode", "Filesystem") }
      Defaults.edit(&object, "status") { $0.fill("phase", "Pending") }
    case "/PersistentVolume":
      Defaults.edit(&object, "spec") { spec in
        spec.fill("persistentVolumeReclaimPolicy", "Retain")
        spec.fill("volumeMode", "Filesystem")
        Defaults.editIfPresent(&spec, "hostPath") { $0.fill("type", "") }
      }
      Defaults.edit(&object, "status") { $0.fill("phase", "Pending") }
    case "/Namespace":
      Defaults.edit(&object, "metadata") { metadata in
        guard let name = metadata["name"] else { return }
        Defaults.edit(&metadata, "labels") { $0["kubernetes.io/metadata.name"] = name }
      }
    case "networking.k8s.io/NetworkPolicy":
      Defaults.edit(&object, "spec") { spec in
        spec.fill("policyTypes", spec["egress"] == nil ? ["Ingress"] : ["Ingress", "Egress"])
        for key in ["ingress", "egress"] {
          Defaults.each(&spec, key) { rule in Defaults.each(&rule, "ports") { $0.fill("protocol", "TCP") } }
        }
      }
    case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
      Defaults.edit(&object, "roleRef") { $0.fill("apiGroup", "rbac.authorization.k8s.io") }
      Defaults.each(&object, "subjects") { subject in
        if let kind = subject["kind"], kind == "User" || kind == "Group" { subject.fill("apiGroup", "rbac.authorization.k8s.io") }
      }
    case "storage.k8s.io/StorageClass":
      object.fill("reclaimPolicy", "Delete")
      object.fill("volumeBindingMode", "Immediate")
    case "policy/PodDisruptionBudget":
      Defaults.edit(&object, "status") { status in
        for key in ["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"] { status.fill(key, 0) }
      }
    case "apiregistration.k8s.io/APIService":
      Defaults.editIfPresent(&object, "spec") { spec in Defaults.editIfPresent(&spec, "service") { $0.fill("port", 443) } }
    case "scheduling.k8s.io/PriorityClass":
      object.fill("preemptionPolicy", "PreemptLowerPriority")
    case "autoscaling/HorizontalPodAutoscaler":
      Defaults.edit(&object, "spec") { spec in
        spec.fill("minReplicas", 1)
        if resource.version == "v2" {
          spec.fill(
            "metrics", [["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]]]])
        }
      }
      Defaults.edit(&object, "status") { status in
        status.fill("currentMetrics", .null)
        status.fill("desiredReplicas", 0)
      }
    default: break
    }
  }

  /// A secret's `stringData` is written only: it becomes `data`.
  private static func foldTextIntoData(_ object: inout Value) {
    guard let texts = object["stringData"]?.objectValue else { return }
    object["stringData"] = nil
    Defaults.edit(&object, "data") { data in
      for member in texts { data[member.key] = .string(Base64.encode(Array((member.value.stringValue ?? "").utf8))) }
    }
  }

  /// What the DefaultTolerationSeconds admission adds to every pod.
  static func tolerations(_ spec: inout Value) {
    var tolerations = spec["tolerations"]?.arrayValue ?? []
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
      let covered = tolerations.contains { toleration in
        let effect = toleration["effect"]?.stringValue ?? ""
        let name = toleration["key"]?.stringValue ?? ""
        return (name == key || name.isEmpty) && (effect == "NoExecute" || effect.isEmpty)
      }
      if !covered {
        tolerations.append(["effect": "NoExecute", "key": .string(key), "operator": "Exists", "tolerationSeconds": 300])
      }
    }
    spec["tolerations"] = .array(tolerations)
  }

  private static func service(_ object: inout Value) {
    Defaults.edit(&object, "spec") { spec in
      spec.fill("sessionAffinity", "None")
      spec.fill("type", "ClusterIP")
      if spec["sessionAffinity"] == "ClientIP" {
        Defaults.edit(&spec, "sessionAffinityConfig") { config in
          Defaults.edit(&config, "clientIP") { $0.fill("timeoutSeconds", 10800) }
        }
      }
      Defaults.each(&spec, "ports") { port in
        port.fill("protocol", "TCP")
        if let number = port["port"] { port.fill("targetPort", number) }
      }
      let type = spec["type"]?.stringValue ?? ""
      if type != "ExternalName" { spec.fill("internalTrafficPolicy", "Cluster") }
      if type == "NodePort" || type == "LoadBalancer" { spec.fill("externalTrafficPolicy", "Cluster") }
      if type == "LoadBalancer" { spec.fill("allocateLoadBalancerNodePorts", true) }
    }
    Defaults.edit(&object, "status") { $0.fill("loadBalancer", .object(Object())) }
  }
}
