import ArgumentParser
import FleetModel
import Foundation
import Generators
import Hub
import Transport

/// Definitions read and evaluated on this machine: what the commands that need no hub work on.
struct Workspace {
  let evaluated: EvaluatedFleet
  private let provider: SourceProvider
  private let pipeline: Pipeline

  /// - Parameters:
  ///   - pinned: What a hub has pinned instances to; the others are given the time of now.
  ///   - keepsParameters: Whether the parameters of all elements are kept.
  static func load(
    _ options: DefinitionOptions, environment: [String: String], pinned: [InstanceID: TemplatePins.Pin] = [:],
    keepsParameters: Bool = false
  ) async throws -> Workspace {
    let http = HTTPClient()
    let provider = SourceProvider(
      folder: options.cacheFolder(environment: environment), overrides: options.repo, http: http, standIn: options.standIn)
    let pipeline = Pipeline(provider: provider, queries: try options.recordedAnswers())
    let files = try await options.read(provider: provider)
    let definitions = await pipeline.decode(files, strict: options.strict)
    let pins = TemplatePins(now: Int64(Date().timeIntervalSince1970), known: pinned)
    let evaluated = await pipeline.evaluate(definitions, pins: pins, keepsParameters: keepsParameters)
    let overridden = Set(options.repo.map(\.url))
    for url in evaluated.unavailable.sorted() where !overridden.contains(url) {
      Terminal.current().note("hint: \(url) cannot be read from here; --repo \(url)=FOLDER reads a local copy instead")
    }
    return Workspace(evaluated: evaluated, provider: provider, pipeline: pipeline)
  }

  /// The definitions alone.
  static func decode(_ options: DefinitionOptions, environment: [String: String]) async throws -> Definitions {
    let provider = SourceProvider(folder: options.cacheFolder(environment: environment), overrides: options.repo, http: HTTPClient())
    return await Pipeline(provider: provider).decode(try await options.read(provider: provider), strict: options.strict)
  }

  /// The manifests of all instances.
  func render() async -> [InstanceID: RenderedInstance] {
    await pipeline.render(evaluated.evaluation.instances, cache: RenderCache()).instances
  }
}
