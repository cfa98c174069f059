import Document

extension Health {
  /// The health of one live object.
  ///
  /// Built-in kinds are judged as Argo CD judges them, each in its file under `Kinds/`; every other object by the conditions that
  /// controllers agree upon (``assessConditions(_:)``). Pure: it depends on nothing but the object.
  public static func assess(_ object: Value) -> Health {
    if object[at: "metadata", "annotations", "argocd.argoproj.io/ignore-healthcheck"]?.stringValue == "true" { return Health(.healthy) }
    if let deletion = assessDeletion(object) { return deletion }
    guard let type = object.groupVersionKind else { return Health(.unknown, "the object has no apiVersion or kind") }
    if let check = builtIn[type.groupKind] ?? ecosystem[type.groupKind] { return check(object) }
    if isCrossplane(type.group) { return crossplane(object) }
    return assessConditions(object)
  }

  /// Whether the whole object is needed to tell its health: not so for kinds that are healthy by being there.
  public static func isTrivial(_ kind: GroupKind) -> Bool { withoutHealth.contains(kind) }

  /// An object on its way out is Progressing; one that waits for finalizers says for which.
  private static func assessDeletion(_ object: Value) -> Health? {
    guard object[at: "metadata", "deletionTimestamp"]?.stringValue != nil else { return nil }
    let finalizers = (object[at: "metadata", "finalizers"]?.arrayValue ?? []).compactMap(\.stringValue)
    guard finalizers.isEmpty else {
      return Health(.progressing, "is being deleted, waiting for finalizer \(finalizers.joined(separator: ", "))")
    }
    // What keeps a namespace stands in its conditions: what it still holds, and whose finalizers.
    let rest = [
      "NamespaceFinalizersRemaining", "NamespaceContentRemaining", "NamespaceDeletionContentFailure", "NamespaceDeletionDiscoveryFailure",
    ]
    let reasons = rest.compactMap { object.condition($0) }.filter { $0.status == "True" && !$0.text.isEmpty }
    guard let reason = reasons.first else { return Health(.progressing, "is being deleted") }
    return Health(.progressing, "is being deleted: \(reason.text)")
  }

  private static let builtIn: [GroupKind: @Sendable (Value) -> Health] = [
    GroupKind(group: "apps", kind: "Deployment"): deployment,
    GroupKind(group: "apps", kind: "StatefulSet"): statefulSet,
    GroupKind(group: "apps", kind: "ReplicaSet"): replicaSet,
    GroupKind(group: "apps", kind: "DaemonSet"): daemonSet,
    GroupKind(group: "networking.k8s.io", kind: "Ingress"): ingress,
    GroupKind(group: "extensions", kind: "Ingress"): ingress,
    GroupKind(group: "apiregistration.k8s.io", kind: "APIService"): apiService,
    GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"): customResourceDefinition,
    GroupKind(group: "", kind: "Service"): service,
    GroupKind(group: "", kind: "PersistentVolumeClaim"): persistentVolumeClaim,
    GroupKind(group: "", kind: "Pod"): pod,
    GroupKind(group: "", kind: "Namespace"): namespace,
    GroupKind(group: "batch", kind: "Job"): job,
    GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler"): horizontalPodAutoscaler,
  ]

  /// Kinds of the ecosystem whose conditions alone would mislead.
  private static let ecosystem: [GroupKind: @Sendable (Value) -> Health] = [
    GroupKind(group: "argoproj.io", kind: "Rollout"): rollout,
    GroupKind(group: "argoproj.io", kind: "Workflow"): workflow,
    GroupKind(group: "flagger.app", kind: "Canary"): canary,
    GroupKind(group: "kustomize.toolkit.fluxcd.io", kind: "Kustomization"): flux,
    GroupKind(group: "helm.toolkit.fluxcd.io", kind: "HelmRelease"): flux,
    GroupKind(group: "source.toolkit.fluxcd.io", kind: "GitRepository"): flux,
    GroupKind(group: "source.toolkit.fluxcd.io", kind: "HelmRepository"): flux,
    GroupKind(group: "source.toolkit.fluxcd.io", kind: "HelmChart"): flux,
    GroupKind(group: "source.toolkit.fluxcd.io", kind: "OCIRepository"): flux,
    GroupKind(group: "source.toolkit.fluxcd.io", kind: "Bucket"): flux,
    GroupKind(group: "cert-manager.io", kind: "Certificate"): certificate,
    GroupKind(group: "cluster.x-k8s.io", kind: "Cluster"): clusterAPICluster,
  ]

  private static let withoutHealth: Set<GroupKind> = {
    let names: [String: [String]] = [
      "": ["ConfigMap", "Secret", "ServiceAccount", "LimitRange", "ResourceQuota", "Endpoints", "PodTemplate"],
      "rbac.authorization.k8s.io": ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
      "networking.k8s.io": ["NetworkPolicy", "IngressClass"],
      "scheduling.k8s.io": ["PriorityClass"],
      "storage.k8s.io": ["StorageClass", "CSIDriver", "VolumeAttributesClass"],
      "node.k8s.io": ["RuntimeClass"],
      "admissionregistration.k8s.io": [
        "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicyBinding",
        "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
      ],
    ]
    return Set(names.flatMap { group, kinds in kinds.map { GroupKind(group: group, kind: $0) } })
  }()
}

extension Value {
  /// The first condition of a type in `status.conditions`.
  func condition(_ type: String) -> Condition? {
    conditions.first { $0.type == type }
  }

  /// All conditions in `status.conditions`.
  var conditions: [Condition] {
    (self[at: "status", "conditions"]?.arrayValue ?? []).map { condition in
      Condition(
        type: condition["type"]?.stringValue ?? "", status: condition["status"]?.stringValue ?? "",
        reason: condition["reason"]?.stringValue ?? "", message: condition["message"]?.stringValue ?? "",
        observedGeneration: condition["observedGeneration"]?.intValue)
    }
  }

  /// Whether a controller reported about the newest generation; true when the object keeps no such account.
  var isObserved: Bool {
    guard let generation = self[at: "metadata", "generation"]?.intValue else { return true }
    guard let observed = self[at: "status", "observedGeneration"]?.intValue else { return true }
    return observed >= generation
  }

  /// An integer at a path; zero where there is none.
  func count(_ path: String...) -> Int64 { self[path]?.intValue ?? 0 }
}

/// A condition of an object's status.
struct Condition {
  var type: String
  var status: String
  var reason: String
  var message: String
  var observedGeneration: Int64?

  /// The message, or the reason where there is none.
  var text: String { message.isEmpty ? reason : message }
}
