import Document

/// The roles that every cluster has, as far as clients meet them.
enum BootstrapRoles {
  /// A cluster role with the groups that it is bound to.
  struct Role {
    var name: String
    var groups: [String]
    var rules: [Value]
  }

  private static let everybody = ["system:authenticated", "system:unauthenticated"]
  private static let readVerbs: Value = ["get", "list", "watch"]
  private static let writeVerbs: Value = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
  private static let workloads: Value = [
    "pods", "pods/log", "services", "endpoints", "configmaps", "persistentvolumeclaims", "serviceaccounts", "events",
    "replicationcontrollers", "deployments", "deployments/scale", "statefulsets", "statefulsets/scale", "daemonsets", "replicasets",
    "replicasets/scale", "jobs", "cronjobs", "ingresses", "networkpolicies", "horizontalpodautoscalers", "poddisruptionbudgets",
    "endpointslices",
  ]
  private static let workloadGroups: Value = [
    "", "apps", "batch", "networking.k8s.io", "autoscaling", "policy", "discovery.k8s.io",
  ]

  static let all: [Role] = [
    Role(
      name: "cluster-admin", groups: ["system:masters"],
      rules: [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]], ["verbs": ["*"], "nonResourceURLs": ["*"]]]),
    Role(
      name: "system:basic-user", groups: ["system:authenticated"],
      rules: [
        [
          "verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
          "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        ], ["verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]],
      ]),
    Role(
      name: "system:discovery", groups: ["system:authenticated"],
      rules: [
        [
          "verbs": ["get"],
          "nonResourceURLs": [
            "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/",
          ],
        ]
      ]),
    Role(
      name: "system:public-info-viewer", groups: everybody,
      rules: [["verbs": ["get"], "nonResourceURLs": ["/healthz", "/livez", "/readyz", "/version", "/version/"]]]),
    Role(
      name: "system:service-account-issuer-discovery", groups: ["system:serviceaccounts"],
      rules: [
        [
          "verbs": ["get"],
          "nonResourceURLs": [
            "/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks", "/openid/v1/jwks/",
          ],
        ]
      ]),
    // Kubernetes puts the next three together from many smaller roles; here they name the usual kinds.
    Role(
      name: "admin", groups: [],
      rules: [
        ["verbs": writeVerbs, "apiGroups": workloadGroups, "resources": workloads],
        ["verbs": writeVerbs, "apiGroups": [""], "resources": ["secrets"]],
        ["verbs": writeVerbs, "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"]],
        ["verbs": readVerbs, "apiGroups": [""], "resources": ["namespaces"]],
      ]),
    Role(
      name: "edit", groups: [],
      rules: [
        ["verbs": writeVerbs, "apiGroups": workloadGroups, "resources": workloads],
        ["verbs": writeVerbs, "apiGroups": [""], "resources": ["secrets"]],
        ["verbs": readVerbs, "apiGroups": [""], "resources": ["namespaces"]],
      ]),
    Role(
      name: "view", groups: [],
      rules: [
        ["verbs": readVerbs, "apiGroups": workloadGroups, "resources": workloads],
        ["verbs": readVerbs, "apiGroups": [""], "resources": ["namespaces"]],
      ]),
  ]
}

extension SimulatedCluster {
  /// Stores the built-in roles and those of the accounts that the settings name.
  mutating func seedAccess() {
    for role in BootstrapRoles.all {
      seedRole(role.name, role.rules, subjects: role.groups.map { subject("Group", $0) }, namespace: nil, isBuiltIn: true)
    }
    for account in settings.accounts where account.mayImpersonateItself {
      let itself: Value = [
        "verbs": ["impersonate"], "apiGroups": [""], "resources": ["users"], "resourceNames": [.string(account.user)],
      ]
      seedRole(
        "simulator:\(account.user):itself", [itself], subjects: [subject("User", account.user)], namespace: nil, isBuiltIn: false)
    }
    for account in settings.accounts {
      for namespace in account.namespaces.isEmpty ? [nil] : account.namespaces.map(Optional.some) {
        for role in account.roles {
          seedBinding(
            "simulator:\(account.user):\(role)", of: role, kind: "ClusterRole", subjects: [subject("User", account.user)],
            namespace: namespace)
        }
      }
    }
    for account in settings.accounts where !account.rules.isEmpty {
      let rules = account.rules.map { rule -> Value in
        func list(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }
        var value: Value = ["verbs": list(rule.verbs), "apiGroups": list(rule.apiGroups), "resources": list(rule.resources)]
        if !rule.resourceNames.isEmpty { value["resourceNames"] = list(rule.resourceNames) }
        return value
      }
      for namespace in account.namespaces.isEmpty ? [nil] : account.namespaces.map(Optional.some) {
        seedRole(
          "simulator:\(account.user)", rules, subjects: [subject("User", account.user)], namespace: namespace, isBuiltIn: false)
      }
    }
    readGrants()
  }

  private func subject(_ kind: String, _ name: String) -> Value {
    ["kind": .string(kind), "apiGroup": .string(SimulatedCluster.accessGroup), "name": .string(name)]
  }

  private mutating func seedRole(_ name: String, _ rules: [Value], subjects: [Value], namespace: String?, isBuiltIn: Bool) {
    let group = SimulatedCluster.accessGroup
    let manager = Writer(manager: "kube-apiserver", subresource: "")
    var metadata: Value = ["name": .string(name)]
    if isBuiltIn {
      metadata["annotations"] = ["rbac.authorization.kubernetes.io/autoupdate": "true"]
      metadata["labels"] = ["kubernetes.io/bootstrapping": "rbac-defaults"]
    }
    let prefix = namespace == nil ? "Cluster" : ""
    seedNamespace(namespace)
    _ = try? createObject(
      [
        "apiVersion": .string("\(group)/v1"), "kind": .string("\(prefix)Role"), "metadata": metadata, "rules": .array(rules),
      ], resourceOf(group, "\(prefix.lowercased())roles"), namespace: namespace ?? "", writer: manager)
    guard !subjects.isEmpty else { return }
    seedBinding(name, of: name, kind: "\(prefix)Role", subjects: subjects, namespace: namespace, metadata: metadata)
  }

  private mutating func seedBinding(
    _ name: String, of role: String, kind: String, subjects: [Value], namespace: String?, metadata: Value? = nil
  ) {
    let group = SimulatedCluster.accessGroup
    let prefix = namespace == nil ? "Cluster" : ""
    seedNamespace(namespace)
    _ = try? createObject(
      [
        "apiVersion": .string("\(group)/v1"), "kind": .string("\(prefix)RoleBinding"), "metadata": metadata ?? ["name": .string(name)],
        "roleRef": ["apiGroup": .string(group), "kind": .string(kind), "name": .string(role)], "subjects": .array(subjects),
      ], resourceOf(group, "\(prefix.lowercased())rolebindings"), namespace: namespace ?? "",
      writer: Writer(manager: "kube-apiserver", subresource: ""))
  }

  private mutating func seedNamespace(_ namespace: String?) {
    guard let namespace, store.get(ResourceKey(group: "", plural: "namespaces"), "", namespace) == nil else { return }
    _ = try? createObject(
      ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]], resourceOf("", "namespaces"), namespace: "",
      writer: Writer(manager: "kube-apiserver", subresource: ""))
  }
}
