import Document
import FleetModel

extension Assembly {
  /// Puts the applications of all sets together; of two that ask for one name, the first one keeps it.
  static func make(_ plain: [ApplicationInstance], _ memos: [SetMemo], known: Assembly?) -> Assembly {
    if let known, known.plain == plain, known.sets.elementsEqual(memos, by: { $0 == $1.set.id }), let updated = known.updated(memos) {
      return updated
    }
    var candidates: [Candidate] = []
    candidates.reserveCapacity(plain.count + memos.reduce(0) { $0 + $1.result.evaluation.instances.count })
    for (index, instance) in plain.enumerated() { candidates.append(Candidate(instance, Origin(set: -1, index: index))) }
    for (number, memo) in memos.enumerated() {
      memo.result.forEachValid { index, instance in candidates.append(Candidate(instance, Origin(set: number, index: index))) }
    }
    candidates.sort { Candidate.comesBefore($0, $1) }
    var assembly = Assembly(
      plain: plain, sets: memos.map(\.set.id), instances: [], origins: [], positions: [], losses: [:], diagnostics: [])
    assembly.instances.reserveCapacity(candidates.count)
    assembly.origins.reserveCapacity(candidates.count)
    for (position, candidate) in candidates.enumerated() {
      if position > 0, Candidate.sameName(candidates[position - 1], candidate) {
        assembly.lose(candidate, memos)
      } else {
        assembly.instances.append(candidate.origin.instance(plain, memos))
        assembly.origins.append(candidate.origin)
      }
    }
    assembly.positions = positions(of: assembly.origins, memos)
    return assembly
  }

  /// Reports who asks for a name that belongs to the last of the instances so far.
  private mutating func lose(_ candidate: Candidate, _ memos: [SetMemo]) {
    guard let owner = instances.last, candidate.origin.set >= 0 else { return }
    let set = memos[candidate.origin.set].set
    let instance = candidate.origin.instance(plain, memos)
    losses[set.id, default: []].insert(instance.id)
    let place = owner.provenance.position.map { " (\($0))" } ?? ""
    let who = owner.provenance.applicationSet.map { "ApplicationSet \($0), \(owner.provenance.element)" } ?? owner.provenance.element
    diagnostics.append(
      Diagnostic(
        .error,
        "makes the application \"\(instance.name)\" for \(instance.provenance.element), but the name belongs to \(who)\(place): "
          + "the first one keeps it, this one is not used",
        at: set.position(["spec", "template", "metadata", "name"]), subject: set.subject))
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
      memo.result.forEachValid { index, instance in added.append((copy instance, Origin(set: number, index: index))) }
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
  func forEachValid(_ visit: (Int, borrowing ApplicationInstance) -> Void) {
    // Mostly all are, and then it need not be looked up which.
    let valid = evaluation.instances.count == evaluation.generated.count ? nil : Set(evaluation.instances)
    for index in evaluation.generated.indices {
      if let valid, !valid.contains(evaluation.generated[index].id) { continue }
      visit(index, evaluation.generated[index])
    }
  }
}

extension Assembly.Origin {
  func instance(_ plain: [ApplicationInstance], _ memos: [SetMemo]) -> ApplicationInstance {
    set < 0 ? plain[index] : memos[set].result.evaluation.generated[index]
  }
}

/// Somebody who asks for a name.
private struct Candidate {
  let name: String
  let namespace: String
  let origin: Assembly.Origin

  init(_ instance: borrowing ApplicationInstance, _ origin: Assembly.Origin) {
    name = instance.name
    namespace = instance.namespace
    self.origin = origin
  }

  static func sameName(_ left: Candidate, _ right: Candidate) -> Bool {
    ByteOrder.equal(left.name, right.name) && ByteOrder.equal(left.namespace, right.namespace)
  }

  /// By name and namespace; of those that ask for the same, the one that came first.
  static func comesBefore(_ left: Candidate, _ right: Candidate) -> Bool {
    let byName = ByteOrder.compare(left.name, right.name)
    if byName != 0 { return byName < 0 }
    let byNamespace = ByteOrder.compare(left.namespace, right.namespace)
    if byNamespace != 0 { return byNamespace < 0 }
    return (left.origin.set, left.origin.index) < (right.origin.set, right.origin.index)
  }
}
