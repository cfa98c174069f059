import Foundation
import Synchronization

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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--kubeconfig=\(folder)/config", "--cache-dir=\(folder)/cache", "--request-timeout=20s"] + arguments
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder]
    try Data().write(to: URL(fileURLWithPath: folder + "/output"))
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/output"))
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder + "/input"))
    process.standardOutput = output
    process.standardError = output
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    let text = (try? String(contentsOfFile: folder + "/output", encoding: .utf8)) ?? ""
    guard process.terminationStatus == 0 else { throw Failure(description: "kubectl \(arguments): \(text)") }
    return text
  }
}
