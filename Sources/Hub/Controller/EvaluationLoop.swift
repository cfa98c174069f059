import Document
import FleetModel
import Generators
import Git
import Logging

/// Looks at definitions and repositories, evaluates and renders them when something moved, and hands the result to the controller.
struct EvaluationLoop {
  let configuration: HubConfiguration
  let provider: SourceProvider
  let pipeline: Pipeline
  let controller: FleetController
  let logger: Logger

  /// Runs until the task is cancelled.
  func run() async {
    let cache = RenderCache()
    var memory = EvaluationMemory()
    var requeues = RequeueSchedule()
    var previous: Seen?
    var interval = configuration.pollInterval ?? .seconds(5)
    while !Task.isCancelled {
      await provider.refresh()
      do {
        let snapshot = try await provider.definitions(at: configuration.definitions)
        let seen = Seen(definitions: snapshot.revision, sources: await provider.fingerprint())
        let due = requeues.due(at: .now)
        memory.forget(due)
        if seen != previous || previous?.isComplete == false || !due.isEmpty {
          let (evaluated, isComplete) = await evaluate(snapshot, cache, &memory)
          requeues.take(evaluated.evaluation.sets, at: .now)
          // The sources that this evaluation asked for the first time belong to what was seen. What was known before counts as it was
          // then: a change that came in between has not been evaluated.
          let sources = seen.sources.merging(await provider.fingerprint()) { before, _ in before }
          previous = Seen(definitions: snapshot.revision, sources: sources, isComplete: isComplete)
          if configuration.pollInterval == nil {
            let intervals = evaluated.definitions.fleet.intervals
            interval = min(intervals.definitions, intervals.repositories)
          }
        }
      } catch {
        logger.error("definitions cannot be read; the fleet stays as it is", metadata: ["error": "\(error)"])
        await controller.definitionsUnreadable("\(error)")
      }
      let wake = ContinuousClock.now + interval
      try? await Task.sleep(until: min(wake, requeues.next ?? wake), clock: .continuous)
    }
  }

  private struct Seen: Equatable {
    let definitions: String
    let sources: [String: String]
    var isComplete = true

    static func == (left: Seen, right: Seen) -> Bool { left.definitions == right.definitions && left.sources == right.sources }
  }

  private func evaluate(
    _ snapshot: DefinitionSnapshot, _ cache: RenderCache, _ memory: inout EvaluationMemory
  ) async -> (evaluated: EvaluatedFleet, isComplete: Bool) {
    let definitions = await pipeline.decode(snapshot.files, strict: configuration.isStrict)
    let evaluated = await pipeline.evaluate(definitions, pins: await controller.pins(), memory: &memory)
    let rendered = await pipeline.render(evaluated.evaluation.instances, cache: cache)
    await controller.adopt(evaluated, rendered: rendered, revision: snapshot.revision)
    let isComplete = evaluated.evaluation.sets.allSatisfy(\.complete) && rendered.instances.values.allSatisfy { $0.failure == nil }
    return (evaluated, isComplete)
  }
}
