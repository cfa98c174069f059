import Document

/// Pod disruption budgets: their status, and evictions that they refuse.
extension SimulatedCluster {
  private static let budgets = ResourceKey(group: "policy", plural: "poddisruptionbudgets")
  private static let pods = ResourceKey(group: "", plural: "pods")

  /// Called for every change: where pods or budgets changed, the budgets of the namespace are counted again.
  mutating func noteBudgets(_ resource: ResourceKey, _ namespace: String) {
    guard settings.controllers, resource == SimulatedCluster.pods || resource == SimulatedCluster.budgets else { return }
    guard !store.list(SimulatedCluster.budgets, namespace: namespace).isEmpty else { return }
    timers.schedule(.budgets(namespace), at: now)
  }

  mutating func countBudgets(_ namespace: String) {
    guard let resource = catalog.find(SimulatedCluster.budgets) else { return }
    for stored in store.list(SimulatedCluster.budgets, namespace: namespace) {
      let budget = stored.value
      store(status: budgetStatus(budget, namespace), of: budget, resource)
    }
  }

  private func budgetStatus(_ budget: Value, _ namespace: String) -> Value {
    let selected = selectedPods(budget, namespace)
    let expected = Int64(selected.count)
    let healthy = Int64(selected.filter(DisruptionBudget.isReady).count)
    let desired =
      budget[at: "spec", "minAvailable"].map { DisruptionBudget.number($0, of: expected) }
      ?? max(0, expected - DisruptionBudget.number(budget[at: "spec", "maxUnavailable"] ?? 1, of: expected))
    let allowed = expected == 0 ? 0 : max(0, healthy - desired)
    let status: Value = allowed > 0 ? "True" : "False"
    let old = (budget[at: "status", "conditions"]?.arrayValue ?? []).first { $0["type"] == "DisruptionAllowed" && $0["status"] == status }
    let generation = budget[at: "metadata", "generation"] ?? 1
    return [
      "observedGeneration": generation, "currentHealthy": .int(healthy), "desiredHealthy": .int(desired), "expectedPods": .int(expected),
      "disruptionsAllowed": .int(allowed),
      "conditions": [
        [
          "type": "DisruptionAllowed", "status": status, "observedGeneration": generation, "message": "",
          "reason": allowed > 0 ? "SufficientPods" : "InsufficientPods",
          "lastTransitionTime": old?["lastTransitionTime"] ?? .string(now.text),
        ]
      ],
    ]
  }

  private func selectedPods(_ budget: Value, _ namespace: String) -> [Value] {
    guard let labels = budget[at: "spec", "selector", "matchLabels"]?.objectValue else { return [] }
    return store.list(SimulatedCluster.pods, namespace: namespace).filter { pod in
      labels.allSatisfy { pod.labels[$0.key] == $0.value }
    }.map(\.value)
  }

  /// Refuses an eviction that a budget does not allow.
  func checkEviction(_ pod: StoredObject) throws(APIFailure) {
    let object = pod.value
    guard object[at: "status", "phase"] == "Running" else { return }
    for stored in store.list(SimulatedCluster.budgets, namespace: pod.namespace) {
      let budget = stored.value
      guard selectedPods(budget, pod.namespace).contains(where: { $0[at: "metadata", "uid"]?.stringValue == pod.uid }) else { continue }
      let status = budgetStatus(budget, pod.namespace)
      guard status["disruptionsAllowed"]?.intValue ?? 0 <= 0 else { continue }
      let needed = status["desiredHealthy"]?.intValue ?? 0
      let present = status["currentHealthy"]?.intValue ?? 0
      throw APIFailure(
        429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
        details: [
          "causes": [
            [
              "reason": "DisruptionBudget",
              "message": .string("The disruption budget \(stored.name) needs \(needed) healthy pods and has \(present) currently"),
            ]
          ]
        ])
    }
  }
}

/// The arithmetic of budgets.
enum DisruptionBudget {
  static func isReady(_ pod: Value) -> Bool {
    (pod[at: "status", "conditions"]?.arrayValue ?? []).contains { $0["type"] == "Ready" && $0["status"] == "True" }
  }

  /// A number, or a share rounded up.
  static func number(_ value: Value, of total: Int64) -> Int64 {
    if let number = value.intValue { return number }
    guard let text = value.stringValue, text.hasSuffix("%"), let share = Int64(text.dropLast()) else { return 0 }
    return (share * total + 99) / 100
  }
}
