import Document
import Synchronization
import Transport

/// What a server serves, asked for once and again when something is missing. One refresh at a time; who comes meanwhile waits for it.
final class DiscoveryCache: Sendable {
  struct State {
    var discovery: Discovery?
    /// Increases with each refresh.
    var generation = 0
    var running: Task<Result<Discovery, KubernetesError>, Never>?
    var etags: [String: String] = [:]
    var documents: [String: Value] = [:]
  }

  let state = Mutex(State())
}

extension ClusterClient {
  /// The resource of a kind, asking the server again when it is not known; nil when the server does not serve it.
  ///
  /// A kind that belongs to a group which the server could not tell about (an aggregated API that is down) is an error, not nil.
  public func resource(for type: GroupVersionKind) async throws(KubernetesError) -> APIResource? {
    let (known, generation) = discovery.state.withLock { ($0.discovery, $0.generation) }
    if let resource = known?.resource(for: type) { return resource }
    let fresh = try await refresh(unlessNewerThan: generation)
    if let resource = fresh.resource(for: type) { return resource }
    guard !fresh.isIncomplete(type) else {
      throw failure("the server cannot tell at present what the group \(type.group) holds: its API service is down", "find \(type)")
    }
    return nil
  }

  /// The resource of a kind in the version that the server prefers.
  public func resource(for type: GroupKind) async throws(KubernetesError) -> APIResource? {
    let (known, generation) = discovery.state.withLock { ($0.discovery, $0.generation) }
    if let resource = known?.resource(for: type) { return resource }
    return try await refresh(unlessNewerThan: generation).resource(for: type)
  }

  /// All that the server serves, as far as it is known; asks when nothing is known yet.
  public func discovered() async throws(KubernetesError) -> Discovery {
    if let known = discovery.state.withLock({ $0.discovery }) { return known }
    return try await refresh(unlessNewerThan: 0)
  }

  /// All resources that the server serves.
  public func resources() async throws(KubernetesError) -> [APIResource] { try await discovered().resources }

  /// Asks the server again what it serves, for instance after a CRD has come or gone.
  @discardableResult
  public func refreshDiscovery() async throws(KubernetesError) -> Discovery {
    try await refresh(unlessNewerThan: discovery.state.withLock { $0.generation })
  }

  private func refresh(unlessNewerThan generation: Int) async throws(KubernetesError) -> Discovery {
    let (known, task) = discovery.state.withLock { state -> (Discovery?, Task<Result<Discovery, KubernetesError>, Never>?) in
      if state.generation > generation, let known = state.discovery { return (known, nil) }
      if let running = state.running { return (nil, running) }
      // Detached from the caller: others wait for it too, so that the caller's cancellation must not end it.
      let task = Task.detached { [self] in
        let result: Result<Discovery, KubernetesError>
        do throws(KubernetesError) {
          result = .success(try await discover())
        } catch {
          result = .failure(error)
        }
        discovery.state.withLock { state in
          state.running = nil
          if case .success(let fresh) = result {
            state.discovery = fresh
            state.generation += 1
          }
        }
        return result
      }
      state.running = task
      return (nil, task)
    }
    if let known { return known }
    guard let task else { throw failure("no discovery", "discover") }
    return try await task.value.get()
  }

  private static let aggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

  private func discover() async throws(KubernetesError) -> Discovery {
    var result = Discovery()
    var legacy: [String] = []
    for path in ["/api", "/apis"] {
      let body = try await document(path, accept: ClusterClient.aggregated)
      if Discovery.isAggregated(body) {
        result.addAggregated(body)
      } else {
        legacy += Discovery.groupVersions(body)
      }
    }
    // A server before 1.26: one document per group and version.
    for groupVersion in legacy {
      let path = groupVersion.contains("/") ? "/apis/\(groupVersion)" : "/api/\(groupVersion)"
      do throws(KubernetesError) {
        result.addLegacy(try await document(path, accept: "application/json"), groupVersion: groupVersion)
      } catch {
        guard let status = error.status, status == 404 || status >= 500 else { throw error }
        result.incomplete.append(groupVersion)
      }
    }
    return result
  }

  /// A discovery document; one that has not changed is not sent again.
  private func document(_ path: String, accept: String) async throws(KubernetesError) -> Value {
    var call = Call("discover \(path)", "GET", path)
    call.accept = accept
    let (etag, known) = discovery.state.withLock { ($0.etags[path], $0.documents[path]) }
    if let etag, known != nil { call.headers.append(("If-None-Match", etag)) }
    let response = try await perform(call, accepting: [304])
    if response.status == 304, let known { return known }
    let body = try await decode(response, operation: call.operation)
    discovery.state.withLock { state in
      state.etags[path] = response.headers["etag"]
      state.documents[path] = body
    }
    return body
  }
}
