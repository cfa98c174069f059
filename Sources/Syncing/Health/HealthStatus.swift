/// How an object or an application is doing, from best to worst.
public enum HealthStatus: String, Sendable, Hashable, CaseIterable, Comparable, CustomStringConvertible {
  /// Works.
  case healthy = "Healthy"
  /// Stands still because somebody said so.
  case suspended = "Suspended"
  /// Not there yet, may still get there by itself.
  case progressing = "Progressing"
  /// Should be in the cluster and is not.
  case missing = "Missing"
  /// Failed, or will not get there by itself.
  case degraded = "Degraded"
  /// Cannot be told.
  case unknown = "Unknown"

  private var rank: Int {
    switch self {
    case .healthy: 0
    case .suspended: 1
    case .progressing: 2
    case .missing: 3
    case .degraded: 4
    case .unknown: 5
    }
  }

  /// Sorted from best to worst.
  public static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.rank < right.rank }

  /// The word that Argo CD uses.
  public var description: String { rawValue }
}

/// A health status with the reason for it.
public struct Health: Sendable, Hashable, CustomStringConvertible {
  /// How it is doing.
  public var status: HealthStatus
  /// Why; empty where there is nothing to say.
  public var message: String

  /// Makes a health.
  public init(_ status: HealthStatus, _ message: String = "") {
    self.status = status
    self.message = message
  }

  /// `Degraded: message`.
  public var description: String { message.isEmpty ? status.rawValue : "\(status.rawValue): \(message)" }
}

extension Health {
  /// The health of an application: the worst of its objects.
  ///
  /// A missing object does not count, since it already makes the application OutOfSync; only when all of them are missing the application
  /// is Missing. Without objects an application is Healthy. Of several equally bad objects the first names the message.
  public static func worst(of objects: some Sequence<(name: String, health: Health)>) -> Health {
    var summary = HealthSummary()
    for (name, health) in objects { summary.add(health) { name } }
    return summary.worst
  }
}

/// Gathers the worst of many healths; names are made only for those that count.
struct HealthSummary {
  private var result = Health(.healthy)
  private var count = 0
  private var missing = 0

  mutating func add(_ health: Health, _ name: () -> String) {
    count += 1
    if health.status == .missing {
      missing += 1
    } else if health.status > result.status {
      result = Health(health.status, health.message.isEmpty ? name() : "\(name()): \(health.message)")
    }
  }

  var worst: Health {
    count > 0 && missing == count ? Health(.missing, "none of its objects is in the cluster") : result
  }
}
