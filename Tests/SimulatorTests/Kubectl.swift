import Foundation

/// Runs kubectl, with a configuration and a cache of its own, against one cluster.
struct Kubectl {
  /// Where it is installed; nil where it is not.
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    let found = folders.map { "\($0)/kubectl" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    if found == nil { print("kubectl is not installed: its tests are skipped") }
    return found
  }()

  /// How a run ended.
  struct Result: Sendable {
    var status: Int32
    var output: String
    var errors: String
  }

  let folder: URL
  let server: String

  init(server: String) throws {
    self.server = server
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("kubectl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Writes a manifest and returns its path.
  func write(_ text: String, as name: String) throws -> String {
    let file = folder.appendingPathComponent(name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  /// Runs `kubectl` with arguments and waits for its end without blocking the tasks that serve it.
  func run(_ arguments: [String]) async throws -> Result {
    let output = folder.appendingPathComponent("output-\(UUID().uuidString)")
    let errors = folder.appendingPathComponent("errors-\(UUID().uuidString)")
    for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Kubectl.path ?? "/usr/bin/kubectl")
    process.arguments =
      ["--server", server, "--cache-dir", folder.appendingPathComponent("cache").path, "--request-timeout", "20s"] + arguments
    process.environment = [
      "HOME": folder.path, "KUBECONFIG": folder.appendingPathComponent("config").path, "PATH": "/usr/bin:/bin",
      "TMPDIR": folder.path,
    ]
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return Result(
      status: status, output: try String(contentsOf: output, encoding: .utf8), errors: try String(contentsOf: errors, encoding: .utf8))
  }
}
