import Document
import FleetModel

extension PlannedApplication {
  /// An instance with its manifests.
  public init(_ instance: ApplicationInstance, cluster: String, rendered: RenderedInstance?) {
    self.init(
      id: instance.id, name: instance.name, cluster: cluster, revision: rendered?.revision ?? "",
      definitionDigest: PlannedApplication.digest(of: instance), objects: rendered?.objectDigests ?? [:],
      cascades: PlannedApplication.cascades(instance.application), problem: rendered == nil ? "not rendered" : rendered?.problem)
  }

  /// Whether the Application's finalizers ask for its objects to be deleted with it, as Argo CD's do.
  static func cascades(_ application: Value) -> Bool {
    application[at: "metadata", "finalizers"]?.arrayValue?.contains {
      $0.stringValue?.hasPrefix("resources-finalizer.argocd.argoproj.io") == true
    } ?? false
  }

  /// Stands for the Application and what it waits for.
  public static func digest(of instance: ApplicationInstance) -> String {
    Digest(of: [Digest(of: instance.application), Digest(of: instance.dependsOn.map(\.summary).joined(separator: "\n"))]).description
  }
}
