import Simulator
import Testing

/// The everyday commands of kubectl against one simulated cluster, each judged by what it prints.
@Suite(.enabled(if: Kubectl.path != nil, "kubectl is not installed"))
struct KubectlTests {
  /// One command line with what must, and must not, come out.
  struct Step: Sendable {
    var arguments: [String]
    var status: Int32 = 0
    var prints: [String] = []
    var lacks: [String] = []
    var complains: [String] = []
  }

  private static func manifest(image: String, colour: String) -> String {
    """
    apiVersion: v1
    kind: Namespace
    metadata: {name: shop}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop, labels: {app: web}}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: "\(image)", ports: [{containerPort: 80}]}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {selector: {app: web}, ports: [{port: 80}]}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: shop}
    data: {colour: \(colour)}
    """
  }

  private static let definition = """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: boats.harbour.example.com}
    spec:
      group: harbour.example.com
      scope: Namespaced
      names: {plural: boats, singular: boat, kind: Boat, listKind: BoatList}
      versions:
      - name: v1
        served: true
        storage: true
        additionalPrinterColumns: [{name: Length, type: integer, jsonPath: .spec.length}]
        schema:
          openAPIV3Schema:
            type: object
            properties: {spec: {type: object, properties: {length: {type: integer, maximum: 400}}}}
    """

  private static let boat = """
    apiVersion: harbour.example.com/v1
    kind: Boat
    metadata: {name: dinghy, namespace: shop}
    spec: {length: 3}
    """

  private static func steps(_ first: String, _ second: String, _ definition: String, _ boat: String) -> [Step] {
    [
      Step(
        arguments: ["apply", "--server-side", "-f", first],
        prints: ["namespace/shop serverside-applied", "deployment.apps/web serverside-applied", "configmap/settings serverside-applied"]),
      Step(arguments: ["apply", "--server-side", "-f", first], prints: ["service/web serverside-applied"]),
      Step(
        arguments: ["wait", "--for=condition=Available", "deployment/web", "-n", "shop", "--timeout=10s"],
        prints: ["deployment.apps/web condition met"]),
      Step(
        arguments: ["get", "deployments,services,configmaps", "-n", "shop"],
        prints: ["NAME", "READY", "UP-TO-DATE", "deployment.apps/web", "2/2", "service/web", "ClusterIP", "80/TCP", "configmap/settings"]),
      Step(arguments: ["get", "deployment", "web", "-n", "shop", "-o", "wide"], prints: ["CONTAINERS", "nginx:1.27", "app=web"]),
      Step(arguments: ["get", "deploy", "web", "-n", "shop", "-o", "jsonpath={.status.readyReplicas}"], prints: ["2"]),
      Step(arguments: ["get", "cm", "-A", "-l", "app=none"], complains: ["No resources found"]),
      Step(
        arguments: ["get", "configmap", "nosuch", "-n", "shop"], status: 1,
        complains: ["Error from server (NotFound): configmaps \"nosuch\" not found"]),
      Step(
        arguments: ["describe", "deployment", "web", "-n", "shop"],
        prints: ["Name:                   web", "2 desired | 2 updated | 2 total | 2 available", "NewReplicaSetAvailable"]),
      Step(arguments: ["diff", "--server-side", "-f", first]),
      Step(
        arguments: ["diff", "--server-side", "-f", second], status: 1, prints: ["-  colour: red", "+  colour: blue", "nginx:1.28"]),
      Step(
        arguments: ["apply", "--server-side", "--dry-run=server", "-f", second],
        prints: ["configmap/settings serverside-applied (server dry run)"]),
      Step(arguments: ["get", "cm", "settings", "-n", "shop", "-o", "yaml"], prints: ["colour: red"]),
      Step(
        arguments: ["apply", "--server-side", "--field-manager=other", "-f", second], status: 1,
        complains: ["conflict with \"kubectl\": .data.colour"]),
      Step(
        arguments: ["apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", second],
        prints: ["configmap/settings serverside-applied"]),
      Step(arguments: ["rollout", "status", "deployment/web", "-n", "shop", "--timeout=10s"], prints: ["successfully rolled out"]),
      Step(arguments: ["scale", "deployment/web", "-n", "shop", "--replicas=3"], prints: ["deployment.apps/web scaled"]),
      Step(arguments: ["explain", "deployment.spec.strategy"], prints: ["KIND:       Deployment", "rollingUpdate", "type\t<string>"]),
      Step(arguments: ["apply", "--server-side", "-f", definition], prints: ["boats.harbour.example.com serverside-applied"]),
      Step(
        arguments: ["wait", "--for=condition=Established", "crd/boats.harbour.example.com", "--timeout=10s"], prints: ["condition met"]),
      Step(arguments: ["apply", "--server-side", "-f", boat], prints: ["boat.harbour.example.com/dinghy serverside-applied"]),
      Step(arguments: ["get", "boats", "-n", "shop"], prints: ["NAME     LENGTH", "dinghy   3"]),
      Step(
        arguments: ["patch", "boat", "dinghy", "-n", "shop", "--type=merge", "-p", "{\"spec\":{\"length\":900}}"], status: 1,
        complains: ["spec.length in body should be less than or equal to 400"]),
      Step(
        arguments: ["get", "secrets", "-n", "shop", "--as", "reader"], status: 1,
        complains: [
          "Error from server (Forbidden): secrets is forbidden: User \"reader\" cannot list resource \"secrets\" in API group \"\" in the namespace \"shop\""
        ]),
      Step(arguments: ["get", "configmaps", "-n", "shop", "--as", "reader"], prints: ["settings"]),
      Step(arguments: ["delete", "boat", "dinghy", "-n", "shop"], prints: ["boat.harbour.example.com \"dinghy\" deleted"]),
      Step(arguments: ["delete", "crd", "boats.harbour.example.com"], prints: ["deleted"]),
      Step(arguments: ["get", "boats", "-n", "shop"], status: 1, complains: ["the server could not find the requested resource"]),
      Step(arguments: ["delete", "namespace", "shop", "--timeout=10s"], prints: ["namespace \"shop\" deleted"]),
      Step(arguments: ["get", "namespaces"], prints: ["default", "kube-system"], lacks: ["shop"]),
    ]
  }

  /// What people try on a cluster whose workloads make pods.
  private static func podSteps(_ first: String) -> [Step] {
    [
      Step(arguments: ["get", "nodes"], prints: ["simulated-node", "Ready"]),
      Step(arguments: ["describe", "node", "simulated-node"], prints: ["KubeletReady", "HolderIdentity:  simulated-node"]),
      // `create` and `auth` send protobuf.
      Step(arguments: ["create", "namespace", "shop"], prints: ["namespace/shop created"]),
      Step(arguments: ["create", "configmap", "made", "--from-literal=a=b", "-n", "shop"], prints: ["configmap/made created"]),
      Step(arguments: ["create", "secret", "generic", "key", "--from-literal=a=b", "-n", "shop"], prints: ["secret/key created"]),
      Step(arguments: ["get", "secret", "key", "-n", "shop", "-o", "jsonpath={.data.a}"], prints: ["Yg=="]),
      Step(arguments: ["create", "serviceaccount", "robot", "-n", "shop"], prints: ["serviceaccount/robot created"]),
      Step(arguments: ["create", "token", "robot", "-n", "shop"], prints: ["eyJ"]),
      Step(
        arguments: ["create", "role", "r", "--verb=get", "--resource=pods", "-n", "shop"],
        prints: ["role.rbac.authorization.k8s.io/r created"]),
      Step(
        arguments: ["create", "ingress", "web", "--rule=a.example/=web:80", "-n", "shop"], prints: ["ingress.networking.k8s.io/web created"]
      ),
      Step(arguments: ["get", "ingress", "web", "-n", "shop"], prints: ["a.example"]),
      Step(arguments: ["auth", "can-i", "create", "pods", "-n", "shop"], prints: ["yes"]),
      Step(arguments: ["auth", "can-i", "create", "pods", "-n", "shop", "--as", "nobody"], status: 1, prints: ["no"]),
      Step(arguments: ["auth", "can-i", "--list", "-n", "shop"], prints: ["*.*"]),
      Step(arguments: ["auth", "whoami"], prints: ["Username    admin"]),
      Step(arguments: ["apply", "--server-side", "-f", first], prints: ["deployment.apps/web serverside-applied"]),
      Step(arguments: ["rollout", "status", "deployment/web", "-n", "shop", "--timeout=10s"], prints: ["successfully rolled out"]),
      Step(
        arguments: ["wait", "--for=condition=Ready", "pod", "-l", "app=web", "-n", "shop", "--timeout=10s"], prints: ["condition met"]),
      Step(
        arguments: ["get", "all", "-n", "shop"],
        prints: ["pod/web-", "1/1     Running", "replicaset.apps/web-", "deployment.apps/web   2/2"]),
      Step(arguments: ["describe", "deployment", "web", "-n", "shop"], prints: ["NewReplicaSet:   web-", "(2/2 replicas created)"]),
      Step(arguments: ["describe", "pods", "-n", "shop"], prints: ["Controlled By:  ReplicaSet/web-", "Running"]),
      Step(arguments: ["describe", "service", "web", "-n", "shop"], prints: ["Endpoints:                10.244."]),
      Step(arguments: ["set", "image", "deployment/web", "web=nginx:1.29", "-n", "shop"], prints: ["image updated"]),
      Step(arguments: ["rollout", "status", "deployment/web", "-n", "shop", "--timeout=10s"], prints: ["successfully rolled out"]),
      Step(arguments: ["rollout", "history", "deployment/web", "-n", "shop"], prints: ["1         <none>", "2         <none>"]),
      Step(arguments: ["rollout", "undo", "deployment/web", "-n", "shop"], prints: ["rolled back"]),
      Step(arguments: ["rollout", "status", "deployment/web", "-n", "shop", "--timeout=10s"], prints: ["successfully rolled out"]),
      Step(arguments: ["get", "deployment", "web", "-n", "shop", "-o", "wide"], prints: ["nginx:1.27"]),
      Step(arguments: ["rollout", "restart", "deployment/web", "-n", "shop"], prints: ["restarted"]),
      // While pods are replaced, the one that kubectl picks may be gone when it asks for its log.
      Step(arguments: ["rollout", "status", "deployment/web", "-n", "shop", "--timeout=10s"], prints: ["successfully rolled out"]),
      Step(arguments: ["logs", "deployment/web", "-n", "shop"], prints: ["(simulated: "]),
      Step(
        arguments: ["exec", "deployment/web", "-n", "shop", "--", "ls"], status: 1,
        complains: ["the simulated cluster runs no containers: exec is not possible"]),
      Step(arguments: ["top", "pods", "-n", "shop"], status: 1, complains: ["Metrics API not available"]),
      Step(arguments: ["delete", "deployment", "web", "-n", "shop", "--cascade=foreground"], prints: ["deleted"]),
      Step(arguments: ["wait", "--for=delete", "pod", "-l", "app=web", "-n", "shop", "--timeout=10s"]),
      Step(arguments: ["get", "pods,rs", "-n", "shop"], lacks: ["web-"], complains: ["No resources found in shop namespace."]),
    ]
  }

  @Test func podsAndWhatMakesThem() async throws {
    try await SimulatorServer.with([SimulatedClusterSettings(name: "one", readyAfter: .milliseconds(100), makesPods: true)]) { simulator in
      let kubectl = try Kubectl(server: simulator["one"]?.url ?? "")
      defer { kubectl.remove() }
      let first = try kubectl.write(KubectlTests.manifest(image: "nginx:1.27", colour: "red"), as: "first.yaml")
      try await KubectlTests.run(KubectlTests.podSteps(first), kubectl)
    }
  }

  private static func run(_ steps: [Step], _ kubectl: Kubectl) async throws {
    for step in steps {
      let result = try await kubectl.run(step.arguments)
      let line = "kubectl " + step.arguments.joined(separator: " ")
      #expect(result.status == step.status, "\(line): \(result.output)\(result.errors)")
      for text in step.prints { #expect(result.output.contains(text), "\(line) prints \(text): \(result.output)\(result.errors)") }
      for text in step.lacks { #expect(!result.output.contains(text), "\(line) does not print \(text): \(result.output)") }
      for text in step.complains { #expect(result.errors.contains(text), "\(line) says \(text): \(result.errors)") }
    }
  }

  @Test func everydayCommands() async throws {
    let reader = SimulatedAccount(
      user: "reader", token: "readers-token", rules: [.init(resources: ["configmaps"], verbs: ["get", "list", "watch"])])
    try await SimulatorServer.with([SimulatedClusterSettings(name: "one", accounts: [reader])]) { simulator in
      let kubectl = try Kubectl(server: simulator["one"]?.url ?? "")
      defer { kubectl.remove() }
      let steps = KubectlTests.steps(
        try kubectl.write(KubectlTests.manifest(image: "nginx:1.27", colour: "red"), as: "first.yaml"),
        try kubectl.write(KubectlTests.manifest(image: "nginx:1.28", colour: "blue"), as: "second.yaml"),
        try kubectl.write(KubectlTests.definition, as: "definition.yaml"), try kubectl.write(KubectlTests.boat, as: "boat.yaml"))
      try await KubectlTests.run(steps, kubectl)
    }
  }
}
