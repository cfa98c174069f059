import Document
import Testing

@testable import Simulator

/// Clusters whose workloads make pods: from the specification to rest, with the clock in the test's hand.
struct WorkloadTests {
  /// A cluster with the few calls that these tests need.
  struct Bench {
    var cluster: SimulatedCluster
    var now = SimulatedTime(milliseconds: 1_700_000_000_000)

    init(_ change: (inout SimulatedClusterSettings) -> Void = { _ in }) {
      var settings = SimulatedClusterSettings(readyAfter: .seconds(2), makesPods: true)
      change(&settings)
      cluster = SimulatedCluster(settings: settings, at: now)
    }

    mutating func send(_ method: String, _ target: String, _ body: String = "", type: String = "application/json") -> (
      status: Int, body: Value
    ) {
      let request = APIRequest(method: method, target: target, headers: ["content-type": type], body: Array(body.utf8))
      let response = cluster.handle(request, at: now)
      return (response.status, (try? JSON.decode(response.body)) ?? .string(String(decoding: response.body, as: UTF8.self)))
    }

    /// Lets time pass in small steps, as a server's ticks do.
    mutating func pass(seconds: Int) {
      for _ in 0..<seconds * 10 {
        now = now.adding(.milliseconds(100))
        cluster.advance(to: now)
      }
    }

    /// Names of the pods with their words, without the made-up parts.
    var pods: [String] {
      cluster.store.list(SimulatedCluster.podKey, namespace: "default").map { "\($0.name) \(PodStatus.word($0.value))" }
    }

    func get(_ group: String, _ plural: String, _ name: String) -> Value {
      cluster.object(group: group, plural: plural, namespace: "default", name: name) ?? .null
    }

    /// The image and the numbers of the ReplicaSets, by revision.
    var replicaSets: [String] {
      cluster.store.list(SimulatedCluster.replicaSetKey, namespace: "default").map(\.value)
        .map { set in
          let revision = set[["metadata", "annotations", "deployment.kubernetes.io/revision"]]?.stringValue ?? ""
          let image = set[at: "spec", "template", "spec", "containers"]?.arrayValue?.first?["image"]?.stringValue ?? ""
          return "\(revision) \(image) \(set[at: "spec", "replicas"]?.intValue ?? -1)/\(set[at: "status", "readyReplicas"]?.intValue ?? 0)"
        }
        .sorted()
    }
  }

  static func workload(_ kind: String, image: String, replicas: Int = 2, more: String = "") -> String {
    """
    {"apiVersion":"apps/v1","kind":"\(kind)","metadata":{"name":"web"},"spec":{\(kind == "DaemonSet" ? "" : "\"replicas\":\(replicas),")\
    \(kind == "StatefulSet" ? "\"serviceName\":\"web\"," : "")\(more)"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":\
    {"app":"web"}},"spec":{"containers":[{"name":"web","image":"\(image)"}]}}}}
    """
  }

  static let deployments = "/apis/apps/v1/namespaces/default/deployments"

  @Test func aDeploymentRollsOutRollsOverAndBack() throws {
    var bench = Bench()
    #expect(bench.send("POST", WorkloadTests.deployments, WorkloadTests.workload("Deployment", image: "a:1")).status == 201)
    #expect(bench.pods.count == 2 && bench.pods.allSatisfy { $0.hasSuffix(" ContainerCreating") })
    #expect(bench.replicaSets == ["1 a:1 2/0"])
    #expect(bench.get("apps", "deployments", "web")[at: "status", "unavailableReplicas"] == 2)
    bench.pass(seconds: 3)
    #expect(bench.pods.allSatisfy { $0.hasSuffix(" Running") } && bench.replicaSets == ["1 a:1 2/2"])
    #expect(bench.get("apps", "deployments", "web")[at: "status", "availableReplicas"] == 2)

    // While it rolls over, there are never fewer than two ready ones.
    let patch = #"{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"a:2"}]}}}}"#
    #expect(bench.send("PATCH", WorkloadTests.deployments + "/web", patch, type: "application/strategic-merge-patch+json").status == 200)
    for _ in 0..<80 {
      bench.pass(seconds: 0)
      bench.now = bench.now.adding(.milliseconds(100))
      bench.cluster.advance(to: bench.now)
      #expect((bench.get("apps", "deployments", "web")[at: "status", "readyReplicas"]?.intValue ?? 0) >= 2)
    }
    #expect(bench.replicaSets == ["1 a:1 0/0", "2 a:2 2/2"])
    let conditions = bench.get("apps", "deployments", "web")[at: "status", "conditions"]?.arrayValue ?? []
    #expect(conditions.map { $0["reason"] }.contains("NewReplicaSetAvailable"))

    // The first template again is a third revision of the first ReplicaSet.
    let back = #"{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"a:1"}]}}}}"#
    _ = bench.send("PATCH", WorkloadTests.deployments + "/web", back, type: "application/strategic-merge-patch+json")
    bench.pass(seconds: 8)
    #expect(bench.replicaSets == ["2 a:2 0/0", "3 a:1 2/2"])
  }

  @Test func nothingIsWrittenAtRest() {
    var bench = Bench()
    _ = bench.send("POST", WorkloadTests.deployments, WorkloadTests.workload("Deployment", image: "a:1"))
    _ = bench.send("POST", "/apis/apps/v1/namespaces/default/statefulsets", WorkloadTests.workload("StatefulSet", image: "a:1"))
    bench.pass(seconds: 20)
    let version = bench.cluster.store.resourceVersion
    bench.pass(seconds: 60)
    #expect(bench.cluster.store.resourceVersion == version)
  }

  @Test func aPodThatIsDeletedComesAgain() throws {
    var bench = Bench()
    _ = bench.send("POST", WorkloadTests.deployments, WorkloadTests.workload("Deployment", image: "a:1", replicas: 1))
    bench.pass(seconds: 3)
    let name = try #require(bench.pods.first?.split(separator: " ").first)
    _ = bench.send("DELETE", "/api/v1/namespaces/default/pods/\(name)")
    #expect(bench.pods.count == 2)
    bench.pass(seconds: 4)
    #expect(bench.pods.count == 1 && bench.pods.first?.hasSuffix(" Running") == true && bench.pods.first?.hasPrefix(name) == false)
  }

  @Test(arguments: [0, 1, 5])
  func scaling(replicas: Int) {
    var bench = Bench()
    _ = bench.send("POST", WorkloadTests.deployments, WorkloadTests.workload("Deployment", image: "a:1", replicas: 3))
    bench.pass(seconds: 3)
    _ = bench.send(
      "PATCH", WorkloadTests.deployments + "/web/scale", "{\"spec\":{\"replicas\":\(replicas)}}", type: "application/merge-patch+json")
    bench.pass(seconds: 5)
    #expect(bench.pods.count == replicas && bench.replicaSets == ["1 a:1 \(replicas)/\(replicas)"])
    #expect((bench.get("apps", "deployments", "web")[at: "status", "replicas"]?.intValue ?? 0) == replicas)
  }

  @Test func anImageThatFailsStopsTheRollover() {
    var bench = Bench {
      $0.failingImages = ["broken"]
      $0.progressDeadline = .seconds(5)
    }
    _ = bench.send("POST", WorkloadTests.deployments, WorkloadTests.workload("Deployment", image: "a:1"))
    bench.pass(seconds: 3)
    _ = bench.send(
      "PATCH", WorkloadTests.deployments + "/web", #"{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"broken:1"}]}}}}"#,
      type: "application/strategic-merge-patch+json")
    bench.pass(seconds: 8)
    #expect(bench.replicaSets == ["1 a:1 2/2", "2 broken:1 1/0"])
    #expect(bench.pods.count { $0.hasSuffix(" ImagePullBackOff") } == 1)
    let conditions = bench.get("apps", "deployments", "web")[at: "status", "conditions"]?.arrayValue ?? []
    let progressing = conditions.first { $0["type"] == "Progressing" }
    #expect(progressing?["reason"] == "ProgressDeadlineExceeded" && progressing?["status"] == "False")
    #expect(progressing?["message"]?.stringValue?.hasSuffix("has timed out progressing.") == true)
  }

  @Test func aStatefulSetGoesInOrder() {
    var bench = Bench()
    let claims =
      #""volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}],"#
    _ = bench.send(
      "POST", "/apis/apps/v1/namespaces/default/statefulsets", WorkloadTests.workload("StatefulSet", image: "a:1", more: claims))
    #expect(bench.pods == ["web-0 ContainerCreating"])
    bench.pass(seconds: 3)
    #expect(bench.pods == ["web-0 Running", "web-1 ContainerCreating"])
    bench.pass(seconds: 3)
    #expect(bench.get("apps", "statefulsets", "web")[at: "status", "readyReplicas"] == 2)
    #expect(bench.get("", "persistentvolumeclaims", "data-web-1")[at: "status", "phase"] == "Bound")
    _ = bench.send(
      "PATCH", "/apis/apps/v1/namespaces/default/statefulsets/web",
      #"{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"a:2"}]}}}}"#, type: "application/strategic-merge-patch+json")
    #expect(bench.pods == ["web-0 Running", "web-1 Terminating"])
    bench.pass(seconds: 10)
    let status = bench.get("apps", "statefulsets", "web")["status"]
    #expect(status?["updatedReplicas"] == 2 && status?["currentRevision"] == status?["updateRevision"])
    _ = bench.send(
      "PATCH", "/apis/apps/v1/namespaces/default/statefulsets/web/scale", #"{"spec":{"replicas":0}}"#, type: "application/merge-patch+json")
    bench.pass(seconds: 5)
    #expect(bench.pods == [])
    // Claims outlive their pods.
    #expect(bench.get("", "persistentvolumeclaims", "data-web-1") != .null)
  }

  @Test func daemonSetsAndJobs() {
    var bench = Bench()
    _ = bench.send("POST", "/apis/apps/v1/namespaces/default/daemonsets", WorkloadTests.workload("DaemonSet", image: "a:1"))
    let job = """
      {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"once"},"spec":{"completions":3,"parallelism":2,"template":{"spec":\
      {"restartPolicy":"Never","containers":[{"name":"c","image":"a:1"}]}}}}
      """
    _ = bench.send("POST", "/apis/batch/v1/namespaces/default/jobs", job)
    #expect(bench.pods.count == 3)
    bench.pass(seconds: 6)
    #expect(bench.get("apps", "daemonsets", "web")[at: "status", "numberReady"] == 1)
    #expect(bench.pods.count { $0.hasPrefix("once-") && $0.hasSuffix(" Completed") } == 3)
    let status = bench.get("batch", "jobs", "once")["status"]
    #expect(status?["succeeded"] == 3 && status?["completionTime"] != nil)
  }

  @Test func servicesKnowTheirPods() {
    var bench = Bench()
    _ = bench.send(
      "POST", "/api/v1/namespaces/default/services", #"{"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}"#
    )
    _ = bench.send("POST", WorkloadTests.deployments, WorkloadTests.workload("Deployment", image: "a:1"))
    bench.pass(seconds: 3)
    let slices = bench.cluster.store.list(ResourceKey(group: "discovery.k8s.io", plural: "endpointslices"), namespace: "default").map(
      \.value)
    let own = slices.filter { $0[["metadata", "labels", "kubernetes.io/service-name"]] == "web" }
    #expect(own.count == 1 && own.first?["endpoints"]?.arrayValue?.count == 2)
    #expect(own.first?["endpoints"]?.arrayValue?.allSatisfy { $0[at: "conditions", "ready"] == true } == true)
  }

  @Test(arguments: ["Background", "Foreground"])
  func whatAWorkloadMadeGoesWithIt(policy: String) {
    var bench = Bench()
    _ = bench.send("POST", WorkloadTests.deployments, WorkloadTests.workload("Deployment", image: "a:1"))
    bench.pass(seconds: 3)
    _ = bench.send("DELETE", WorkloadTests.deployments + "/web?propagationPolicy=\(policy)")
    bench.pass(seconds: 5)
    #expect(bench.pods.isEmpty && bench.replicaSets.isEmpty && bench.get("apps", "deployments", "web") == .null)
  }

  @Test func containersDoNotRun() {
    var bench = Bench()
    _ = bench.send(
      "POST", "/api/v1/namespaces/default/pods", #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"a"}]}}"#)
    #expect(bench.send("GET", "/api/v1/namespaces/default/pods/p/log").body.stringValue?.hasPrefix("(simulated: ") == true)
    let exec = bench.send("POST", "/api/v1/namespaces/default/pods/p/exec?command=ls")
    #expect(exec.status == 400 && exec.body["message"] == "the simulated cluster runs no containers: exec is not possible")
    #expect(bench.send("GET", "/api/v1/namespaces/default/pods/q/log").status == 404)
  }
}
