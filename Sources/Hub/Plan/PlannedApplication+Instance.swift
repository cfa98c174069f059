import Document
import FleetModel

extension PlannedApplication {
  /// An instance with its manifests.
  public init(_ instance: ApplicationInstance, cluster: String, rendered: RenderedInstance?) {
    self.init(
      id: instance.id, name: instance.name, cluster: cluster, revision: rendered?.revision ?? "",
      definitionDigest: PlannedApplication.digest(of: instance), objects: rendered?.objectDigests ?? [:],
      problem: rendered == nil ? "not rendered" : rendered?.problem)
  }

  /// Stands for the Application and what it waits for.
  public static func digest(of instance: ApplicationInstance) -> String {
    Digest(of: [Digest(of: instance.application), Digest(of: instance.dependsOn.map(\.summary).joined(separator: "\n"))]).description
  }
}
