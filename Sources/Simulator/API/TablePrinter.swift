import Document

/// Tables as `kubectl get` asks for them.
struct TablePrinter {
  var resource: ResourceType
  var now: SimulatedTime
  /// Later events of a watch repeat no column definitions.
  var withoutColumns = false

  init(resource: ResourceType, now: SimulatedTime) {
    self.resource = resource
    self.now = now
  }

  /// One column: its definition, and its cell for an object.
  struct Column {
    var name: String
    var type = "string"
    var format = ""
    var priority: Int64 = 0
    var description = ""
    var cell: (Value) -> Value
  }

  func table(_ objects: [Value], metadata: Object, includeObject: String?) -> Value {
    let columns = columns()
    let rows = objects.map { object -> Value in
      var row: Object = ["cells": .array(columns.map { $0.cell(object) })]
      switch includeObject ?? "Metadata" {
      case "None": row["object"] = .null
      case "Object": row["object"] = object
      default:
        var partial = PartialObject.of(object)
        partial["apiVersion"] = "meta.k8s.io/v1"
        row["object"] = partial
      }
      return .object(row)
    }
    let definitions = columns.map { column -> Value in
      [
        "name": .string(column.name), "type": .string(column.type), "format": .string(column.format),
        "description": .string(column.description), "priority": .int(column.priority),
      ]
    }
    // Go prints an empty list of rows as null where nobody made one.
    let isUntouched = rows.isEmpty && resource.kind == "CustomResourceDefinition"
    return [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": .object(metadata),
      "columnDefinitions": withoutColumns ? .null : .array(definitions), "rows": isUntouched ? .null : .array(rows),
    ]
  }

  private func columns() -> [Column] {
    let name = Column(name: "Name", format: "name") { $0[at: "metadata", "name"] ?? "" }
    let age = Column(name: "Age") { self.age($0[at: "metadata", "creationTimestamp"]) }
    if let custom = resource.custom {
      var columns = [name]
      for column in custom.columns {
        columns.append(
          Column(name: column.name, type: column.type, format: column.format, priority: column.priority, description: column.description) {
            customCell($0, column)
          })
      }
      if custom.columns.isEmpty { columns.append(age) }
      return columns
    }
    func text(_ name: String, _ path: String..., priority: Int64 = 0) -> Column {
      Column(name: name, priority: priority) { .string(TablePrinter.text($0[path])) }
    }
    func number(_ name: String, _ path: String..., type: String = "integer") -> Column {
      Column(name: name, type: type) { $0[path] ?? 0 }
    }
    func ratio(_ name: String, _ part: [String], _ whole: [String]) -> Column {
      Column(name: name) { .string("\(TablePrinter.number($0[part]))/\(TablePrinter.number($0[whole]))") }
    }
    func count(_ name: String, _ path: String..., type: String = "string") -> Column {
      Column(name: name, type: type) { object in .int(Int64(object[path]?.objectValue?.count ?? object[path]?.arrayValue?.count ?? 0)) }
    }
    let images = Column(name: "Images", priority: 1) { object in
      let containers = object[at: "spec", "template", "spec", "containers"]?.arrayValue ?? []
      return .string(containers.map { $0["image"]?.stringValue ?? "" }.joined(separator: ","))
    }
    let containers = Column(name: "Containers", priority: 1) { object in
      let containers = object[at: "spec", "template", "spec", "containers"]?.arrayValue ?? []
      return .string(containers.map { $0["name"]?.stringValue ?? "" }.joined(separator: ","))
    }
    let selector = Column(name: "Selector", priority: 1) { .string(TablePrinter.selector($0[at: "spec", "selector", "matchLabels"])) }
    switch resource.group + "/" + resource.kind {
    case "apps/Deployment":
      return [
        name, ratio("Ready", ["status", "readyReplicas"], ["spec", "replicas"]),
        number("Up-to-date", "status", "updatedReplicas", type: "string"),
        number("Available", "status", "availableReplicas", type: "string"), age, containers, images, selector,
      ]
    case "apps/StatefulSet":
      return [name, ratio("Ready", ["status", "readyReplicas"], ["spec", "replicas"]), age, containers, images]
    case "apps/ReplicaSet":
      return [
        name, number("Desired", "spec", "replicas"), number("Current", "status", "replicas"), number("Ready", "status", "readyReplicas"),
        age,
        containers, images, selector,
      ]
    case "apps/DaemonSet":
      return [
        name, number("Desired", "status", "desiredNumberScheduled"), number("Current", "status", "currentNumberScheduled"),
        number("Ready", "status", "numberReady"), number("Up-to-date", "status", "updatedNumberScheduled"),
        number("Available", "status", "numberAvailable"),
        Column(name: "Node Selector") { .string(TablePrinter.selector($0[at: "spec", "template", "spec", "nodeSelector"])) }, age,
        containers,
        images, selector,
      ]
    case "batch/Job":
      return [
        name, Column(name: "Status") { .string(TablePrinter.jobStatus($0)) },
        ratio("Completions", ["status", "succeeded"], ["spec", "completions"]), Column(name: "Duration") { self.jobDuration($0) }, age,
        containers, images, selector,
      ]
    case "batch/CronJob":
      return [
        name, text("Schedule", "spec", "schedule"), text("Timezone", "spec", "timeZone"),
        Column(name: "Suspend", type: "boolean") { .string($0[at: "spec", "suspend"] == true ? "True" : "False") },
        count("Active", "status", "active", type: "integer"),
        Column(name: "Last Schedule") {
          $0[at: "status", "lastScheduleTime"] == nil ? "<none>" : self.age($0[at: "status", "lastScheduleTime"])
        },
        age,
      ] + TablePrinter.podColumns(["spec", "jobTemplate", "spec"])
    case "/Pod":
      return [
        name, Column(name: "Ready") { .string(TablePrinter.podReady($0)) }, Column(name: "Status") { .string(PodStatus.word($0)) },
        Column(name: "Restarts") { _ in "0" }, age, text("IP", "status", "podIP", priority: 1),
        text("Node", "spec", "nodeName", priority: 1), text("Nominated Node", "status", "nominatedNodeName", priority: 1),
        Column(name: "Readiness Gates", priority: 1) { _ in "<none>" },
      ]
    case "/Service":
      return [
        name, text("Type", "spec", "type"), text("Cluster-IP", "spec", "clusterIP"),
        Column(name: "External-IP") { .string(TablePrinter.externalAddress($0)) },
        Column(name: "Port(s)") { .string(TablePrinter.ports($0)) },
        age, Column(name: "Selector", priority: 1) { .string(TablePrinter.selector($0[at: "spec", "selector"])) },
      ]
    case "/ConfigMap": return [name, count("Data", "data"), age]
    case "/Secret": return [name, text("Type", "type"), count("Data", "data"), age]
    case "/Namespace": return [name, text("Status", "status", "phase"), age]
    case "/Node":
      return [
        name, Column(name: "Status") { .string(TablePrinter.nodeStatus($0)) }, Column(name: "Roles") { _ in "<none>" }, age,
        text("Version", "status", "nodeInfo", "kubeletVersion"),
        Column(name: "Internal-IP", priority: 1) { .string(TablePrinter.nodeAddress($0, "InternalIP")) },
        Column(name: "External-IP", priority: 1) { .string(TablePrinter.nodeAddress($0, "ExternalIP")) },
        text("OS-Image", "status", "nodeInfo", "osImage", priority: 1),
        text("Kernel-Version", "status", "nodeInfo", "kernelVersion", priority: 1),
        text("Container-Runtime", "status", "nodeInfo", "containerRuntimeVersion", priority: 1),
      ]
    case "/PersistentVolumeClaim":
      return [
        name, text("Status", "status", "phase"), text("Volume", "spec", "volumeName"), text("Capacity", "status", "capacity", "storage"),
        Column(name: "Access Modes") { .string(TablePrinter.modes($0[at: "status", "accessModes"])) },
        text("StorageClass", "spec", "storageClassName"), text("VolumeAttributesClass", "spec", "volumeAttributesClassName"), age,
        text("VolumeMode", "spec", "volumeMode", priority: 1),
      ]
    case "networking.k8s.io/Ingress":
      return [
        name, Column(name: "Class") { .string($0[at: "spec", "ingressClassName"]?.stringValue ?? "<none>") },
        Column(name: "Hosts") { object in
          let hosts = (object[at: "spec", "rules"]?.arrayValue ?? []).compactMap { $0["host"]?.stringValue }
          return .string(hosts.isEmpty ? "*" : hosts.joined(separator: ","))
        }, Column(name: "Address") { .string(TablePrinter.ingress($0)) },
        Column(name: "Ports") { .string($0[at: "spec", "tls"] == nil ? "80" : "80, 443") }, age,
      ]
    case "apiextensions.k8s.io/CustomResourceDefinition":
      return [name, Column(name: "Created At", type: "date") { $0[at: "metadata", "creationTimestamp"] ?? "" }]
    case "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole":
      return [name, Column(name: "Created At", type: "date") { $0[at: "metadata", "creationTimestamp"] ?? "" }]
    case "coordination.k8s.io/Lease": return [name, text("Holder", "spec", "holderIdentity"), age]
    case "autoscaling/HorizontalPodAutoscaler":
      return [
        name,
        Column(name: "Reference") { object in
          let target = object[at: "spec", "scaleTargetRef"]
          return .string("\(target?["kind"]?.stringValue ?? "")/\(target?["name"]?.stringValue ?? "")")
        }, Column(name: "Targets") { _ in "<unknown>" }, number("MinPods", "spec", "minReplicas", type: "string"),
        number("MaxPods", "spec", "maxReplicas", type: "string"), number("Replicas", "status", "currentReplicas", type: "string"), age,
      ]
    case "/Event", "events.k8s.io/Event":
      return [
        Column(name: "Last Seen") { self.age($0["lastTimestamp"] ?? $0["eventTime"]) }, text("Type", "type"), text("Reason", "reason"),
        Column(name: "Object") { object in
          let target = object["involvedObject"] ?? object["regarding"]
          return .string("\((target?["kind"]?.stringValue ?? "").lowercased())/\(target?["name"]?.stringValue ?? "")")
        }, Column(name: "Subobject", priority: 1) { $0[at: "involvedObject", "fieldPath"] ?? "" },
        Column(name: "Source", priority: 1) { $0[at: "source", "component"] ?? $0["reportingComponent"] ?? "" },
        Column(name: "Message") { $0["message"] ?? $0["note"] ?? "" },
        Column(name: "First Seen", priority: 1) { self.age($0["firstTimestamp"] ?? $0["eventTime"]) },
        Column(name: "Count", priority: 1) { $0["count"] ?? 1 },
        Column(name: "Name", format: "name", priority: 1) { $0[at: "metadata", "name"] ?? "" },
      ]
    default: return [name, age]
    }
  }

  /// The columns about a pod template that only the wide output shows.
  private static func podColumns(_ path: [String]) -> [Column] {
    func containers(_ object: Value, _ key: String) -> Value {
      let items = object[path + ["template", "spec", "containers"]]?.arrayValue ?? []
      return .string(items.map { $0[key]?.stringValue ?? "" }.joined(separator: ","))
    }
    return [
      Column(name: "Containers", priority: 1) { containers($0, "name") }, Column(name: "Images", priority: 1) { containers($0, "image") },
      Column(name: "Selector", priority: 1) { .string(selector($0[path + ["selector", "matchLabels"]])) },
    ]
  }

  // MARK: Cells

  private func age(_ value: Value?) -> Value {
    guard let text = value?.stringValue, let then = SimulatedTime(text: text) else { return "<unknown>" }
    return .string(TablePrinter.duration(max(0, (now.milliseconds - then.milliseconds) / 1000)))
  }

  /// `45s`, `3m12s`, `5h`, `2d3h` as kubectl writes ages.
  static func duration(_ seconds: Int64) -> String {
    func pair(_ big: Int64, _ bigUnit: String, _ small: Int64, _ smallUnit: String) -> String {
      small == 0 ? "\(big)\(bigUnit)" : "\(big)\(bigUnit)\(small)\(smallUnit)"
    }
    if seconds < 120 { return "\(seconds)s" }
    let minutes = seconds / 60
    if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
    if minutes < 180 { return "\(minutes)m" }
    let hours = minutes / 60
    if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
    if hours < 48 { return "\(hours)h" }
    let days = hours / 24
    if hours < 192 { return pair(days, "d", hours % 24, "h") }
    return days < 730 ? "\(days)d" : pair(days / 365, "y", days % 365, "d")
  }

  private func customCell(_ object: Value, _ column: CustomResourceInfo.PrinterColumn) -> Value {
    guard let value = object[column.path.split(separator: ".").map(String.init)] else { return .null }
    switch (column.type, value) {
    case ("date", _): return age(value)
    case ("string", .string), ("integer", .int), ("number", .int), ("number", .double), ("boolean", .bool): return value
    case ("string", _): return .string(JSON.string(value))
    default: return .null
    }
  }

  private static func text(_ value: Value?) -> String {
    switch value {
    case .string(let text)?: text.isEmpty ? "<none>" : text
    case .none: "<none>"
    case .some(let value): JSON.string(value)
    }
  }

  private static func number(_ value: Value?) -> Int64 { value?.intValue ?? 0 }

  private static func selector(_ value: Value?) -> String {
    guard let labels = value?.objectValue, !labels.isEmpty else { return "<none>" }
    return labels.map { "\($0.key)=\($0.value.stringValue ?? "")" }.joined(separator: ",")
  }

  private static func jobStatus(_ job: Value) -> String {
    for condition in job[at: "status", "conditions"]?.arrayValue ?? [] where condition["status"] == "True" {
      switch condition["type"]?.stringValue {
      case "Complete": return "Complete"
      case "Failed": return "Failed"
      case "Suspended": return "Suspended"
      default: break
      }
    }
    return "Running"
  }

  private func jobDuration(_ job: Value) -> Value {
    guard let start = job[at: "status", "startTime"]?.stringValue.flatMap(SimulatedTime.init(text:)) else { return "" }
    let end = job[at: "status", "completionTime"]?.stringValue.flatMap(SimulatedTime.init(text:)) ?? now
    return .string(TablePrinter.duration(max(0, (end.milliseconds - start.milliseconds) / 1000)))
  }

  private static func nodeStatus(_ node: Value) -> String {
    let ready = (node[at: "status", "conditions"]?.arrayValue ?? []).first { $0["type"] == "Ready" }
    let status = ready.map { $0["status"] == "True" ? "Ready" : "NotReady" } ?? "Unknown"
    return node[at: "spec", "unschedulable"] == true ? status + ",SchedulingDisabled" : status
  }

  private static func nodeAddress(_ node: Value, _ type: String) -> String {
    let addresses = node[at: "status", "addresses"]?.arrayValue ?? []
    return addresses.first { $0["type"] == .string(type) }?["address"]?.stringValue ?? "<none>"
  }

  private static func podReady(_ pod: Value) -> String {
    let total = pod[at: "spec", "containers"]?.arrayValue?.count ?? 0
    let ready = (pod[at: "status", "containerStatuses"]?.arrayValue ?? []).filter { $0["ready"] == true }.count
    return "\(ready)/\(total)"
  }

  private static func ingress(_ object: Value) -> String {
    let points = object[at: "status", "loadBalancer", "ingress"]?.arrayValue ?? []
    return points.map { $0["ip"]?.stringValue ?? $0["hostname"]?.stringValue ?? "" }.joined(separator: ",")
  }

  private static func externalAddress(_ service: Value) -> String {
    if service[at: "spec", "type"] == "ExternalName" { return text(service[at: "spec", "externalName"]) }
    let addresses = ingress(service)
    if addresses.isEmpty { return service[at: "spec", "type"] == "LoadBalancer" ? "<pending>" : "<none>" }
    return addresses
  }

  private static func ports(_ service: Value) -> String {
    let ports = (service[at: "spec", "ports"]?.arrayValue ?? []).map { port in
      let number = port["port"]?.intValue ?? 0
      let node = port["nodePort"]?.intValue.map { ":\($0)" } ?? ""
      return "\(number)\(node)/\(port["protocol"]?.stringValue ?? "TCP")"
    }
    return ports.isEmpty ? "<none>" : ports.joined(separator: ",")
  }

  private static func modes(_ value: Value?) -> String {
    let short = ["ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"]
    return (value?.arrayValue ?? []).map { short[$0.stringValue ?? ""] ?? "" }.joined(separator: ",")
  }
}

extension SimulatedTime {
  /// Reads `2026-11-21T10:49:38Z`; nil for anything else.
  init?(text: String) {
    let numbers = text.split { !$0.isNumber }.prefix(6).compactMap { Int64($0) }
    guard numbers.count == 6 else { return nil }
    let year = numbers[1] <= 2 ? numbers[0] - 1 : numbers[0]
    let era = year / 400
    let yearOfEra = year - era * 400
    let month = numbers[1] > 2 ? numbers[1] - 3 : numbers[1] + 9
    let dayOfYear = (153 * month + 2) / 5 + numbers[2] - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    milliseconds = (((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]) * 1000
  }
}
