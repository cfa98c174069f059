import Document

/// The defaults of a pod's specification.
enum PodDefaults {
  static func apply(to spec: inout Value) {
    spec.fill("dnsPolicy", "ClusterFirst")
    spec.fill("restartPolicy", "Always")
    spec.fill("schedulerName", "default-scheduler")
    spec.fill("securityContext", .object(Object()))
    spec.fill("terminationGracePeriodSeconds", 30)
    if let account = spec["serviceAccountName"] { spec.fill("serviceAccount", account) }
    for key in ["containers", "initContainers", "ephemeralContainers"] {
      Defaults.each(&spec, key) { container(&$0) }
    }
    Defaults.each(&spec, "volumes") { volume(&$0) }
    if spec["hostNetwork"] == true {
      Defaults.each(&spec, "containers") { container in
        Defaults.each(&container, "ports") { port in
          if let number = port["containerPort"] { port.fill("hostPort", number) }
        }
      }
    }
  }

  private static func container(_ container: inout Value) {
    container.fill("terminationMessagePath", "/dev/termination-log")
    container.fill("terminationMessagePolicy", "File")
    container.fill("resources", .object(Object()))
    if container["imagePullPolicy"] == nil { container["imagePullPolicy"] = pullPolicy(container["image"]?.stringValue ?? "") }
    Defaults.each(&container, "ports") { $0.fill("protocol", "TCP") }
    Defaults.each(&container, "env") { variable in
      Defaults.editIfPresent(&variable, "valueFrom") { source in
        Defaults.editIfPresent(&source, "fieldRef") { $0.fill("apiVersion", "v1") }
        Defaults.editIfPresent(&source, "resourceFieldRef") { $0.fill("divisor", "0") }
      }
    }
    for key in ["livenessProbe", "readinessProbe", "startupProbe"] { Defaults.editIfPresent(&container, key) { probe(&$0) } }
    Defaults.editIfPresent(&container, "lifecycle") { lifecycle in
      for key in ["preStop", "postStart"] {
        Defaults.editIfPresent(&lifecycle, key) { handler in Defaults.editIfPresent(&handler, "httpGet") { http(&$0) } }
      }
    }
  }

  private static func probe(_ probe: inout Value) {
    probe.fill("failureThreshold", 3)
    probe.fill("periodSeconds", 10)
    probe.fill("successThreshold", 1)
    probe.fill("timeoutSeconds", 1)
    Defaults.editIfPresent(&probe, "httpGet") { http(&$0) }
    Defaults.editIfPresent(&probe, "grpc") { $0.fill("service", "") }
  }

  private static func http(_ action: inout Value) {
    action.fill("path", "/")
    action.fill("scheme", "HTTP")
  }

  private static func pullPolicy(_ image: String) -> Value {
    if image.contains("@") { return "IfNotPresent" }
    let name = image.split(separator: "/").last.map(String.init) ?? image
    guard let colon = name.lastIndex(of: ":") else { return "Always" }
    return name[name.index(after: colon)...] == "latest" ? "Always" : "IfNotPresent"
  }

  private static func volume(_ volume: inout Value) {
    let sources = volume.objectValue?.keys.filter { $0 != "name" } ?? []
    if sources.isEmpty { volume["emptyDir"] = .object(Object()) }
    for key in ["configMap", "secret", "downwardAPI", "projected"] {
      Defaults.editIfPresent(&volume, key) { source in
        source.fill("defaultMode", 420)
        Defaults.each(&source, "items") { item in
          Defaults.editIfPresent(&item, "fieldRef") { $0.fill("apiVersion", "v1") }
          Defaults.editIfPresent(&item, "resourceFieldRef") { $0.fill("divisor", "0") }
        }
        Defaults.each(&source, "sources") { part in
          Defaults.editIfPresent(&part, "serviceAccountToken") { $0.fill("expirationSeconds", 3600) }
          Defaults.editIfPresent(&part, "downwardAPI") { downward in
            Defaults.each(&downward, "items") { item in
              Defaults.editIfPresent(&item, "fieldRef") { $0.fill("apiVersion", "v1") }
            }
          }
        }
      }
    }
    Defaults.editIfPresent(&volume, "hostPath") { $0.fill("type", "") }
    Defaults.editIfPresent(&volume, "ephemeral") { ephemeral in
      Defaults.editIfPresent(&ephemeral, "volumeClaimTemplate") { claim in
        Defaults.editIfPresent(&claim, "spec") { $0.fill("volumeMode", "Filesystem") }
      }
    }
  }
}
