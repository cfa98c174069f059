import Document

/// Which fields Go prints although they are empty.
///
/// The API server's types are Go structures: a nested structure that is no pointer is printed as `{}` whatever `omitempty` says, and
/// a plain number, text or truth value with `omitempty` is left out when it is zero. The published schema does not tell pointers
/// from values, so both lists are kept here.
enum GoZeroValues {
  /// Nested structures that are always there, by type name.
  static let structures: [String: [String]] = [
    "Deployment": ["metadata", "spec", "status"], "StatefulSet": ["metadata", "spec", "status"],
    "DaemonSet": ["metadata", "spec", "status"], "ReplicaSet": ["metadata", "spec", "status"],
    "ReplicationController": ["metadata", "spec", "status"], "Job": ["metadata", "spec", "status"],
    "CronJob": ["metadata", "spec", "status"], "Pod": ["metadata", "spec", "status"], "Service": ["metadata", "spec", "status"],
    "PersistentVolumeClaim": ["metadata", "spec", "status"], "PersistentVolume": ["metadata", "spec", "status"],
    "Node": ["metadata", "spec", "status"], "Namespace": ["metadata", "spec", "status"], "Ingress": ["metadata", "spec", "status"],
    "HorizontalPodAutoscaler": ["metadata", "spec", "status"], "PodDisruptionBudget": ["metadata", "spec", "status"],
    "CustomResourceDefinition": ["metadata", "spec", "status"], "ResourceQuota": ["metadata", "spec", "status"],
    "APIService": ["metadata", "spec", "status"], "FlowSchema": ["metadata", "spec", "status"],
    "PriorityLevelConfiguration": ["metadata", "spec", "status"], "CertificateSigningRequest": ["metadata", "spec", "status"],
    "VolumeAttachment": ["metadata", "spec", "status"], "NetworkPolicy": ["metadata", "spec"], "LimitRange": ["metadata", "spec"],
    "ValidatingAdmissionPolicy": ["metadata", "spec", "status"], "Lease": ["metadata", "spec"], "IngressClass": ["metadata", "spec"],
    "CSIDriver": ["metadata", "spec"], "CSINode": ["metadata", "spec"], "PodTemplate": ["metadata", "template"],
    "ServiceCIDR": ["metadata", "spec", "status"], "Scale": ["metadata", "spec", "status"],
    "ValidatingAdmissionPolicyBinding": ["metadata", "spec"], "RoleBinding": ["metadata", "roleRef"],
    "ClusterRoleBinding": ["metadata", "roleRef"], "Event": ["metadata", "involvedObject", "source"],
    "DeploymentSpec": ["strategy", "template"], "StatefulSetSpec": ["updateStrategy", "template"],
    "DaemonSetSpec": ["updateStrategy", "template"], "ReplicaSetSpec": ["template"], "JobSpec": ["template"],
    "CronJobSpec": ["jobTemplate"], "JobTemplateSpec": ["metadata", "spec"], "PodTemplateSpec": ["metadata", "spec"],
    "Container": ["resources"], "EphemeralContainer": ["resources"], "PersistentVolumeClaimSpec": ["resources"],
    "PersistentVolumeClaimTemplate": ["metadata", "spec"], "ServiceStatus": ["loadBalancer"], "IngressStatus": ["loadBalancer"],
    "NodeStatus": ["daemonEndpoints", "nodeInfo"], "NodeDaemonEndpoints": ["kubeletEndpoint"],
    "ContainerStatus": ["lastState", "state"], "CustomResourceDefinitionSpec": ["names"],
    "CustomResourceDefinitionStatus": ["acceptedNames"], "NetworkPolicySpec": ["podSelector"],
    "PodAffinityTerm": [], "WeightedPodAffinityTerm": ["podAffinityTerm"], "VolumeAttachmentSpec": ["source"],
  ]

  /// Fields that are left out when zero: values, not pointers, with `omitempty`.
  static func omitsZero(_ field: SchemaType.Field) -> Bool {
    !field.required && plainValues.contains(field.name)
  }

  private static let plainValues: Set<String> = [
    "hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "readOnly", "paused", "publishNotReadyAddresses",
    "unschedulable", "minReadySeconds", "nodePort", "containerPort", "hostPort", "initialDelaySeconds", "timeoutSeconds", "periodSeconds",
    "successThreshold", "failureThreshold", "observedGeneration", "generation", "updatedReplicas", "readyReplicas", "currentReplicas",
    "unavailableReplicas", "fullyLabeledReplicas", "updatedNumberScheduled", "numberAvailable", "numberUnavailable",
    "active", "succeeded", "failed", "healthCheckNodePort", "preserveUnknownFields", "disruptedPods", "globalDefault",
  ]

  /// Texts that are pointers, so that an empty one is kept.
  static let pointerTexts: Set<String> = [
    "storageClassName", "clusterName", "type", "divisor", "holderIdentity", "volumeAttributesClassName", "runtimeClassName",
    "ingressClassName",
  ]

  /// The JSON of a structure that nothing was written into.
  static func empty(_ schema: Schema) -> Value {
    guard case .object(let fields, _, _) = schema.shape else { return .null }
    let always = structures[schema.type.name] ?? []
    var members: [Member] = []
    for field in fields {
      if always.contains(field.name) || (field.name == "metadata" && schema.at(field.type).type.name == "ObjectMeta") {
        members.append(Member(key: field.name, value: empty(schema.at(field.type))))
      } else if field.required {
        members.append(Member(key: field.name, value: .null))
      }
    }
    return .object(Object(sortedMembers: members))
  }
}
