import Foundation

/// kubectl, as a person would use it beside Flotilla.
enum Kubectl {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a command as the administrator of a spoke; answers what it printed.
  @discardableResult
  static func run(_ spoke: Spoke, _ arguments: [String], input: String = "") async throws -> String {
    guard let program = Binaries.kubectl else { throw Failure(description: "kubectl is not installed") }
    let folder = NSTemporaryDirectory() + "flotilla-kubectl-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(spoke.kubeconfig.utf8).write(to: URL(fileURLWithPath: folder + "/config"))
    try Data(input.utf8).write(to: URL(fileURLWithPath: folder + "/input"))
    let words = [program, "--kubeconfig=\(folder)/config", "--cache-dir=\(folder)/cache", "--request-timeout=20s"] + arguments
    let status = try await ChildProgram.run(
      words, environment: ["PATH=/usr/bin:/bin", "HOME=\(folder)"], input: folder + "/input", output: folder + "/output")
    let text = (try? String(contentsOfFile: folder + "/output", encoding: .utf8)) ?? ""
    guard status == 0 else { throw Failure(description: "kubectl \(arguments): \(text)") }
    return text
  }
}
