import Document

extension Health {
  /// A Pod by its phase and its containers: a container that cannot start is Degraded although the phase still says Pending.
  ///
  /// A pod that is not restarted for ever stays Progressing until it has ended, unless `argocd.argoproj.io/ignore-restart-policy` says
  /// otherwise.
  static func pod(_ object: Value) -> Health {
    let policy = object[at: "spec", "restartPolicy"]?.stringValue ?? "Always"
    let containers = ["initContainerStatuses", "containerStatuses"].flatMap { object[at: "status", $0]?.arrayValue ?? [] }
    if policy == "Always" || policy == "OnFailure" {
      // Such pods never reach the phase Failed by themselves: look why their containers wait.
      for container in containers {
        guard let waiting = container[at: "state", "waiting"], let reason = waiting["reason"]?.stringValue else { continue }
        if reason.hasPrefix("Err") || reason.hasSuffix("Error") || reason.hasSuffix("BackOff") {
          return Health(.degraded, message(container, waiting, reason))
        }
      }
    }
    let text = object[at: "status", "message"]?.stringValue ?? ""
    switch object[at: "status", "phase"]?.stringValue {
    case "Pending", nil: return Health(.progressing, text)
    case "Succeeded": return Health(.healthy, text)
    case "Failed":
      if !text.isEmpty { return Health(.degraded, text) }
      for container in containers {
        guard let ended = container[at: "state", "terminated"] else { continue }
        if ended["reason"]?.stringValue == "OOMKilled" { return Health(.degraded, message(container, ended, "OOMKilled")) }
        if let code = ended["exitCode"]?.intValue, code != 0 { return Health(.degraded, message(container, ended, "exit code \(code)")) }
      }
      return Health(.degraded, "failed")
    case "Running":
      let ignorePolicy = object[at: "metadata", "annotations", "argocd.argoproj.io/ignore-restart-policy"]?.stringValue == "true"
      guard policy == "Always" || ignorePolicy else { return Health(.progressing, text) }
      if let ready = object.condition("Ready"), ready.status == "True" { return Health(.healthy, text) }
      for container in containers {
        guard let ended = container[at: "lastState", "terminated"], (container["restartCount"]?.intValue ?? 0) > 0,
          container["ready"]?.boolValue == false
        else { continue }
        return Health(.degraded, message(container, ended, ended["reason"]?.stringValue ?? "restarts"))
      }
      return Health(.progressing, text)
    case .some(let phase): return Health(.unknown, "unknown phase \(phase)")
    }
  }

  private static func message(_ container: Value, _ state: Value, _ reason: String) -> String {
    let name = container["name"]?.stringValue ?? "?"
    guard let text = state["message"]?.stringValue, !text.isEmpty else { return "container \(name): \(reason)" }
    return "container \(name): \(reason): \(text)"
  }
}
