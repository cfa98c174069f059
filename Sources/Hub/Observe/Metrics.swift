import Document
import Synchronization

/// Counters and gauges in Prometheus' text form.
///
/// A metric is declared with all its label sets at zero, so that a rate exists before the first event.
public final class Metrics: Sendable {
  /// What a metric means to Prometheus.
  public enum Kind: String, Sendable {
    /// Only grows.
    case counter
    /// Goes up and down.
    case gauge
  }

  private struct Family {
    let kind: Kind
    let help: String
    var values: [String: Double]
  }

  private let families = Mutex<[String: Family]>([:])

  /// Makes an empty registry.
  public init() {}

  /// Declares a metric with the label sets that it starts with.
  public func declare(_ name: String, _ kind: Kind, _ help: String, labels: [[(String, String)]] = [[]]) {
    families.withLock { families in
      var values: [String: Double] = [:]
      for set in labels { values[Metrics.text(set)] = 0 }
      families[name] = Family(kind: kind, help: help, values: values)
    }
  }

  /// Adds to a metric.
  public func add(_ name: String, _ amount: Double = 1, _ labels: [(String, String)] = []) {
    families.withLock { $0[name]?.values[Metrics.text(labels), default: 0] += amount }
  }

  /// Sets a gauge.
  public func set(_ name: String, _ value: Double, _ labels: [(String, String)] = []) {
    families.withLock { $0[name]?.values[Metrics.text(labels)] = value }
  }

  /// Replaces all values of a gauge, so that label sets which are gone disappear.
  public func replace(_ name: String, _ values: [([(String, String)], Double)]) {
    let texts = Dictionary(values.map { (Metrics.text($0.0), $0.1) }, uniquingKeysWith: +)
    families.withLock { $0[name]?.values = texts }
  }

  /// The exposition text, sorted by name and labels.
  public func exposition() -> String {
    families.withLock { families in
      var text = ""
      for (name, family) in families.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
        text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
        for (labels, value) in family.values.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
          let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
          text += "\(name)\(labels) \(number)\n"
        }
      }
      return text
    }
  }

  private static func text(_ labels: [(String, String)]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = labels.map { key, value in
      let escaped = value.flatMap { character -> [Character] in
        switch character {
        case "\\": ["\\", "\\"]
        case "\"": ["\\", "\""]
        case "\n": ["\\", "n"]
        default: [character]
        }
      }
      return "\(key)=\"\(String(escaped))\""
    }
    return "{\(pairs.joined(separator: ","))}"
  }
}
