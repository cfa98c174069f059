import Document
import Testing

@testable import Syncing

struct HealthCase: Sendable, CustomTestStringConvertible {
  let name: String
  let object: String
  let expected: HealthStatus
  var testDescription: String { name }

  init(_ name: String, _ expected: HealthStatus, _ object: String) {
    self.name = name
    self.object = object
    self.expected = expected
  }
}

@Test(arguments: [
  HealthCase(
    "deployment not observed", .progressing,
    "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 2}, status: {observedGeneration: 1}}"),
  HealthCase("deployment without status", .progressing, "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}}"),
  HealthCase(
    "deployment updating", .progressing,
    "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, spec: {replicas: 3}, status: {observedGeneration: 1, replicas: 3, updatedReplicas: 1, availableReplicas: 3}}"
  ),
  HealthCase(
    "deployment with old replicas", .progressing,
    "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 1}}"
  ),
  HealthCase(
    "deployment available", .healthy,
    "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}}"
  ),
  HealthCase(
    "deployment of none", .healthy,
    "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, spec: {replicas: 0}, status: {observedGeneration: 1}}"),
  HealthCase(
    "deployment past its deadline", .degraded,
    "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, status: {observedGeneration: 1, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]}}"
  ),
  HealthCase("deployment paused", .suspended, "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, spec: {paused: true}}"),
  HealthCase("stateful set not observed", .progressing, "{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}}"),
  HealthCase(
    "stateful set rolling", .progressing,
    "{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, readyReplicas: 1, updateRevision: b, currentRevision: a}}"
  ),
  HealthCase(
    "stateful set ready", .healthy,
    "{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, readyReplicas: 1, updateRevision: a, currentRevision: a}}"
  ),
  HealthCase(
    "stateful set partitioned", .healthy,
    "{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}}, status: {observedGeneration: 1, readyReplicas: 3, updatedReplicas: 1, updateRevision: b, currentRevision: a}}"
  ),
  HealthCase(
    "replica set failing", .degraded,
    "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {generation: 1}, status: {observedGeneration: 1, conditions: [{type: ReplicaFailure, status: 'True', message: quota}]}}"
  ),
  HealthCase(
    "daemon set on all nodes", .healthy,
    "{apiVersion: apps/v1, kind: DaemonSet, metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2}}"
  ),
  HealthCase(
    "daemon set on some nodes", .progressing,
    "{apiVersion: apps/v1, kind: DaemonSet, metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1}}"
  ),
  HealthCase("ingress without address", .progressing, "{apiVersion: networking.k8s.io/v1, kind: Ingress, status: {loadBalancer: {}}}"),
  HealthCase(
    "ingress with address", .healthy,
    "{apiVersion: networking.k8s.io/v1, kind: Ingress, status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}}"),
  HealthCase(
    "API not available", .progressing,
    "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, status: {conditions: [{type: Available, status: 'False'}]}}"),
  HealthCase(
    "API available", .healthy,
    "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, status: {conditions: [{type: Available, status: 'True'}]}}"),
  HealthCase("CRD just made", .progressing, "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition}"),
  HealthCase(
    "CRD established", .healthy,
    "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: {conditions: [{type: NamesAccepted, status: 'True'}, {type: Established, status: 'True'}]}}"
  ),
  HealthCase(
    "CRD with a taken name", .degraded,
    "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: {conditions: [{type: NamesAccepted, status: 'False'}]}}"),
  HealthCase("service", .healthy, "{apiVersion: v1, kind: Service, spec: {type: ClusterIP}}"),
  HealthCase("load balancer waiting", .progressing, "{apiVersion: v1, kind: Service, spec: {type: LoadBalancer}}"),
  HealthCase(
    "load balancer", .healthy,
    "{apiVersion: v1, kind: Service, spec: {type: LoadBalancer}, status: {loadBalancer: {ingress: [{hostname: a}]}}}"),
  HealthCase("claim pending", .progressing, "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Pending}}"),
  HealthCase("claim bound", .healthy, "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Bound}}"),
  HealthCase("claim lost", .degraded, "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Lost}}"),
  HealthCase(
    "pod cannot pull", .degraded,
    "{apiVersion: v1, kind: Pod, status: {phase: Pending, containerStatuses: [{name: c, state: {waiting: {reason: ImagePullBackOff}}}]}}"),
  HealthCase("pod ready", .healthy, "{apiVersion: v1, kind: Pod, status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}}"),
  HealthCase("pod that ends", .progressing, "{apiVersion: v1, kind: Pod, spec: {restartPolicy: Never}, status: {phase: Running}}"),
  HealthCase("pod failed", .degraded, "{apiVersion: v1, kind: Pod, spec: {restartPolicy: Never}, status: {phase: Failed}}"),
  HealthCase("job running", .progressing, "{apiVersion: batch/v1, kind: Job, status: {active: 1}}"),
  HealthCase("job complete", .healthy, "{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Complete, status: 'True'}]}}"),
  HealthCase(
    "job failed", .degraded, "{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Failed, status: 'True', message: no}]}}"),
  HealthCase("job suspended", .suspended, "{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Suspended, status: 'True'}]}}"),
  HealthCase(
    "autoscaler able", .healthy,
    "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, status: {conditions: [{type: AbleToScale, status: 'True'}]}}"),
  HealthCase(
    "autoscaler unable", .degraded,
    "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, status: {conditions: [{type: AbleToScale, status: 'False', reason: FailedGetScale}]}}"
  ),
  HealthCase("namespace", .healthy, "{apiVersion: v1, kind: Namespace, status: {phase: Active}}"),
  HealthCase("namespace going", .progressing, "{apiVersion: v1, kind: Namespace, status: {phase: Terminating}}"),
  HealthCase("config map", .healthy, "{apiVersion: v1, kind: ConfigMap}"),
  HealthCase("custom resource without status", .healthy, "{apiVersion: a.example.com/v1, kind: Widget, metadata: {generation: 3}}"),
  HealthCase(
    "custom resource not observed", .progressing,
    "{apiVersion: a.example.com/v1, kind: Widget, metadata: {generation: 3}, status: {observedGeneration: 2}}"),
  HealthCase(
    "custom resource ready", .healthy, "{apiVersion: a.example.com/v1, kind: Widget, status: {conditions: [{type: Ready, status: 'True'}]}}"
  ),
  HealthCase(
    "custom resource broken", .degraded,
    "{apiVersion: a.example.com/v1, kind: Widget, status: {conditions: [{type: Ready, status: 'False', reason: Broken}]}}"),
  HealthCase(
    "custom resource at work", .progressing,
    "{apiVersion: a.example.com/v1, kind: Widget, status: {conditions: [{type: Ready, status: 'False', reason: Progressing}]}}"),
  HealthCase(
    "custom resource stalled", .degraded,
    "{apiVersion: a.example.com/v1, kind: Widget, status: {conditions: [{type: Stalled, status: 'True'}]}}"),
  HealthCase(
    "custom resource with a stale condition", .progressing,
    "{apiVersion: a.example.com/v1, kind: Widget, metadata: {generation: 2}, status: {conditions: [{type: Ready, status: 'True', observedGeneration: 1}]}}"
  ),
  HealthCase(
    "being deleted", .progressing,
    "{apiVersion: v1, kind: ConfigMap, metadata: {deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [a/b]}}"),
  HealthCase(
    "ignored", .healthy,
    "{apiVersion: batch/v1, kind: Job, metadata: {annotations: {argocd.argoproj.io/ignore-healthcheck: 'true'}}, status: {conditions: [{type: Failed, status: 'True'}]}}"
  ),
])
func healthOfAnObject(_ test: HealthCase) {
  #expect(Health.assess(yaml(test.object)).status == test.expected)
}

@Test(
  arguments: [
    ([], HealthStatus.healthy), ([.healthy, .progressing, .degraded], .degraded), ([.missing, .healthy], .healthy),
    ([.missing, .missing], .missing), ([.suspended, .healthy], .suspended), ([.unknown, .degraded], .unknown),
  ] as [([HealthStatus], HealthStatus)])
func healthOfAnApplication(_ statuses: [HealthStatus], _ expected: HealthStatus) {
  #expect(Health.worst(of: statuses.map { (name: "x", health: Health($0)) }).status == expected)
}

private func rollout(_ status: String, spec: String = "{replicas: 2}", generation: Int = 3) -> String {
  "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {generation: \(generation)}, spec: \(spec), status: \(status)}"
}

private func canary(_ status: String) -> String { "{apiVersion: flagger.app/v1beta1, kind: Canary, status: \(status)}" }

private func conditions(_ type: String, _ list: String, spec: String = "{}", more: String = "") -> String {
  let parts = type.split(separator: " ")
  return "{apiVersion: \(parts[0]), kind: \(parts[1]), metadata: {generation: 1}, spec: \(spec), status: {\(more)conditions: [\(list)]}}"
}

/// Kinds of the ecosystem, with the message that people see.
@Test(
  arguments: [
    (rollout("{observedGeneration: '3', phase: Healthy}"), "Healthy"),
    (rollout("{observedGeneration: '3', phase: Paused, message: CanaryPauseStep}"), "Suspended: CanaryPauseStep"),
    (
      rollout("{observedGeneration: '3', phase: Degraded, message: 'RolloutAborted: analysis failed'}"),
      "Degraded: RolloutAborted: analysis failed"
    ),
    (rollout("{observedGeneration: '3', phase: Progressing, message: more replicas}"), "Progressing: more replicas"),
    (rollout("{observedGeneration: '2', phase: Healthy}"), "Progressing: the newest generation has not been seen yet"),
    (rollout("{}", generation: 1), "Progressing: waiting for the rollout: 0 of 2 new replicas are updated"),
    (rollout("{observedGeneration: 5d9f8b, updatedReplicas: 2, replicas: 2, availableReplicas: 2}"), "Healthy"),
    (rollout("{observedGeneration: 5d9f8b, pauseConditions: [{reason: CanaryPauseStep}]}"), "Suspended: is paused"),
    (rollout("{observedGeneration: 5d9f8b, abort: true}"), "Degraded: was aborted"),
    (
      rollout("{observedGeneration: '3', conditions: [{type: InvalidSpec, status: 'True', message: no selector}]}"), "Degraded: no selector"
    ),
    (canary("{phase: Initialized}"), "Healthy"), (canary("{phase: Succeeded, canaryWeight: 0}"), "Healthy"),
    (canary("{phase: Progressing, canaryWeight: 20}"), "Progressing: 20 % of the traffic"),
    (canary("{phase: Waiting}"), "Suspended: waits for approval"),
    (
      canary("{phase: Failed, conditions: [{type: Promoted, status: 'False', message: 'Canary analysis failed'}]}"),
      "Degraded: Canary analysis failed"
    ),
    (canary("{}"), "Progressing: has not been seen by its controller yet"),
    (
      conditions(
        "kustomize.toolkit.fluxcd.io/v1 Kustomization", "{type: Ready, status: 'True', reason: ReconciliationSucceeded}",
        more: "observedGeneration: 1, "),
      "Healthy"
    ),
    (conditions("kustomize.toolkit.fluxcd.io/v1 Kustomization", "", spec: "{suspend: true}"), "Suspended: is suspended"),
    (
      conditions(
        "kustomize.toolkit.fluxcd.io/v1 Kustomization",
        "{type: Ready, status: 'False', reason: BuildFailed, message: no kustomization.yaml}"),
      "Degraded: no kustomization.yaml"
    ),
    (
      conditions(
        "helm.toolkit.fluxcd.io/v2 HelmRelease",
        "{type: Reconciling, status: 'True', message: running upgrade}, {type: Ready, status: 'Unknown', reason: Progressing, message: running upgrade}"
      ),
      "Progressing: running upgrade"
    ),
    (
      conditions(
        "helm.toolkit.fluxcd.io/v2 HelmRelease",
        "{type: Stalled, status: 'True', message: retries exhausted}, {type: Ready, status: 'False', reason: UpgradeFailed}"),
      "Degraded: retries exhausted"
    ),
    (conditions("helm.toolkit.fluxcd.io/v2 HelmRelease", ""), "Progressing: has not been reconciled yet"),
    (
      conditions(
        "cert-manager.io/v1 Certificate",
        "{type: Ready, status: 'False', message: secret does not exist}, {type: Issuing, status: 'True', message: issuing}"),
      "Progressing: issuing"
    ),
    (conditions("cert-manager.io/v1 Certificate", "{type: Ready, status: 'False', message: expired}"), "Degraded: expired"),
    (conditions("cert-manager.io/v1 Certificate", "{type: Ready, status: 'True', message: up to date}"), "Healthy: up to date"),
    (conditions("cert-manager.io/v1 Certificate", ""), "Progressing: waiting for the certificate"),
    (
      conditions("cert-manager.io/v1 Certificate", "{type: Ready, status: 'True', observedGeneration: 0}"),
      "Progressing: Ready does not speak of the newest generation yet"
    ),
    (conditions("cluster.x-k8s.io/v1beta1 Cluster", "{type: Ready, status: 'True'}", more: "phase: Provisioned, "), "Healthy"),
    (
      conditions("cluster.x-k8s.io/v1beta1 Cluster", "{type: Ready, status: 'False', message: no machines}", more: "phase: Provisioned, "),
      "Degraded: no machines"
    ),
    (
      conditions("cluster.x-k8s.io/v1beta1 Cluster", "{type: Ready, status: 'False'}", more: "phase: Provisioning, "),
      "Progressing: is Provisioning"
    ),
    (conditions("cluster.x-k8s.io/v1beta1 Cluster", "", spec: "{paused: true}"), "Suspended: is paused"),
    (conditions("cluster.x-k8s.io/v1beta1 Cluster", "", more: "phase: Failed, "), "Degraded: failed"),
    (conditions("s3.aws.upbound.io/v1beta1 Bucket", "{type: Synced, status: 'True'}, {type: Ready, status: 'True'}"), "Healthy"),
    (
      conditions("s3.aws.upbound.io/v1beta1 Bucket", "{type: Synced, status: 'False', message: no credentials}"), "Degraded: no credentials"
    ),
    (
      conditions("s3.aws.upbound.io/v1beta1 Bucket", "{type: Synced, status: 'True'}, {type: Ready, status: 'False', reason: Creating}"),
      "Progressing: Creating"
    ),
    (conditions("s3.aws.upbound.io/v1beta1 Bucket", ""), "Progressing: has not been reconciled yet"),
    (conditions("aws.upbound.io/v1beta1 ProviderConfig", ""), "Healthy"),
    (
      conditions(
        "pkg.crossplane.io/v1 Provider",
        "{type: Installed, status: 'True'}, {type: Healthy, status: 'False', reason: UnhealthyPackageRevision, message: bad}"),
      "Degraded: bad"
    ),
    (
      conditions("example.crossplane.io/v1 XNetwork", "{type: Synced, status: 'False', reason: ReconcilePaused}"),
      "Suspended: ReconcilePaused"
    ),
  ] as [(String, String)])
func healthOfTheEcosystem(_ object: String, _ expected: String) {
  #expect(Health.assess(yaml(object)).description == expected)
}

/// What is paused or failed does not let others pass.
@Test(arguments: ["{phase: Waiting}", "{phase: Failed}", "{phase: Progressing}"])
func aCanaryThatIsNotDoneIsNotReady(_ status: String) throws {
  let manifest = yaml("{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: c}}")
  let desired = set("shop", [manifest])
  let object = try #require(desired.objects.first)
  var index = LiveIndex()
  index.setDesired(desired)
  index.beginList(object.identity.groupKind)
  _ = index.observe(live(object, version: 1, status: yaml(status)))
  _ = index.endList(object.identity.groupKind, resourceVersion: "1")
  let found = try #require(index.status(of: desired.owner.label))
  #expect(found.sync == .synced && !found.isReady)
  _ = index.observe(live(object, version: 2, status: yaml("{phase: Succeeded}")))
  #expect(index.status(of: desired.owner.label)?.isReady == true)
}

@Suite(.timeLimit(.minutes(1)))
struct CustomHealthTests {
  @Test func theCallerMayKnowBetter() async {
    let cluster = FakeCluster()
    let agent = ClusterAgent(
      name: "east", api: cluster, environment: .quick,
      health: { object in
        guard object["kind"] == "Deployment", let replicas = object[at: "spec", "replicas"]?.intValue else { return nil }
        return replicas > 2 ? Health(.degraded, "too many") : nil
      })
    await agent.setDesired(set("shop", [deployment("web", replicas: 3), configMap("config")]))
    await agent.start()
    #expect(await agent.sync(shop.id).outcome == .succeeded)
    #expect(await agent.status(of: shop.id)?.health.description == "Degraded: Deployment web: too many")
    await agent.setDesired(set("shop", [deployment("web", replicas: 2), configMap("config")]))
    #expect(await agent.sync(shop.id).outcome == .succeeded)
    #expect(await agent.status(of: shop.id)?.health.status == .healthy)
    await agent.stop()
  }
}
