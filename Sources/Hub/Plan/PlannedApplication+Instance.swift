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
    finalizers(of: application).contains { $0.hasPrefix("resources-finalizer.argocd.argoproj.io") }
  }

  /// Whether they ask for it in the background: the objects of objects go on their own, and nobody waits for them.
  static func cascadesInBackground(_ application: Value) -> Bool {
    finalizers(of: application).contains("resources-finalizer.argocd.argoproj.io/background")
  }

  private static func finalizers(of application: Value) -> [String] {
    (application[at: "metadata", "finalizers"]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  /// Stands for the Application and what it waits for.
  public static func digest(of instance: ApplicationInstance) -> String {
    Digest(of: [Digest(of: instance.application), Digest(of: instance.dependsOn.map(\.summary).joined(separator: "\n"))]).description
  }
}
