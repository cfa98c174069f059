import FleetModel

extension FleetPlan {
  /// The plan from what a hub stands at to what definitions produce, by the rules that the hub itself follows.
  public static func make(
    from current: [PlannedApplication], to next: [PlannedApplication], _ evaluated: EvaluatedFleet, _ order: FleetOrder
  ) -> FleetPlan {
    let known = Dictionary(current.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let removals = Removals(of: current.map(\.id), in: evaluated)
    var held = order.held
    for hold in removals.holds.values {
      for id in hold.instances { held[id] = hold.message }
    }
    let updated = next.map { application in
      evaluated.mayBeUpdated(application.id) ? application : known[application.id] ?? application
    }
    let kept = current.filter { removals.kept.contains($0.id) }
    return FleetPlan(from: current, to: updated + kept, steps: order.steps, waitsFor: order.waitsFor, held: held)
  }
}
