import Document
import FleetModel
import Foundation
import Kubernetes

/// The contexts of a kubeconfig as the clusters that `argocd cluster add` would make of them: name and address, no credentials, no labels.
enum KubeconfigClusters {
  /// The word that stands for the kubeconfig that kubectl would read.
  static let standardName = "kubeconfig"

  /// The clusters of the kubeconfig that kubectl would read.
  static func standard(environment: [String: String]) throws -> SourceFile {
    do throws(KubeconfigError) {
      return try definitions(try Kubeconfig.standard(environment: environment), named: standardName)
    } catch {
      throw CommandFailure("--clusters kubeconfig: \(error)")
    }
  }

  /// The clusters of a file; nil where the file is no kubeconfig.
  static func read(_ bytes: [UInt8], file: String) throws -> SourceFile? {
    guard let document = try? YAML.decode(String(decoding: bytes, as: UTF8.self)), document["kind"]?.stringValue == "Config",
      document["contexts"] != nil
    else { return nil }
    do throws(KubeconfigError) {
      var kubeconfig = Kubeconfig()
      try kubeconfig.merge(bytes, file: file)
      return try definitions(kubeconfig, named: file)
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  private static func definitions(_ kubeconfig: Kubeconfig, named file: String) throws(KubeconfigError) -> SourceFile {
    var text = ""
    for (number, (name, context)) in kubeconfig.contexts.sorted(by: { ByteOrder.less($0.key, $1.key) }).enumerated() {
      let cluster = context.value["cluster"]?.stringValue ?? ""
      guard let server = kubeconfig.clusters[cluster]?.value["server"]?.stringValue, !server.isEmpty else {
        let hint = NearestName.hint(cluster, in: kubeconfig.clusters.keys)
        throw KubeconfigError("context \"\(name)\": there is no cluster \"\(cluster)\" with a server\(hint)", file: context.file)
      }
      let secret: Value = [
        "apiVersion": "v1", "kind": "Secret",
        "metadata": ["name": .string("context-\(number + 1)"), "labels": .object([Cluster.secretTypeLabel: "cluster"])],
        "stringData": ["name": .string(name), "server": .string(server)],
      ]
      text += "---\n" + YAML.encode(secret)
    }
    return SourceFile(path: file, bytes: Array(text.utf8))
  }
}
