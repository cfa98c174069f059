import Document
import FoundationEssentials
import Transport

/// Looks at a cluster as the hub would see it: what `flotilla cluster check` prints. Changes nothing there.
public struct ClusterCheck: Sendable {
  /// Both clocks, for tests to set.
  public struct Clock: Sendable {
    /// Seconds since 1970.
    public var wall: @Sendable () -> Double
    /// Time that only ever grows.
    public var elapsed: @Sendable () -> Duration

    /// Makes clocks.
    public init(wall: @escaping @Sendable () -> Double, elapsed: @escaping @Sendable () -> Duration) {
      self.wall = wall
      self.elapsed = elapsed
    }

    /// The machine's.
    public static var system: Clock {
      let start = ContinuousClock.now
      return Clock(wall: { Date().timeIntervalSince1970 }, elapsed: { ContinuousClock.now - start })
    }
  }

  private let client: ClusterClient
  private enum Wanted: Sendable {
    case needs([AccessNeed])
    case scope(SpokeAccount.Scope)
    case objects([WantedObject], namespaces: [String]?)
  }

  private let wanted: Wanted
  private let clock: Clock
  private static let timeout: Duration = .seconds(10)
  private static let samples = 5

  /// Makes a check of what an account of this scope needs, custom resources that the cluster serves by now included.
  public init(_ client: ClusterClient, scope: SpokeAccount.Scope = .cluster, clock: Clock = .system) {
    self.client = client
    wanted = .scope(scope)
    self.clock = clock
  }

  /// Makes a check of certain needs.
  public init(_ client: ClusterClient, needs: [AccessNeed], clock: Clock = .system) {
    self.client = client
    wanted = .needs(needs)
    self.clock = clock
  }

  /// Makes a check of what certain objects take: to write them, and to follow all that is of their kinds.
  /// - Parameter namespaces: where their kinds are followed; nil for the whole cluster
  public init(_ client: ClusterClient, objects: [WantedObject], namespaces: [String]? = nil, clock: Clock = .system) {
    self.client = client
    wanted = .objects(objects, namespaces: namespaces)
    self.clock = clock
  }

  /// Asks the cluster and judges the answers; never fails, since a failure is what it reports.
  public func run() async -> ClusterCheckReport {
    var report = ClusterCheckReport(cluster: client.name)
    let first: (response: HTTPResponse, took: Duration, wall: Double)
    do throws(KubernetesError) {
      first = try await askVersion()
    } catch {
      report.judge(unreachable: error)
      return report
    }
    report.add(.reachability, .good, "\(client.connection.server) answers")
    await checkIdentity(&report)
    await checkVersion(first.response, &report)
    await checkLatency(&report)
    report.judge(clock: first.response.headers["date"], wall: first.wall, took: first.took)
    let resources = await checkDiscovery(&report)
    await checkPermissions(resources, &report)
    switch client.connection.credential {
    case .bearerToken(let token): report.judge(tokenExpiry: TokenClaims.expiry(token), now: clock.wall())
    case .tokenFile(let path):
      if let bytes = SmallFile.read(path, maximumBytes: 1 << 20) {
        let token = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        report.judge(tokenExpiry: TokenClaims.expiry(token), now: clock.wall())
      }
    default: break
    }
    return report
  }

  private func askVersion() async throws(KubernetesError) -> (HTTPResponse, Duration, Double) {
    var call = ClusterClient.Call("get the version", "GET", "/version")
    call.timeout = ClusterCheck.timeout
    call.maximumAttempts = 1
    let before = clock.elapsed()
    // Any answer of an API server shows that it is there, also a refusal.
    let response = try await client.perform(call, accepting: [401, 403])
    return (response, clock.elapsed() - before, clock.wall())
  }

  private func checkIdentity(_ report: inout ClusterCheckReport) async {
    do throws(KubernetesError) {
      let user = try await client.user(timeout: ClusterCheck.timeout)
      report.user = user
      if user.isEmpty || user == "system:anonymous" {
        report.add(
          .authentication, .bad, "the server takes us for nobody (\(user))",
          "the cluster's definition has no credential that works: give it one")
      } else {
        report.add(.authentication, .good, "the server knows us as \(user)")
      }
    } catch {
      if error.isUnauthorized {
        report.add(.authentication, .bad, error.message, error.advice)
      } else if error.isForbidden && error.message.contains("system:anonymous") {
        report.add(
          .authentication, .bad, "the server takes us for nobody (system:anonymous)",
          "the cluster's definition has no credential that works: give it one")
      } else if error.status == nil {
        // The credential could not even be made: a file that is gone, a plugin that fails.
        report.add(.authentication, .bad, error.message, error.advice)
      } else {
        // Servers before 1.28 cannot be asked.
        report.add(.authentication, .unknown, "the server does not say who we are: \(error.message)")
      }
    }
  }

  private func checkVersion(_ response: HTTPResponse, _ report: inout ClusterCheckReport) async {
    guard response.status == 200, let value = try? await client.decode(response, operation: "get the version"),
      let text = value["gitVersion"]?.stringValue
    else {
      report.add(.version, .unknown, "the server does not tell its version (\(response.status))")
      return
    }
    report.judge(version: text, major: value["major"]?.stringValue ?? "", minor: value["minor"]?.stringValue ?? "")
  }

  private func checkLatency(_ report: inout ClusterCheckReport) async {
    var times: [Duration] = []
    for _ in 0..<ClusterCheck.samples {
      do throws(KubernetesError) { times.append(try await askVersion().1) } catch { continue }
    }
    report.judge(latencies: times, asked: ClusterCheck.samples)
  }

  private func checkDiscovery(_ report: inout ClusterCheckReport) async -> [APIResource] {
    do throws(KubernetesError) {
      let discovery = try await client.refreshDiscovery()
      report.judge(kinds: discovery.resources.count, incomplete: discovery.incomplete)
      return discovery.resources
    } catch {
      report.add(.discovery, .bad, error.message, error.advice)
      return []
    }
  }

  private func checkPermissions(_ resources: [APIResource], _ report: inout ClusterCheckReport) async {
    let needs: [AccessNeed]
    switch wanted {
    case .needs(let given): needs = given
    case .scope(let scope): needs = SpokeAccount(scope: scope, customGroups: SpokeAccount.customGroups(in: resources)).needs
    case .objects(let objects, let namespaces):
      let (needed, unserved) = WantedObject.needs(of: objects, served: Discovery(resources), namespaces: namespaces)
      needs = needed
      if !unserved.isEmpty {
        report.add(
          .kinds, .doubtful, "the server does not serve \(unserved.map(\.description).joined(separator: ", "))",
          "applications with such objects wait until the definitions of these kinds are there")
      }
    }
    do throws(KubernetesError) {
      let missing = try await client.missing(of: needs)
      report.missing = missing
      if missing.isEmpty {
        report.add(.permissions, .good, "all \(needs.count) permissions are granted")
      } else {
        let list = AccessNeed.summary(missing).joined(separator: "; ")
        report.add(
          .permissions, .bad, "\(missing.count) of \(needs.count) permissions are missing: \(list)",
          "run `flotilla cluster add` again with a context that may create cluster roles, or grant them to \(report.user ?? "the account")")
      }
    } catch {
      report.add(.permissions, .unknown, error.message, error.advice)
    }
  }
}

extension ClusterClient {
  /// As whom the server knows us (`SelfSubjectReview`); servers before 1.28 answer 404.
  public func user(timeout: Duration? = nil) async throws(KubernetesError) -> String {
    var call = Call("ask who we are", "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", isIdempotent: true)
    call.contentType = "application/json"
    call.body = JSON.encode(["apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"] as Value)
    call.timeout = timeout
    let answer = try await decode(try await perform(call), operation: call.operation)
    return answer[at: "status", "userInfo", "username"]?.stringValue ?? ""
  }
}
