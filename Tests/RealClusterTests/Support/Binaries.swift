import Foundation
import Testing

/// The programs of a real control plane, as envtest keeps them: `$KUBEBUILDER_ASSETS/etcd` and `$KUBEBUILDER_ASSETS/kube-apiserver`.
enum Binaries {
  /// The folder that `KUBEBUILDER_ASSETS` names; nil where it is unset or empty.
  static let folder: String? = {
    guard let folder = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"], !folder.isEmpty else { return nil }
    return folder
  }()

  /// kubectl, from the same folder or from the system.
  static let kubectl: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    let folders = [folder].compactMap { $0 } + path.split(separator: ":").map(String.init)
    return folders.map { $0 + "/kubectl" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Whether the folder holds both programs: a folder that somebody only meant to fill is no reason to fail.
  static let isComplete: Bool = {
    guard let folder else { return false }
    return ["etcd", "kube-apiserver"].allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
  }()

  /// The path of a program; an error that says what is wrong with the folder.
  static func path(_ name: String) throws -> String {
    guard let folder else { throw ControlPlaneError("KUBEBUILDER_ASSETS is not set") }
    let path = folder + "/" + name
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ControlPlaneError("KUBEBUILDER_ASSETS names \(folder), but there is no program \(path)")
    }
    return path
  }
}

extension Trait where Self == ConditionTrait {
  /// For everything that runs against real API servers: skipped, and said to be so, where none are installed.
  static var realServers: Self {
    .enabled(
      if: Binaries.isComplete,
      "set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver to run the tests against real API servers")
  }

  /// For tests that use kubectl beside Flotilla.
  static var kubectl: Self { .enabled(if: Binaries.folder == nil || Binaries.kubectl != nil, "kubectl is not installed") }
}

/// Why there is no control plane.
struct ControlPlaneError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
