import Document
import FleetModel
import Foundation
import Kubernetes
import Syncing
import Transport

/// Asks clusters what syncs would do, without a hub: for `flotilla plan --live`. Writes nothing.
public struct LivePlans: Sendable {
  /// What a cluster said of one application.
  public enum Answer: Sendable {
    /// What a sync would do.
    case plan(SyncPlan)
    /// Why that is not known.
    case failed(String)
  }

  private let connections: ClusterConnections
  private let http: HTTPClient

  /// - Parameters:
  ///   - simulated: addresses of simulated clusters by name
  ///   - environment: where credentials are looked for
  public init(simulated: [String: String], environment: [String: String], http: HTTPClient) {
    connections = ClusterConnections(simulated: simulated, environment: environment)
    self.http = http
  }

  /// The plans of applications, each cluster asked by itself; what has no cluster or no manifests is left out.
  public func plans(
    for ids: Set<InstanceID>, _ evaluated: EvaluatedFleet, rendered: [InstanceID: RenderedInstance]
  ) async -> [InstanceID: Answer] {
    var rules = ProjectPolicies(evaluated.definitions)
    var wanted: [String: [(InstanceID, DesiredInput, SyncRequest)]] = [:]
    for instance in evaluated.evaluation.instances where ids.contains(instance.id) {
      guard let application = try? Application(instance.application), let manifests = rendered[instance.id], manifests.problem == nil,
        let cluster = evaluated.destinations.cluster(of: application.destination)
      else { continue }
      let input = DesiredInput(
        instance, application, manifests, revision: manifests.digest.description, policy: rules.policy(of: application, on: cluster))
      let request = SyncRequest(application, confirmed: SyncOptions.isDeletionApproved(instance.annotations))
      wanted[cluster.name, default: []].append((instance.id, input, request))
    }
    return await withTaskGroup(of: [InstanceID: Answer].self) { group in
      for cluster in evaluated.destinations.clusters {
        guard let inputs = wanted[cluster.name] else { continue }
        group.addTask { await answers(of: cluster, inputs, health: evaluated.health) }
      }
      return await group.reduce(into: [:]) { result, answers in result.merge(answers) { first, _ in first } }
    }
  }

  private func answers(
    of cluster: Cluster, _ inputs: [(InstanceID, DesiredInput, SyncRequest)], health: HealthRules
  ) async -> [InstanceID: Answer] {
    let client: ClusterClient
    do {
      client = ClusterClient(try connections.connection(to: cluster), http: http, plugins: ExecPluginHost())
    } catch {
      return Dictionary(uniqueKeysWithValues: inputs.map { ($0.0, .failed("cluster \(cluster.name): \(error)")) })
    }
    let agent = ClusterAgent(
      name: cluster.name, api: ClusterClientSpoke(client, namespaces: cluster.namespaces),
      environment: .system(now: { Int64(Date().timeIntervalSince1970 * 1000) }), health: { health.health(of: $0) })
    await agent.start()
    var answers: [InstanceID: Answer] = [:]
    for (_, input, _) in inputs { await agent.setDesired(input) }
    do throws(SpokeError) {
      // What nobody wants any more may be of a kind that nobody wants any more.
      try await agent.takeInventory()
    } catch {
      await agent.stop()
      return Dictionary(uniqueKeysWithValues: inputs.map { ($0.0, .failed("cluster \(cluster.name): \(error.message)")) })
    }
    for (id, _, request) in inputs {
      do throws(SpokeError) {
        answers[id] = try await agent.preview(id, request).map { .plan($0) } ?? .failed("wants nothing")
      } catch {
        answers[id] = .failed("cluster \(cluster.name): \(error.message)")
      }
    }
    await agent.stop()
    return answers
  }
}
