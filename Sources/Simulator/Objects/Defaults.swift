import Document

/// The defaults that the API server writes into built-in objects.
enum Defaults {
  static func apply(to object: inout Value, resource: ResourceType) {
    switch resource.group + "/" + resource.kind {
    case "apps/Deployment":
      edit(&object, "spec") { spec in
        spec.fill("progressDeadlineSeconds", 600)
        spec.fill("replicas", 1)
        spec.fill("revisionHistoryLimit", 10)
        edit(&spec, "strategy") { strategy in
          strategy.fill("type", "RollingUpdate")
          guard strategy["type"] == "RollingUpdate" else { return }
          edit(&strategy, "rollingUpdate") { rolling in
            rolling.fill("maxSurge", "25%")
            rolling.fill("maxUnavailable", "25%")
          }
        }
        template(&spec)
      }
    case "apps/StatefulSet":
      edit(&object, "spec") { spec in
        spec.fill("podManagementPolicy", "OrderedReady")
        spec.fill("replicas", 1)
        spec.fill("revisionHistoryLimit", 10)
        edit(&spec, "persistentVolumeClaimRetentionPolicy") { policy in
          policy.fill("whenDeleted", "Retain")
          policy.fill("whenScaled", "Retain")
        }
        edit(&spec, "updateStrategy") { strategy in
          strategy.fill("type", "RollingUpdate")
          guard strategy["type"] == "RollingUpdate" else { return }
          edit(&strategy, "rollingUpdate") { $0.fill("partition", 0) }
        }
        template(&spec)
        each(&spec, "volumeClaimTemplates") { claim in
          claim.fill("apiVersion", "v1")
          claim.fill("kind", "PersistentVolumeClaim")
          edit(&claim, "spec") { $0.fill("volumeMode", "Filesystem") }
          edit(&claim, "status") { $0.fill("phase", "Pending") }
        }
      }
      edit(&object, "status") { status in
        status.fill("replicas", 0)
        status.fill("availableReplicas", 0)
      }
    case "apps/DaemonSet":
      edit(&object, "metadata") { metadata in
        edit(&metadata, "annotations") { $0.fill("deprecated.daemonset.template.generation", "1") }
      }
      edit(&object, "spec") { spec in
        spec.fill("revisionHistoryLimit", 10)
        edit(&spec, "updateStrategy") { strategy in
          strategy.fill("type", "RollingUpdate")
          guard strategy["type"] == "RollingUpdate" else { return }
          edit(&strategy, "rollingUpdate") { rolling in
            rolling.fill("maxSurge", 0)
            rolling.fill("maxUnavailable", 1)
          }
        }
        template(&spec)
      }
      edit(&object, "status") { status in
        for key in ["currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"] { status.fill(key, 0) }
      }
    case "apps/ReplicaSet":
      edit(&object, "spec") { spec in
        spec.fill("replicas", 1)
        template(&spec)
      }
      edit(&object, "status") { $0.fill("replicas", 0) }
    case "batch/Job": job(&object)
    case "batch/CronJob":
      edit(&object, "spec") { spec in
        spec.fill("concurrencyPolicy", "Allow")
        spec.fill("failedJobsHistoryLimit", 1)
        spec.fill("successfulJobsHistoryLimit", 3)
        spec.fill("suspend", false)
        edit(&spec, "jobTemplate") { jobTemplate in edit(&jobTemplate, "spec") { template(&$0) } }
      }
    default: DefaultsOfCore.apply(to: &object, resource: resource)
    }
  }

  private static func job(_ object: inout Value) {
    edit(&object, "spec") { spec in
      spec.fill("backoffLimit", 6)
      spec.fill("completionMode", "NonIndexed")
      spec.fill("suspend", false)
      spec.fill("podReplacementPolicy", "TerminatingOrFailed")
      if spec["completions"] == nil && spec["parallelism"] == nil {
        spec["completions"] = 1
        spec["parallelism"] = 1
      }
      spec.fill("parallelism", 1)
      template(&spec)
    }
  }

  private static func template(_ spec: inout Value) {
    edit(&spec, "template") { template in edit(&template, "spec") { PodDefaults.apply(to: &$0) } }
  }

  /// Edits what stands under a key; makes an empty object there if need be.
  static func edit(_ value: inout Value, _ key: String, _ body: (inout Value) -> Void) {
    var child = value[key] ?? .object(Object())
    value[key] = .null
    if child.isNull { child = .object(Object()) }
    body(&child)
    value[key] = child
  }

  /// Edits what stands under a key, if anything does.
  static func editIfPresent(_ value: inout Value, _ key: String, _ body: (inout Value) -> Void) {
    guard value[key]?.objectValue != nil else { return }
    edit(&value, key, body)
  }

  /// Edits each element of a list.
  static func each(_ value: inout Value, _ key: String, _ body: (inout Value) -> Void) {
    guard case .array(var items)? = value[key] else { return }
    value[key] = .null
    for index in items.indices { body(&items[index]) }
    value[key] = .array(items)
  }
}

extension Value {
  /// Sets a key that is not there.
  mutating func fill(_ key: String, _ value: Value) {
    if self[key] == nil { self[key] = value }
  }
}
