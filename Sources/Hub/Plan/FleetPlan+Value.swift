import Document

extension FleetPlan {
  /// The plan for programs: stable field names, everything that the text shows.
  public var value: Value {
    [
      "changes": .array(changes.map(\.value)),
      "summary": [
        "create": .int(Int64(count(.create))), "change": .int(Int64(count(.change))), "rename": .int(Int64(count(.rename))),
        "remove": .int(Int64(count(.remove))), "held": .int(Int64(heldCount)),
        "unchanged": .int(Int64(unchanged)),
      ],
    ]
  }
}

extension FleetPlan.Change {
  fileprivate var value: Value {
    var value: Object = [
      "action": .string(action.rawValue),
      "application": .string(application.name),
      "id": .string(application.id.rawValue),
      "cluster": .string(application.cluster),
      "step": .int(Int64(step)),
      "waitsFor": .array(waitsFor.map { .string($0) }),
      "definitionChanges": .bool(definitionChanges),
      "objects": .array(objects.map { ["action": .string($0.action.rawValue), "object": .string($0.identity.description)] }),
    ]
    if let previousName { value["previousName"] = .string(previousName) }
    if revisions.count == 2 { value["revisions"] = .array(revisions.map { .string($0) }) }
    if let held { value["held"] = .string(held) }
    if let problem = application.problem { value["problem"] = .string(problem) }
    return .object(value)
  }
}
