import Document

extension SimulatedCluster {
  /// Fills in what only the server can give: addresses and ports of services, selectors of jobs, protection finalizers.
  mutating func allocate(_ object: inout Value, old: Value?, _ resource: ResourceType) {
    switch resource.group + "/" + resource.kind {
    case "/Service": allocateService(&object, old: old)
    case "batch/Job" where old == nil: jobSelector(&object)
    case "/PersistentVolumeClaim" where old == nil: addFinalizer(&object, "kubernetes.io/pvc-protection")
    case "/PersistentVolume" where old == nil: addFinalizer(&object, "kubernetes.io/pv-protection")
    case "/Namespace" where old == nil: Defaults.edit(&object, "spec") { $0.fill("finalizers", ["kubernetes"]) }
    case "/Pod" where old == nil:
      Defaults.edit(&object, "spec") { spec in
        spec.fill("preemptionPolicy", "PreemptLowerPriority")
        spec.fill("priority", 0)
        DefaultsOfCore.tolerations(&spec)
      }
    default: break
    }
  }

  private func addFinalizer(_ object: inout Value, _ name: String) {
    var finalizers = object[at: "metadata", "finalizers"]?.arrayValue ?? []
    if !finalizers.contains(.string(name)) { finalizers.append(.string(name)) }
    object[at: "metadata", "finalizers"] = .array(finalizers)
  }

  private mutating func allocateService(_ object: inout Value, old: Value?) {
    let type = object[at: "spec", "type"]?.stringValue ?? "ClusterIP"
    guard type != "ExternalName" else { return }
    if object[at: "spec", "clusterIP"] == nil { object[at: "spec", "clusterIP"] = old?[at: "spec", "clusterIP"] }
    if object[at: "spec", "clusterIP"] == nil {
      nextServiceAddress += 1
      let host = nextServiceAddress
      object[at: "spec", "clusterIP"] = .string("10.96.\((host >> 8) & 255).\(host & 255)")
    }
    let address = object[at: "spec", "clusterIP"] ?? ""
    if type == "ClusterIP", let former = old?[at: "spec", "type"]?.stringValue, former != type { releasePorts(&object) }
    let needsPorts = type == "NodePort" || (type == "LoadBalancer" && object[at: "spec", "allocateLoadBalancerNodePorts"] != false)
    let isLocal = type == "LoadBalancer" && object[at: "spec", "externalTrafficPolicy"] == "Local"
    let oldPorts = old?[at: "spec", "ports"]?.arrayValue ?? []
    var number = Int64(30000 + random.next() % 2700)
    Defaults.edit(&object, "spec") { spec in
      spec.fill("clusterIPs", [address])
      if spec["ipFamilies"] == nil, address != "" { spec["ipFamilies"] = ["IPv4"] }
      spec.fill("ipFamilyPolicy", "SingleStack")
      if isLocal { spec.fill("healthCheckNodePort", old?[at: "spec", "healthCheckNodePort"] ?? .int(number)) }
      Defaults.each(&spec, "ports") { port in
        guard needsPorts, port["nodePort"] == nil else { return }
        let former = oldPorts.first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }?["nodePort"]
        number += 1
        port["nodePort"] = former ?? .int(number)
      }
    }
  }

  /// A service that becomes internal again gives its ports back.
  private func releasePorts(_ object: inout Value) {
    Defaults.edit(&object, "spec") { spec in
      for key in ["externalTrafficPolicy", "healthCheckNodePort", "allocateLoadBalancerNodePorts"] { spec[key] = nil }
      Defaults.each(&spec, "ports") { $0["nodePort"] = nil }
    }
  }

  private mutating func jobSelector(_ object: inout Value) {
    guard object[at: "spec", "manualSelector"] != true else { return }
    let uid = object[at: "metadata", "uid"] ?? ""
    let name = object[at: "metadata", "name"] ?? ""
    func label(_ metadata: inout Value) {
      Defaults.edit(&metadata, "labels") { labels in
        labels["batch.kubernetes.io/controller-uid"] = uid
        labels["batch.kubernetes.io/job-name"] = name
        labels["controller-uid"] = uid
        labels["job-name"] = name
      }
    }
    Defaults.edit(&object, "metadata", label)
    Defaults.edit(&object, "spec") { spec in
      spec["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": uid]]
      spec.fill("manualSelector", false)
      Defaults.edit(&spec, "template") { template in Defaults.edit(&template, "metadata", label) }
    }
  }
}
