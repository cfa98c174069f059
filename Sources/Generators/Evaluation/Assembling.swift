import Document
import FleetModel

extension Assembly {
  /// Puts the applications of all sets together; of two that ask for one name, the first one keeps it.
  static func make(_ plain: [ApplicationInstance], _ memos: [SetMemo], known: Assembly?) -> Assembly {
    if let known, known.plain == plain, known.sets.elementsEqual(memos, by: { $0 == $1.set.id }), let updated = known.updated(memos) {
      return updated
    }
    var table = NameTable()
    for instance in plain { table.claim(instance, nil, Origin(set: -1, index: 0)) }
    var losses: [String: Set<InstanceID>] = [:]
    for (number, memo) in memos.enumerated() {
      memo.result.forEachValid { index, instance in
        if !table.claim(instance, memo.set, Origin(set: number, index: index)) { losses[memo.set.id, default: []].insert(instance.id) }
      }
    }
    let sorted = table.sorted()
    return Assembly(
      plain: plain, sets: memos.map(\.set.id), instances: sorted.instances, origins: sorted.origins,
      positions: positions(of: sorted.origins, memos), losses: losses, diagnostics: table.diagnostics)
  }

  private static func positions(of origins: [Origin], _ memos: [SetMemo]) -> [[Int]] {
    var positions = memos.map { [Int](repeating: -1, count: $0.result.evaluation.generated.count) }
    for (position, origin) in origins.enumerated() where origin.set >= 0 { positions[origin.set][origin.index] = position }
    return positions
  }

  /// The assembly before, with what has changed put in its place; nil where names clash or did before.
  private func updated(_ memos: [SetMemo]) -> Assembly? {
    var copy = self
    if memos.contains(where: { $0.changed == nil }) {
      guard let spliced = spliced(memos) else { return nil }
      copy = spliced
    }
    for (number, memo) in memos.enumerated() {
      for index in memo.changed ?? [] where copy.positions[number][index] >= 0 {
        copy.instances[copy.positions[number][index]] = memo.result.evaluation.generated[index]
      }
    }
    return copy
  }

  /// The assembly with the applications of those sets exchanged that changed altogether.
  private func spliced(_ memos: [SetMemo]) -> Assembly? {
    guard losses.isEmpty, diagnostics.isEmpty else { return nil }
    var added: [(instance: ApplicationInstance, origin: Origin)] = []
    for (number, memo) in memos.enumerated() where memo.changed == nil {
      memo.result.forEachValid { index, instance in added.append((instance, Origin(set: number, index: index))) }
    }
    added.sort { Assembly.order($0.instance, $1.instance) < 0 }
    var copy = self
    copy.instances = []
    copy.origins = []
    copy.instances.reserveCapacity(instances.count + added.count)
    copy.origins.reserveCapacity(instances.count + added.count)
    var next = 0
    for (position, origin) in origins.enumerated() {
      if origin.set >= 0, memos[origin.set].changed == nil { continue }
      while next < added.count {
        let order = Assembly.order(added[next].instance, instances[position])
        if order == 0 { return nil }
        if order > 0 { break }
        copy.instances.append(added[next].instance)
        copy.origins.append(added[next].origin)
        next += 1
      }
      copy.instances.append(instances[position])
      copy.origins.append(origin)
    }
    for (instance, origin) in added[next...] {
      copy.instances.append(instance)
      copy.origins.append(origin)
    }
    for (one, two) in zip(added, added.dropFirst()) where Assembly.order(one.instance, two.instance) == 0 { return nil }
    copy.positions = Assembly.positions(of: copy.origins, memos)
    return copy
  }

  /// By name, then namespace: no two have both.
  static func order(_ left: ApplicationInstance, _ right: ApplicationInstance) -> Int {
    let byName = ByteOrder.compare(left.name, right.name)
    return byName == 0 ? ByteOrder.compare(left.namespace, right.namespace) : byName
  }

  /// What a set made, less what others own.
  func result(of memo: SetMemo) -> SetEvaluation {
    guard let lost = losses[memo.set.id] else { return memo.result.evaluation }
    var evaluation = memo.result.evaluation
    evaluation.instances.removeAll { lost.contains($0) }
    evaluation.failedElements.formUnion(lost)
    return evaluation
  }
}

extension SetOutcome {
  /// Visits the applications that are valid, with their indices.
  func forEachValid(_ visit: (Int, ApplicationInstance) -> Void) {
    // Mostly all are, and then it need not be looked up which.
    let valid = evaluation.instances.count == evaluation.generated.count ? nil : Set(evaluation.instances)
    for (index, instance) in evaluation.generated.enumerated() {
      if let valid, !valid.contains(instance.id) { continue }
      visit(index, instance)
    }
  }
}

/// Who has which name: the first one that asks keeps it.
private struct NameTable {
  private(set) var diagnostics: [Diagnostic] = []
  private var instances: [ApplicationInstance] = []
  private var origins: [Assembly.Origin] = []
  private var owners: [String: [String: Int]] = [:]

  /// Takes an instance unless its name is taken; then both owners are reported.
  @discardableResult
  mutating func claim(_ instance: ApplicationInstance, _ set: ApplicationSet?, _ origin: Assembly.Origin) -> Bool {
    guard let owner = owners[instance.namespace]?[instance.name] else {
      owners[instance.namespace, default: [:]][instance.name] = instances.count
      instances.append(instance)
      origins.append(origin)
      return true
    }
    let first = instances[owner].provenance
    let place = first.position.map { " (\($0))" } ?? ""
    let who = first.applicationSet.map { "ApplicationSet \($0), \(first.element)" } ?? first.element
    diagnostics.append(
      Diagnostic(
        .error,
        "makes the application \"\(instance.name)\" for \(instance.provenance.element), but the name belongs to \(who)\(place): "
          + "the first one keeps it, this one is not used",
        at: set?.position(["spec", "template", "metadata", "name"]) ?? instance.provenance.position, subject: set?.subject))
    return false
  }

  func sorted() -> (instances: [ApplicationInstance], origins: [Assembly.Origin]) {
    let order = instances.indices.sorted { Assembly.order(instances[$0], instances[$1]) < 0 }
    return (order.map { instances[$0] }, order.map { origins[$0] })
  }
}
