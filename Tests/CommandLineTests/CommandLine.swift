import Foundation

/// The program as users run it: the executable beside the tests, in a process of its own.
enum CommandLine {
  struct Result: Sendable {
    let status: Int32
    let output: String
    let errors: String
  }

  /// The root of the repository.
  static let repository: String = {
    let source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    return source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  }()

  /// The folder of the build, where the test bundle stands too.
  private static let executable: URL = {
    let bundle = URL(fileURLWithPath: Swift.CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    for folder in [bundle.deletingLastPathComponent(), URL(fileURLWithPath: repository + "/.build/debug")] {
      let file = folder.appendingPathComponent("flotilla")
      if FileManager.default.isExecutableFile(atPath: file.path) { return file }
    }
    return URL(fileURLWithPath: repository + "/.build/debug/flotilla")
  }()

  /// Starts the program without a terminal.
  static func start(_ arguments: [String], output: Any = FileHandle.nullDevice, errors: Any = FileHandle.nullDevice) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: repository)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return process
  }

  /// Runs the program to its end.
  static func run(_ arguments: String...) async throws -> Result { try await run(arguments: arguments) }

  static func run(arguments: [String]) async throws -> Result {
    let folder = NSTemporaryDirectory() + "flotilla-cli-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = ["out", "err"].map { "\(folder)/\($0)" }
    for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    let handles = try files.map { try FileHandle(forWritingTo: URL(fileURLWithPath: $0)) }
    let process = try start(arguments, output: handles[0], errors: handles[1])
    while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    let texts = try files.map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self) }
    return Result(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }
}
