import Document
import Expressions
import FleetModel
import Syncing

/// The health checks of the Fleet definition, compiled.
struct HealthRules: Sendable, Hashable {
  private struct Rule: Sendable, Hashable {
    var verdicts: [(verdict: HealthCheck.Verdict, expression: Expression)]
    var message: Expression?
    var place: String

    static func == (left: Rule, right: Rule) -> Bool {
      left.message == right.message && left.verdicts.elementsEqual(right.verdicts) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
      for (verdict, expression) in verdicts {
        hasher.combine(verdict)
        hasher.combine(expression)
      }
      hasher.combine(message)
    }
  }

  private var rules: [GroupKind: Rule] = [:]
  /// Expressions that cannot be read; their kinds are judged as if there were no check.
  let diagnostics: [Diagnostic]

  /// Compiles checks; of two for one kind the first one counts.
  init(_ fleet: Fleet) {
    var diagnostics: [Diagnostic] = []
    for check in fleet.healthChecks {
      let subject = "Fleet \(fleet.name)"
      guard rules[check.groupKind] == nil else {
        let message = "a second health check for \(check.groupKind): the first one is used"
        diagnostics.append(Diagnostic(.error, message, at: check.position, subject: subject))
        continue
      }
      do throws(ExpressionError) {
        var verdicts: [(HealthCheck.Verdict, Expression)] = []
        for verdict in HealthCheck.Verdict.allCases {
          if let text = check.expressions[verdict] { verdicts.append((verdict, try Expression(text))) }
        }
        let message = check.message
        rules[check.groupKind] = Rule(
          verdicts: verdicts, message: try message.map { text throws(ExpressionError) in try Expression(text) },
          place: check.position.map { " (\($0))" } ?? "")
      } catch {
        let message = "the health check for \(check.groupKind) cannot be read: \(error)"
        diagnostics.append(Diagnostic(.error, message, at: check.position, subject: subject))
      }
    }
    self.diagnostics = diagnostics
  }

  /// The health of an object; nil for kinds without a check.
  ///
  /// Whatever an expression needs and the object does not have makes it Unknown, with what is missing: an object that was made a moment
  /// ago often has no status, for which `has(object.status)` and `object.?status` are there.
  func health(of object: Value) -> Health? {
    guard let kind = object.objectIdentity?.groupKind, let rule = rules[kind] else { return nil }
    let variables = HealthRules.variables(object)
    do throws(ExpressionError) {
      for (verdict, expression) in rule.verdicts where try expression.holds(variables) {
        return Health(HealthRules.status(verdict), rule.message.map { HealthRules.text($0, variables) } ?? "")
      }
      return Health(.progressing, "no expression of its health check holds yet")
    } catch {
      return Health(.unknown, "its health check\(rule.place) failed: \(error)")
    }
  }

  private static func status(_ verdict: HealthCheck.Verdict) -> HealthStatus {
    switch verdict {
    case .inProgress: .progressing
    case .failed: .degraded
    case .suspended: .suspended
    case .current: .healthy
    }
  }

  /// A message that cannot be made is none: the verdict stands without it.
  private static func text(_ expression: Expression, _ variables: [String: Value]) -> String {
    guard let value = try? expression.evaluate(variables) else { return "" }
    return value.stringValue ?? JSON.string(value)
  }

  /// `object` and `self` are the whole, and as in Flux each of its fields has a name of its own; what every object may have is never
  /// undeclared.
  private static func variables(_ object: Value) -> [String: Value] {
    var variables: [String: Value] = ["object": object, "self": object]
    for field in ["metadata", "spec", "status", "data"] { variables[field] = .object(Object()) }
    for member in object.objectValue ?? [:] { variables[member.key] = member.value }
    return variables
  }

  static func == (left: HealthRules, right: HealthRules) -> Bool { left.rules == right.rules }

  func hash(into hasher: inout Hasher) { hasher.combine(rules) }
}
