import Document
import Testing

@testable import Syncing

private let refused: [(String, String)] = [
  ("5", "is a number, not a Kubernetes object"),
  ("{kind: ConfigMap, metadata: {name: a}}", "has no apiVersion; every Kubernetes object needs apiVersion, kind and metadata.name"),
  ("{apiVersion: v1, metadata: {name: a}}", "has no kind; every Kubernetes object needs apiVersion, kind and metadata.name"),
  ("{apiVersion: v1, kind: ConfigMap}", "has no metadata"),
  ("{apiVersion: v1, kind: ConfigMap, metadata: {}}", "has no metadata.name"),
  ("{apiVersion: batch/v1, kind: Job, metadata: {generateName: a-}}", "has only a generateName, which cannot be tracked: give it a name"),
]

@Test(arguments: refused)
func manifestsThatCannotBeUsed(_ manifest: String, _ message: String) {
  let desired = set("shop", [yaml(manifest), configMap("fine")])
  #expect(desired.problems.map(\.message) == [message])
  #expect(desired.isIncomplete)
  #expect(desired.objects.map(\.identity.name) == ["fine"])
}

@Test(arguments: [
  ("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", "ConfigMap/web/a"),
  ("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: other}}", "ConfigMap/other/a"),
  ("{apiVersion: v1, kind: Namespace, metadata: {name: a, namespace: web}}", "Namespace/a"),
  ("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}}", "rbac.authorization.k8s.io/ClusterRole/a"),
  ("{apiVersion: a.example.com/v1, kind: Widget, metadata: {name: a}}", "a.example.com/Widget/web/a"),
])
func places(_ manifest: String, _ identity: String) {
  #expect(set("shop", [yaml(manifest)]).objects.map(\.identity.description) == [identity])
}

@Test func kindsDefinedInTheSetHaveTheirScope() {
  let definition = yaml(
    "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: g}, spec: {group: a.example.com, names: {kind: Gadget}, scope: Cluster}}"
  )
  let gadget = yaml("{apiVersion: a.example.com/v1, kind: Gadget, metadata: {name: a}}")
  #expect(set("shop", [definition, gadget]).objects.map(\.identity.description).contains("a.example.com/Gadget/a"))
}

@Test func manifestsAreNormalisedAndStamped() throws {
  let secret = yaml(
    """
    {apiVersion: v1, kind: Secret, metadata: {name: s, uid: x, resourceVersion: '5', creationTimestamp: null, labels: {a: 1, b: true, c: null},
    annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}}, stringData: {user: admin}, data: {k: dmFsdWU=}, status: {x: 1}}
    """)
  let object = try #require(set("shop", [secret]).objects.first)
  #expect(
    object.manifest
      == [
        "apiVersion": "v1", "kind": "Secret",
        "metadata": [
          "name": "s", "namespace": "web", "labels": ["a": "1", "b": "true", "flotilla.dev/application-id": .string(owner("shop").label)],
          "annotations": ["flotilla.dev/tracking-id": "shop:/Secret:web/s"],
        ], "data": ["user": "YWRtaW4=", "k": "dmFsdWU="],
      ])
}

@Test func digestsFollowTheContent() {
  let one = set("shop", [configMap("a", ["k": "1"]), configMap("b")])
  #expect(one.digest == set("shop", [configMap("b"), configMap("a", ["k": "1"])]).digest)
  #expect(one.digest != set("shop", [configMap("a", ["k": "2"]), configMap("b")]).digest)
  #expect(one.digest != set("store", [configMap("a", ["k": "1"]), configMap("b")]).digest)
}

@Test func labelsFitAndKeep() {
  let label = owner("shop").label
  #expect(label.count == 20 && label.allSatisfy { $0.isHexDigit && !$0.isUppercase })
  #expect(Owner(id: owner("shop").id, name: "renamed").label == label)
  #expect(owner("shop2").label != label)
}

@Test(arguments: [
  ("{}", Claim.none),
  (
    "{labels: {flotilla.dev/application-id: abc}, annotations: {flotilla.dev/tracking-id: 'shop:/ConfigMap:web/a'}}",
    .flotilla(label: "abc", application: "shop")
  ),
  ("{labels: {flotilla.dev/application-id: abc}, annotations: {flotilla.dev/tracking-id: 'shop:/Service:web/a'}}", .copied(label: "abc")),
  ("{labels: {flotilla.dev/application-id: abc}}", .copied(label: "abc")),
  ("{annotations: {argocd.argoproj.io/tracking-id: 'old:/ConfigMap:web/a'}}", .argoCD(application: "old")),
  ("{annotations: {meta.helm.sh/release-name: rel}}", .helm(release: "rel")),
])
func claims(_ metadata: String, _ expected: Claim) {
  var object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": yaml(metadata)]
  object[at: "metadata", "name"] = "a"
  object[at: "metadata", "namespace"] = "web"
  #expect(Tracking.claim(on: object) == expected)
}

@Test func syncOptionsAreReadAndReported() {
  let options = SyncOptions([
    "Prune=false", " CreateNamespace=true", "PrunePropagationPolicy=background", "ServerSideApply=false", "Prun=false",
  ])
  #expect(options.prune == .never && options.createNamespace && options.propagation == .background)
  #expect(options.unsupported == ["ServerSideApply=false"] && options.unknown == ["Prun=false"])
  let desired = set(
    "shop", [configMap("a", annotations: ["argocd.argoproj.io/sync-options": "Prune=confirm,Nonsense=1"])], options: ["Delete=false"])
  #expect(desired.objects[0].options.prune == .confirm && desired.objects[0].options.delete == .never)
  #expect(desired.problems.map(\.message) == ["unknown sync option Nonsense=1"] && !desired.isIncomplete)
}
