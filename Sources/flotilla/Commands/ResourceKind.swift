import ArgumentParser
import Document
import Hub

/// What `flotilla get` can list, under the names that people try.
enum ResourceKind: String, CaseIterable, ExpressibleByArgument {
  case applications
  case applicationsets
  case clusters

  init?(argument: String) {
    switch argument.lowercased() {
    case "applications", "application", "apps", "app": self = .applications
    case "applicationsets", "applicationset", "appsets", "appset": self = .applicationsets
    case "clusters", "cluster": self = .clusters
    default: return nil
    }
  }

  var singular: String {
    switch self {
    case .applications: "application"
    case .applicationsets: "applicationset"
    case .clusters: "cluster"
    }
  }

  func table(_ items: [Value], wide: Bool) -> Table {
    switch self {
    case .applications: ResourceKind.applications(items, wide)
    case .applicationsets: ResourceKind.applicationSets(items)
    case .clusters: ResourceKind.clusters(items, wide)
    }
  }

  private static func applications(_ items: [Value], _ wide: Bool) -> Table {
    var table = Table(
      columns: ["name", "cluster", "sync", "health", "revision"] + (wide ? ["set", "objects", "synced at"] : []) + ["reason"])
    for item in items {
      let sync = item.text("status", "sync", "status")
      let health = item.text("status", "health", "status")
      var row: [Table.Cell] = [
        .init(item.name), .init(item.text("status", "cluster")), .init(sync, Terminal.style(sync: sync)),
        .init(health, Terminal.style(health: health)), .init(Revisions.short(item.text("status", "sync", "revision"))),
      ]
      if wide {
        row += [
          .init(item.text("status", "applicationSet")), .init(String(item[at: "status", "summary", "objects"]?.intValue ?? 0)),
          .init(item.text("status", "operationState", "finishedAt")),
        ]
      }
      row.append(.init(item.text("status", "reason"), .dim))
      table.append(row: row)
    }
    return table
  }

  private static func applicationSets(_ items: [Value]) -> Table {
    var table = Table("name", "applications", "synced", "healthy", "problems")
    for item in items {
      let count = { (key: String) in String(item[at: "status", key]?.intValue ?? 0) }
      let problems = item[at: "status", "conditions"]?.arrayValue?.compactMap { $0["message"]?.stringValue } ?? []
      table.append(
        .init(item.name), .init(count("applications")), .init(count("synced")), .init(count("healthy")),
        .init(problems.first ?? "", problems.isEmpty ? .plain : .bad))
    }
    return table
  }

  private static func clusters(_ items: [Value], _ wide: Bool) -> Table {
    var table = Table(
      columns: ["name", "state", "version", "applications", "healthy", "last contact"] + (wide ? ["server", "labels"] : []) + ["message"])
    for item in items {
      let state = item.text("status", "state")
      let count = { (key: String) in String(item[at: "status", key]?.intValue ?? 0) }
      var row: [Table.Cell] = [
        .init(item.name), .init(state, state == "Online" ? .good : .bad), .init(item.text("status", "version")),
        .init(count("applications")),
        .init(count("healthy")), .init(item.text("status", "lastContact")),
      ]
      if wide {
        let labels = item[at: "metadata", "labels"]?.objectValue?.map { "\($0.key)=\($0.value.stringValue ?? "")" } ?? []
        row += [.init(item.text("spec", "server")), .init(labels.joined(separator: ","))]
      }
      row.append(.init(item.text("status", "message"), .dim))
      table.append(row: row)
    }
    return table
  }
}

extension Terminal {
  static func style(sync: String) -> Style {
    switch sync {
    case "Synced": .good
    case "OutOfSync": .waiting
    case "Syncing": .busy
    default: .dim
    }
  }

  static func style(health: String) -> Style {
    switch health {
    case "Healthy": .good
    case "Progressing", "Suspended": .busy
    case "Degraded": .bad
    default: .waiting
    }
  }
}
