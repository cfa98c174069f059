import FleetModel
import Foundation
import Generators
import Hummingbird
import Simulator
import Synchronization
import Testing

@testable import Hub

/// When forges and plugins are asked again.
@Suite struct RequeueScheduleTests {
  private static let start = ContinuousClock.now

  private static func set(_ id: String, after seconds: Int?, _ plugin: String?) -> SetEvaluation {
    var set = SetEvaluation(id: id)
    set.requeueAfter = seconds.map { .seconds($0) }
    set.queries = plugin.map { [query($0)] } ?? []
    return set
  }

  private static func query(_ name: String) -> ExternalQuery {
    .plugin(PluginQuery(applicationSetName: name, namespace: "n", baseURL: "http://127.0.0.1", token: .init(secret: "s", key: "k")))
  }

  @Test func asksWhenASetsTimeIsOver() {
    var schedule = RequeueSchedule()
    #expect(schedule.next == nil)
    schedule.take([Self.set("a", after: 60, "a"), Self.set("b", after: 10, "b"), Self.set("c", after: 5, nil)], at: Self.start)
    #expect(schedule.next == Self.start + .seconds(10))
    #expect(schedule.due(at: Self.start + .seconds(9)).isEmpty)
    #expect(schedule.due(at: Self.start + .seconds(10)) == [Self.query("b")])
    // An evaluation for another reason does not put off what waits; one that asked begins anew.
    schedule.take([Self.set("a", after: 60, "a"), Self.set("b", after: 10, "b")], at: Self.start + .seconds(10))
    #expect(schedule.next == Self.start + .seconds(20))
    schedule.take([Self.set("a", after: 60, "a"), Self.set("b", after: 10, "b")], at: Self.start + .seconds(15))
    #expect(schedule.next == Self.start + .seconds(20))
    schedule.take([Self.set("a", after: 60, "a")], at: Self.start + .seconds(16))
    #expect(schedule.due(at: Self.start + .seconds(60)) == [Self.query("a")])
    schedule.take([], at: Self.start + .seconds(60))
    #expect(schedule.next == nil)
  }
}

/// Plugins in a hub that runs: their token comes from a mounted Secret, and they are asked again when it is time.
@Suite struct PluginFleetTests {
  @Test func asksAgainAfterItsInterval() async throws {
    let plugin = try await PluginServer.start()
    let files = [
      "cluster.yaml": TestFleet.files(["a"])["clusters.yaml"] ?? "",
      "plugin.yaml": """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: plugin, namespace: argocd}
      data: {token: $own:token, baseUrl: "\(plugin.url)"}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: web, namespace: argocd}
      spec:
        goTemplate: true
        generators: [{plugin: {configMapRef: {name: plugin}, requeueAfterSeconds: 1}}]
        template:
          metadata: {name: 'web-{{ .id }}'}
          spec:
            project: default
            source: {repoURL: \(FleetHarness.url), targetRevision: HEAD, path: apps/base}
            destination: {name: a, namespace: '{{ .id }}'}
            syncPolicy: {automated: {}, syncOptions: [CreateNamespace=true]}
      """,
      "repository/apps/base/base.yaml": TestFleet.configMap("base", "one"), "repository/secrets/own/token": "t0ken\n",
    ]
    plugin.answer(["one"])
    try await FleetHarness.with([.init(name: "a")], files: files, secrets: "repository/secrets") { fleet in
      try await fleet.waitForConvergence(1)
      #expect(plugin.authorization == "Bearer t0ken")
      plugin.answer(["one", "two"])
      try await fleet.waitForConvergence(2)
      let before = plugin.count
      try fleet.write("repository/apps/base/base.yaml", TestFleet.configMap("base", "two"))
      try await fleet.wait("the change arrives") { _ in fleet.configMap("a", "one", "base")?[at: "data", "key"]?.stringValue == "two" }
      // A change elsewhere is evaluated with the answer that is known.
      #expect(plugin.count <= before + 1)
    }
    await plugin.stop()
  }
}

/// A plugin on 127.0.0.1.
private final class PluginServer: Sendable {
  private struct State {
    var ids: [String] = []
    var count = 0
    var authorization = ""
  }

  let url: String
  private let task: Task<Void, any Error>
  private let state: Shared

  /// What the handler and the test share.
  private final class Shared: Sendable {
    let value = Mutex(State())
  }

  private init(port: Int, task: Task<Void, any Error>, state: Shared) {
    url = "http://127.0.0.1:\(port)"
    self.task = task
    self.state = state
  }

  static func start() async throws -> PluginServer {
    let state = Shared()
    let router = Router()
    router.post("api/v1/getparams.execute") { request, _ -> Response in
      let ids = state.value.withLock { state in
        state.count += 1
        state.authorization = request.headers[.authorization] ?? ""
        return state.ids
      }
      let body = "{\"output\": {\"parameters\": [\(ids.map { "{\"id\": \"\($0)\"}" }.joined(separator: ","))]}}"
      return Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(string: body)))
    }
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) })
    let task = Task { try await application.runService(gracefulShutdownSignals: []) }
    for await port in ports { return PluginServer(port: port, task: task, state: state) }
    throw CancellationError()
  }

  func answer(_ ids: [String]) { state.value.withLock { $0.ids = ids } }

  var count: Int { state.value.withLock { $0.count } }
  var authorization: String { state.value.withLock { $0.authorization } }

  func stop() async {
    task.cancel()
    _ = try? await task.value
  }
}
