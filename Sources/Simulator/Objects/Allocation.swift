import Document

extension SimulatedCluster {
  /// Fills in what only the server can give: addresses and ports of services, selectors of jobs, protection finalizers.
  mutating func allocate(_ object: inout Value, old: Value?, _ resource: ResourceType) throws(APIFailure) {
    switch resource.group + "/" + resource.kind {
    case "/Service": try allocateService(&object, old: old, resource)
    case "coordination.k8s.io/Lease":
      // Kept only where coordinated leader election is on, which by default it is not.
      Defaults.editIfPresent(&object, "spec") { spec in
        spec["strategy"] = nil
        spec["preferredHolder"] = nil
      }
    case "batch/Job" where old == nil: jobSelector(&object)
    case "/PersistentVolumeClaim" where old == nil: addFinalizer(&object, "kubernetes.io/pvc-protection")
    case "/PersistentVolume" where old == nil: addFinalizer(&object, "kubernetes.io/pv-protection")
    case "/Node" where old == nil:
      // A node that has not reported itself ready gets nothing placed on it.
      let isReady = (object[at: "status", "conditions"]?.arrayValue ?? []).contains { $0["type"] == "Ready" && $0["status"] == "True" }
      if !isReady {
        Defaults.edit(&object, "spec") { spec in
          let others = (spec["taints"]?.arrayValue ?? []).filter { $0["key"] != "node.kubernetes.io/not-ready" }
          spec["taints"] = .array(others + [["effect": "NoSchedule", "key": "node.kubernetes.io/not-ready"]])
        }
      }
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

  private mutating func allocateService(_ object: inout Value, old: Value?, _ resource: ResourceType) throws(APIFailure) {
    let type = object[at: "spec", "type"]?.stringValue ?? "ClusterIP"
    guard type != "ExternalName" else { return }
    if object[at: "spec", "clusterIP"] == nil { object[at: "spec", "clusterIP"] = old?[at: "spec", "clusterIP"] }
    let isChosen = object[at: "spec", "clusterIP"] != nil
    if !isChosen {
      nextServiceAddress += 1
      let host = nextServiceAddress
      object[at: "spec", "clusterIP"] = .string("10.96.\((host >> 8) & 255).\(host & 255)")
    }
    let address = object[at: "spec", "clusterIP"] ?? ""
    try checkAddresses(object, old: old, resource, isChosen ? address.stringValue ?? "" : "")
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

  /// Addresses and ports that were asked for must be free and within the cluster's ranges.
  private func checkAddresses(_ object: Value, old: Value?, _ resource: ResourceType, _ address: String) throws(APIFailure) {
    var errors: [FieldError] = []
    if !address.isEmpty, address != "None", old?[at: "spec", "clusterIP"]?.stringValue != address {
      let reason =
        !address.hasPrefix("10.96.")
        ? "the provided network does not match the current range"
        : isTaken(address, object, resource) ? "provided IP is already allocated" : nil
      if let reason {
        errors.append(
          .invalid("spec.clusterIPs", .array([.string(address)]), "failed to allocate IP \(address): \(reason)"))
      }
    }
    for (index, port) in (object[at: "spec", "ports"]?.arrayValue ?? []).enumerated() {
      guard let number = port["nodePort"]?.intValue, !(30000...32767).contains(number) else { continue }
      errors.append(
        .invalid(
          "spec.ports[\(index)].nodePort", .int(number),
          "provided port is not in the valid range. The range of valid ports is 30000-32767"))
    }
    if !errors.isEmpty { throw APIFailure.invalid(resource, object[at: "metadata", "name"]?.stringValue ?? "", errors) }
  }

  private func isTaken(_ address: String, _ object: Value, _ resource: ResourceType) -> Bool {
    let uid = object[at: "metadata", "uid"]?.stringValue
    let text = Array("\"\(address)\"".utf8)
    return store.list(resource.key, namespace: nil).contains { stored in
      stored.uid != uid && stored.bytes.contains(text) && stored.value[at: "spec", "clusterIP"]?.stringValue == address
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
