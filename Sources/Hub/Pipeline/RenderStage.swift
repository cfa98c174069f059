import Document
import FleetModel
import Generators
import Git
import Rendering
import Synchronization

/// The manifests of one instance at the revisions of its sources.
public struct RenderedInstance: Sendable, Hashable {
  /// Whose manifests.
  public let id: InstanceID
  /// The commits of its sources, joined by commas.
  public let revision: String
  /// What each source gave, in their order.
  public let parts: [Rendered]
  /// What is wrong apart from the manifests themselves, such as a repository that cannot be reached.
  public let failure: Diagnostic?
  /// The name of the application, and where it is defined.
  let name: String
  let position: SourcePosition?

  /// The objects of all sources; of an object that two sources have, the later one, as in Argo CD.
  public var objects: [Value] {
    guard parts.count > 1 else { return parts.first?.objects.map(\.value) ?? [] }
    var objects: [Value] = []
    var places: [ObjectIdentity: Int] = [:]
    for object in parts.flatMap(\.objects) {
      guard let identity = object.value.objectIdentity, let earlier = places[identity] else {
        if let identity = object.value.objectIdentity { places[identity] = objects.count }
        objects.append(object.value)
        continue
      }
      objects[earlier] = object.value
    }
    return objects
  }

  /// Stands for all manifests.
  public var digest: Digest { parts.count == 1 ? parts[0].digest : Digest(of: parts.map(\.digest)) }

  /// All that is wrong.
  public var diagnostics: [Diagnostic] {
    (parts.flatMap(\.diagnostics) + (failure.map { [$0] } ?? [])).map { found in
      // What has a place of its own is the same for all applications that read the file.
      guard found.position == nil else { return found }
      return Diagnostic(found.severity, "application \(name): \(found.message)", at: position, subject: found.subject)
    }
  }

  /// Why the manifests cannot be applied; nil when they can.
  public var problem: String? { failure?.message ?? parts.lazy.compactMap(\.problem).first }

  /// The digest of each object.
  public var objectDigests: [ObjectIdentity: String] {
    var digests: [ObjectIdentity: String] = [:]
    for object in objects {
      if let identity = object.objectIdentity { digests[identity] = Digest(of: object).description }
    }
    return digests
  }
}

/// Renders that were done before, by what they depend on.
public final class RenderCache: Sendable {
  struct Key: Hashable {
    let repository: String
    let commit: String
    let source: Value
  }

  private let entries = Mutex<[Key: Rendered]>([:])

  /// Makes an empty cache.
  public init() {}

  func rendered(_ key: Key, _ render: () -> Rendered) -> Rendered {
    if let known = entries.withLock({ $0[key] }) { return known }
    let rendered = render()
    entries.withLock { $0[key] = rendered }
    return rendered
  }

  /// Forgets what the last pass did not use.
  func keep(_ used: Set<Key>) {
    entries.withLock { entries in entries = entries.filter { used.contains($0.key) } }
  }
}

/// What has to be rendered for one instance.
struct RenderPlan: Sendable {
  let id: InstanceID
  let name: String
  let sources: [ApplicationSource]
  let position: SourcePosition?
  let failure: Diagnostic?

  init(_ instance: ApplicationInstance) {
    id = instance.id
    name = instance.name
    position = instance.provenance.position
    do throws(DefinitionError) {
      // A source that is only referred to (`ref`) has no manifests of its own.
      sources = try Application(instance.application).sources.filter { $0.ref.isEmpty || !$0.path.isEmpty || !$0.chart.isEmpty }
      failure =
        sources.isEmpty
        ? Diagnostic(.error, "has no source: set spec.source or spec.sources") : nil
    } catch {
      sources = []
      failure = Diagnostic(.error, error.description)
    }
  }

  var keys: [SourceKey] { sources.filter { $0.chart.isEmpty }.map { SourceKey(repoURL: $0.repoURL, revision: $0.targetRevision) } }
}

/// The manifests of all instances.
public struct RenderedFleet: Sendable {
  /// By instance.
  public let instances: [InstanceID: RenderedInstance]

  init(_ plans: [RenderPlan], sources: [SourceKey: SourceState], cache: RenderCache) {
    var instances: [InstanceID: RenderedInstance] = [:]
    instances.reserveCapacity(plans.count)
    var used: Set<RenderCache.Key> = []
    for plan in plans {
      instances[plan.id] = RenderedFleet.render(plan, sources, cache, &used)
    }
    cache.keep(used)
    self.instances = instances
  }

  private static func render(
    _ plan: RenderPlan, _ sources: [SourceKey: SourceState], _ cache: RenderCache, _ used: inout Set<RenderCache.Key>
  ) -> RenderedInstance {
    var parts: [Rendered] = []
    var commits: [String] = []
    for source in plan.sources {
      let key = SourceKey(repoURL: source.repoURL, revision: source.targetRevision)
      switch sources[key] {
      case .tree(let tree, let commit):
        commits.append(commit)
        let cached = RenderCache.Key(repository: source.repoURL, commit: commit, source: source.document)
        used.insert(cached)
        parts.append(cache.rendered(cached) { Renderer.render(source, in: tree, repository: source.repoURL) })
      case .failed(let message):
        return failed(plan, message)
      case .missing, .none:
        let rendered = Renderer.render(source, in: InMemoryTree([String: String]()), repository: source.repoURL)
        return failed(plan, rendered.problem ?? "repository \(source.repoURL) is not known")
      }
    }
    return RenderedInstance(
      id: plan.id, revision: commits.joined(separator: ","), parts: parts, failure: plan.failure, name: plan.name, position: plan.position)
  }

  private static func failed(_ plan: RenderPlan, _ message: String) -> RenderedInstance {
    RenderedInstance(
      id: plan.id, revision: "", parts: [], failure: Diagnostic(.error, message), name: plan.name, position: plan.position)
  }
}
