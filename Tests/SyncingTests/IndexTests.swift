import Document
import Testing

@testable import Syncing

/// An index in which all kinds of a set are listed and its objects are there as applied.
private func settled(_ set: DesiredSet, version: Int = 10) -> LiveIndex {
  var index = LiveIndex()
  index.setDesired(set)
  for kind in index.desiredTypes.keys.sorted(by: { $0.description < $1.description }) {
    index.beginList(kind)
    for object in set.stateObjects where object.type.groupKind == kind { _ = index.observe(live(object, version: version)) }
    _ = index.endList(kind, resourceVersion: String(version))
  }
  return index
}

private func kinds(_ changes: [IndexChange]) -> [String] {
  changes.map { change in
    switch change.kind {
    case .drifted(let differences): "drifted \(differences.map(\.path).joined(separator: ","))"
    case .synced: "synced"
    case .deleted: "deleted"
    case .gone: "gone"
    case .extra: "extra"
    case .health(_, let health): "\(health.status)"
    }
  }
}

private let web = "apps/Deployment/web/web"
private let desired = set("shop", [configMap("config", ["k": "1"]), deployment("web")])

@Test func whatIsThereAsWantedIsSynced() throws {
  let index = settled(desired)
  let status = try #require(index.status(of: desired.owner.label))
  #expect(status.sync == .synced && status.counts.synced == 2 && status.revision == "r1")
  #expect(status.health.status == .progressing)
  #expect(SyncPlan(desired, index: index, request: SyncRequest(prune: true)).isEmpty)
}

@Test func whatIsNotListedYetIsUnknown() throws {
  var index = LiveIndex()
  index.setDesired(desired)
  #expect(index.status(of: desired.owner.label)?.sync == .unknown)
  let plan = SyncPlan(desired, index: index, request: SyncRequest())
  #expect(plan.isEmpty && plan.unknown.count == 2)
  #expect(SyncPlan(desired, index: index, request: SyncRequest(), assumeEmpty: true).summary == "2 to create")
}

@Test func aStatusUpdateIsNoDrift() {
  var index = settled(desired)
  let object = desired.objects[1]
  let healthy: Value = ["observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1]
  #expect(kinds(index.observe(live(object, version: 11, status: healthy))) == ["Healthy"])
  #expect(index.status(of: desired.owner.label)?.isReady == true)
}

@Test func aChangedFieldIsDriftAndGoesAway() {
  var index = settled(desired)
  var changed = live(desired.objects[1], version: 11)
  changed[at: "spec", "replicas"] = 5
  #expect(kinds(index.observe(changed)) == ["drifted spec.replicas"])
  #expect(index.status(of: desired.owner.label)?.sync == .outOfSync)
  let plan = SyncPlan(desired, index: index, request: SyncRequest())
  #expect(plan.operations.map(\.description) == ["update apps/Deployment/web/web: differs in spec.replicas"])
  #expect(kinds(index.observe(live(desired.objects[1], version: 12))) == ["synced"])
}

@Test func olderEventsAreIgnored() {
  var index = settled(desired, version: 20)
  var changed = live(desired.objects[1], version: 11)
  changed[at: "spec", "replicas"] = 5
  #expect(index.observe(changed) == [])
  #expect(index.deleted(identity(web), uid: "another") == [])
  #expect(kinds(index.deleted(identity(web), uid: "u1")) == ["deleted"])
  #expect(index.status(of: desired.owner.label)?.counts.missing == 1)
}

@Test func metadataOfAnotherVersionAsksForTheContentOnce() {
  var index = settled(desired)
  let config = desired.objects[0]
  var metadata = live(config, version: 10)
  metadata["data"] = nil
  _ = index.observe(metadata, metadataOnly: true)
  #expect(index.takeFetches() == [])
  metadata[at: "metadata", "resourceVersion"] = "11"
  _ = index.observe(metadata, metadataOnly: true)
  #expect(index.takeFetches() == [config.identity])
  #expect(index.takeFetches() == [])
  var changed = live(config, version: 11)
  changed[at: "data", "k"] = "2"
  // The content of the version that is already known as metadata.
  index.setDesired(desired)
  _ = index.observe(metadata, metadataOnly: true)
  #expect(kinds(index.observe(changed)) == ["drifted data.k"])
}

@Test func whatTheWatchSaysDuringAWriteWaits() {
  var index = settled(desired)
  let next = set("shop", [configMap("config", ["k": "2"]), deployment("web")], revision: "r2")
  index.setDesired(next)
  #expect(index.status(of: next.owner.label)?.counts.outOfSync == 1)
  let config = next.objects[0]
  index.beginWrite(config.identity)
  var metadata = live(config, version: 11)
  metadata["data"] = nil
  #expect(index.observe(metadata, metadataOnly: true) == [])
  #expect(kinds(index.applied(live(config, version: 11), digest: config.digest)) == ["synced"])
  #expect(index.takeFetches() == [])
  #expect(index.status(of: next.owner.label)?.sync == .synced)
}

@Test func aListThatLacksAnObjectMeansItIsGone() {
  var index = settled(desired)
  let kind = GroupKind(group: "", kind: "ConfigMap")
  index.beginList(kind)
  #expect(kinds(index.endList(kind, resourceVersion: "15")) == ["deleted"])
}

@Test func anObjectWrittenAfterTheListStays() {
  var index = settled(desired, version: 20)
  let kind = GroupKind(group: "", kind: "ConfigMap")
  index.beginList(kind)
  #expect(index.endList(kind, resourceVersion: "15") == [])
}

@Test func twoApplicationsThatWantOneObject() throws {
  var index = settled(desired)
  let other = set("store", [configMap("config", ["k": "9"])])
  index.setDesired(other)
  let plan = SyncPlan(other, index: index, request: SyncRequest())
  #expect(plan.isEmpty)
  #expect(
    plan.skipped.map(\.description) == [
      "ConfigMap/web/config: belongs to application shop, which wants it too: remove it from one of the two"
    ])
  #expect(index.status(of: other.owner.label)?.problems.first?.contains("shop") == true)
  // Once the first does not want it any more, the other takes it over, and the first does not prune it.
  index.setDesired(set("shop", [deployment("web")]))
  #expect(
    SyncPlan(other, index: index, request: SyncRequest()).operations.map(\.description) == [
      "update ConfigMap/web/config: is taken over from application shop"
    ])
  #expect(index.extras(of: desired.owner.label).isEmpty)
}

@Test func copiedLabelsAreNoOwnership() {
  var index = settled(desired)
  var copy = live(desired.objects[0], version: 30, uid: "u9")
  copy[at: "metadata", "name"] = "copy"
  #expect(index.observe(copy) == [])
  #expect(index.extras(of: desired.owner.label).isEmpty)
}

struct PruneCase: Sendable, CustomTestStringConvertible {
  let name: String
  var annotation = ""
  var options: [String] = []
  var request = SyncRequest(prune: true)
  var left = [configMap("config", ["k": "1"])]
  let expected: String
  var testDescription: String { name }
}

@Test(arguments: [
  PruneCase(name: "pruned", expected: "prune ConfigMap/web/extra: is not wanted any more"),
  PruneCase(name: "off", request: SyncRequest(prune: false), expected: "ConfigMap/web/extra: is not wanted any more; pruning is off"),
  PruneCase(name: "kept", annotation: "Prune=false", expected: "ConfigMap/web/extra: is not wanted any more; kept because of Prune=false"),
  PruneCase(
    name: "kept by the application", options: ["Prune=false"],
    expected: "ConfigMap/web/extra: is not wanted any more; kept because of Prune=false"),
  PruneCase(
    name: "to be approved", annotation: "Prune=confirm",
    expected: "ConfigMap/web/extra: is not wanted any more; waits for approval (Prune=confirm)"),
  PruneCase(
    name: "approved", annotation: "Prune=confirm", request: SyncRequest(prune: true, confirmed: true),
    expected: "prune ConfigMap/web/extra: is not wanted any more"),
  PruneCase(
    name: "incomplete", left: [configMap("config", ["k": "1"]), 5],
    expected: "ConfigMap/web/extra: is not wanted any more, but not pruned while some manifest cannot be used"),
  PruneCase(
    name: "empty", left: [],
    expected: "held: the application would be left without any object (2 would be deleted): set allowEmpty if that is meant"),
  PruneCase(
    name: "empty and meant", request: SyncRequest(prune: true, allowEmpty: true), left: [],
    expected: "prune ConfigMap/web/extra: is not wanted any more, prune ConfigMap/web/config: is not wanted any more"),
])
func pruning(_ test: PruneCase) {
  let annotations = test.annotation.isEmpty ? [:] : ["argocd.argoproj.io/sync-options": test.annotation]
  let before = set("shop", [configMap("config", ["k": "1"]), configMap("extra", annotations: annotations)])
  var index = settled(before)
  let after = set("shop", test.left, options: test.options)
  index.setDesired(after)
  let plan = SyncPlan(after, index: index, request: test.request)
  let words = plan.operations.map(\.description) + plan.skipped.map(\.description) + (plan.held.map { ["held: \($0)"] } ?? [])
  #expect(words.joined(separator: ", ") == test.expected)
}

@Test func plansGoInStepsWithHooks() {
  let wave: (String) -> [String: String] = { ["argocd.argoproj.io/sync-wave": $0] }
  let hook = yaml("{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}}")
  let desired = set(
    "shop", [deployment("late", annotations: wave("5")), configMap("early", annotations: wave("-1")), deployment("web"), hook],
    options: ["CreateNamespace=true"])
  var index = LiveIndex()
  index.setDesired(desired)
  let plan = SyncPlan(desired, index: index, request: SyncRequest(), assumeEmpty: true)
  #expect(
    plan.steps.map { "\($0.phase) \($0.wave) \($0.operations.map(\.identity.name).joined(separator: ","))" } == [
      "PreSync 0 migrate", "Sync -1 early", "Sync 0 web", "Sync 5 late",
    ])
  #expect(plan.createsNamespace == "web" && plan.summary == "3 to create, 1 hooks to run")
  #expect(SyncPlan(desired, index: index, request: SyncRequest(selection: [identity(web)]), assumeEmpty: true).summary == "1 to create")
}

/// Of a kind one version is watched; an object that is wanted in another one is read in that one before it is compared.
@Test func anotherVersionIsNotCompared() throws {
  let manifest = yaml(
    "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {maxReplicas: 3, metrics: [{type: Resource}]}}")
  let desired = set("shop", [manifest])
  var index = settled(desired)
  let object = try #require(desired.stateObjects.first)
  var other = live(object, version: 11)
  other["apiVersion"] = "autoscaling/v1"
  other["spec"] = ["maxReplicas": 3]
  #expect(kinds(index.observe(other)) == [])
  #expect(index.takeFetches() == [object.identity])
  #expect(index.status(of: desired.owner.label)?.sync == .synced)
  #expect(kinds(index.observe(live(object, version: 11), isBestVersion: true)) == [])
  #expect(index.takeFetches() == [])
  // Where there is no better one, what there is is compared.
  other[at: "metadata", "resourceVersion"] = "12"
  #expect(kinds(index.observe(other, isBestVersion: true)) == ["drifted spec.metrics"])
}
