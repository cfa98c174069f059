import Document

/// An API that another server is to serve, as an APIService names it.
struct AggregatedService: Sendable, Hashable {
  var name: String
  var group: String
  var version: String
  /// Whether the service behind it exists. Nothing answers there in any case; it only is not reported as down.
  var isAvailable: Bool
}

/// Aggregated APIs: one that is down answers 503, makes discovery incomplete and holds up the deletion of namespaces.
extension SimulatedCluster {
  private static let services = ResourceKey(group: "", plural: "services")
  private static let registrations = ResourceKey(group: "apiregistration.k8s.io", plural: "apiservices")

  /// Called for every change.
  mutating func noteAggregation(_ resource: ResourceKey) {
    let concerns = resource == SimulatedCluster.registrations || (resource == SimulatedCluster.services && !aggregatedServices.isEmpty)
    if concerns, !aggregationIsStale {
      aggregationIsStale = true
      timers.schedule(.aggregation, at: now)
    }
  }

  /// Looks at all registrations anew and reports which of them are available.
  mutating func checkAggregation() {
    aggregationIsStale = false
    let before = aggregatedServices
    aggregatedServices = []
    guard let resource = catalog.find(SimulatedCluster.registrations) else { return }
    for stored in store.list(SimulatedCluster.registrations, namespace: nil) {
      let object = stored.value
      guard let target = object[at: "spec", "service"], target.objectValue != nil else { continue }
      let namespace = target["namespace"]?.stringValue ?? ""
      let name = target["name"]?.stringValue ?? ""
      let isAvailable = store.get(SimulatedCluster.services, namespace, name) != nil
      aggregatedServices.append(
        AggregatedService(
          name: stored.name, group: object[at: "spec", "group"]?.stringValue ?? "",
          version: object[at: "spec", "version"]?.stringValue ?? "", isAvailable: isAvailable))
      let status: Value = isAvailable ? "True" : "False"
      let old = (object[at: "status", "conditions"]?.arrayValue ?? []).first { $0["type"] == "Available" }
      if old?["status"] == status { continue }
      let condition: Value = [
        "type": "Available", "status": status, "lastTransitionTime": .string(now.text),
        "reason": isAvailable ? "Passed" : "ServiceNotFound",
        "message": isAvailable ? "all checks passed" : .string("service/\(name) in \"\(namespace)\" is not present"),
      ]
      store(status: ["conditions": [condition]], of: object, resource, manager: "kube-apiserver")
    }
    guard before != aggregatedServices else { return }
    for stored in store.list(ResourceKey(group: "", plural: "namespaces"), namespace: nil)
    where stored.value[at: "metadata", "deletionTimestamp"] != nil {
      timers.schedule(.namespace(stored.name), at: now)
    }
  }

  /// The APIs that are down now.
  var unavailableServices: [AggregatedService] { aggregatedServices.filter { !$0.isAvailable } }

  /// The answer for a path beneath an API that is down; nil for all other paths.
  func unavailable(_ parts: [String]) -> APIResponse? {
    guard !aggregatedServices.isEmpty, parts.count > 2, parts[0] == "apis",
      unavailableServices.contains(where: { $0.group == parts[1] && $0.version == parts[2] })
    else { return nil }
    return APIResponse(status: 503, contentType: "text/plain; charset=utf-8", body: Array("service unavailable\n".utf8))
  }
}
