import Document
import Synchronization
import Transport

/// What a server serves, asked for once and again when something is missing. One round of questions at a time, shared by all who wait for it.
final class DiscoveryCache: Sendable {
  struct State {
    /// What the last good round brought.
    var discovery: DiscoveryLibrary.Book?
    /// Rounds are numbered as they start: the last one, and the last that brought something.
    var started = 0
    var completed = 0
    /// The first round that is good enough: what earlier ones brought is known to be out of date.
    var required = 1
    var running: Task<Result<DiscoveryLibrary.Book, KubernetesError>, Never>?
    var etags: [String: String] = [:]
    var documents: [String: DiscoveryLibrary.Page] = [:]
  }

  let state = Mutex(State())
}

extension ClusterClient {
  /// The resource of a kind, asking the server again when it is not known; nil when the server does not serve it.
  ///
  /// A kind that belongs to a group which the server could not tell about (an aggregated API that is down) is an error, not nil.
  public func resource(for type: GroupVersionKind) async throws(KubernetesError) -> APIResource? {
    let discovery = try await lookUp { $0.resource(for: type) != nil }
    if let resource = discovery.resource(for: type) { return resource }
    guard !discovery.isIncomplete(type) else {
      throw failure("the server cannot tell at present what the group \(type.group) holds: its API service is down", "find \(type)")
    }
    return nil
  }

  /// The resource of a kind in the version that the server prefers.
  public func resource(for type: GroupKind) async throws(KubernetesError) -> APIResource? {
    try await lookUp { $0.resource(for: type) != nil }.resource(for: type)
  }

  /// The resource that a person means by a word such as `deploy`, `deployments.apps` or `Deployment`; nil when there is none.
  public func resource(named name: String) async throws(KubernetesError) -> APIResource? {
    try await lookUp { $0.resource(named: name) != nil }.resource(named: name)
  }

  /// All that the server serves, as far as it is known; asks when nothing is known yet, or what is known is out of date.
  public func discovered() async throws(KubernetesError) -> Discovery {
    try await refresh(round: discovery.state.withLock { $0.required })
  }

  /// Says that what the server serves has changed: the next question about it is asked of the server. For those who see a
  /// CustomResourceDefinition or an APIService come, change or go; the client itself calls it when a path is no longer there.
  public func invalidateDiscovery() {
    discovery.state.withLock { $0.required = $0.started + 1 }
  }

  /// All resources that the server serves.
  public func resources() async throws(KubernetesError) -> [APIResource] { try await discovered().resources }

  /// Asks the server again what it serves, for instance after a CRD has come or gone.
  @discardableResult
  public func refreshDiscovery() async throws(KubernetesError) -> Discovery {
    try await refresh(round: discovery.state.withLock { $0.started } + 1)
  }

  /// What is known, or, when that is not enough, the outcome of a round that started after this call.
  private func lookUp(_ isEnough: (Discovery) -> Bool) async throws(KubernetesError) -> Discovery {
    let next = discovery.state.withLock { $0.started } + 1
    let known = try await discovered()
    return isEnough(known) ? known : try await refresh(round: next)
  }

  /// Waits for a round with at least this number: one that is under way already may have asked too early.
  private func refresh(round: Int) async throws(KubernetesError) -> Discovery {
    while true {
      let (known, task, number) = discovery.state.withLock {
        state -> (Discovery?, Task<Result<DiscoveryLibrary.Book, KubernetesError>, Never>?, Int) in
        if state.completed >= round, let known = state.discovery { return (known.discovery, nil, 0) }
        if let running = state.running { return (nil, running, state.started) }
        state.started += 1
        let number = state.started
        // Not a child of the caller's task: others wait for it too, so that the caller's cancellation must not end it.
        let task = Task.detached { [self] in await runRound(number) }
        state.running = task
        return (nil, task, number)
      }
      if let known { return known }
      guard let task else { throw failure("nothing is known of what the server serves", "discover") }
      let result = await SharedTask.outcome(of: task)
      if Task.isCancelled { throw cancelled("discover") }
      if number >= round { return try result.get().discovery }
    }
  }

  private func runRound(_ number: Int) async -> Result<DiscoveryLibrary.Book, KubernetesError> {
    let result: Result<DiscoveryLibrary.Book, KubernetesError>
    do throws(KubernetesError) {
      result = .success(try await discover())
    } catch {
      result = .failure(error)
    }
    discovery.state.withLock { state in
      state.running = nil
      guard case .success(let fresh) = result else { return }
      state.discovery = fresh
      state.completed = number
    }
    return result
  }

  private static let aggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

  private func discover() async throws(KubernetesError) -> DiscoveryLibrary.Book {
    var pages: [(groupVersion: String?, page: DiscoveryLibrary.Page)] = []
    var legacy: [String] = []
    var incomplete: [String] = []
    for path in ["/api", "/apis"] {
      let page = try await document(path, accept: ClusterClient.aggregated)
      if Discovery.isAggregated(page.body) {
        pages.append((nil, page))
      } else {
        legacy += Discovery.groupVersions(page.body)
      }
    }
    // A server before 1.26: one document per group and version.
    for groupVersion in legacy {
      let path = groupVersion.contains("/") ? "/apis/\(groupVersion)" : "/api/\(groupVersion)"
      do throws(KubernetesError) {
        pages.append((groupVersion, try await document(path, accept: "application/json")))
      } catch {
        guard let status = error.status, status == 404 || status >= 500 else { throw error }
        incomplete.append(groupVersion)
      }
    }
    let names = pages.map { $0.groupVersion ?? "" } + incomplete
    let digest = Digest(of: pages.map(\.page.digest) + [Digest(of: names.joined(separator: ","))])
    let known = pages
    return library.book(digest) { [incomplete] in
      var result = Discovery()
      for (groupVersion, page) in known {
        if let groupVersion { result.addLegacy(page.body, groupVersion: groupVersion) } else { result.addAggregated(page.body) }
      }
      result.incomplete += incomplete
      return result
    }
  }

  /// A discovery document; one that has not changed is not sent again.
  private func document(_ path: String, accept: String) async throws(KubernetesError) -> DiscoveryLibrary.Page {
    var call = Call("discover \(path)", "GET", path)
    call.accept = accept
    call.isDiscovery = true
    let (etag, known) = discovery.state.withLock { ($0.etags[path], $0.documents[path]) }
    if let etag, known != nil { call.headers.append(("If-None-Match", etag)) }
    let response = try await perform(call, accepting: [304])
    if response.status == 304, let known { return known }
    let digest = DiscoveryLibrary.digest(of: response.body)
    let page: DiscoveryLibrary.Page
    if let known = library.page(digest) {
      page = known
    } else {
      page = library.keep(DiscoveryLibrary.Page(digest: digest, body: try await decode(response, operation: call.operation)))
    }
    discovery.state.withLock { state in
      state.etags[path] = response.headers["etag"]
      state.documents[path] = page
    }
    return page
  }
}
