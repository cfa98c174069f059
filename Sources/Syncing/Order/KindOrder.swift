/// The order of kinds within a wave, as Argo CD and Helm know it: what others need comes first.
public enum KindOrder {
  private static let kinds = [
    "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy", "PodDisruptionBudget", "ServiceAccount", "Secret",
    "SecretList", "ConfigMap", "StorageClass", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition", "ClusterRole",
    "ClusterRoleList", "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList", "Service",
    "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment", "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob",
    "IngressClass", "Ingress", "APIService",
  ]

  private static let ranks: [String: Int] = {
    var ranks: [String: Int] = [:]
    for (index, kind) in kinds.enumerated() { ranks[kind] = index - kinds.count }
    return ranks
  }()

  /// -35 for a Namespace to -1 for an APIService, 0 for every other kind.
  public static func rank(of kind: String) -> Int { ranks[kind] ?? 0 }
}
