import Foundation

/// The Git repository of the demo: the example fleet as its first commit.
struct DemoRepository {
  let folder: String

  /// Makes the repository from a folder, unless an earlier run left one.
  func create(from fleet: String) throws {
    let files = FileManager.default
    guard !files.fileExists(atPath: folder + "/.git") else { return }
    guard files.fileExists(atPath: fleet + "/definitions") else {
      throw CommandFailure("\(fleet) has no folder `definitions`: run this in the project's folder, or name a fleet with --fleet")
    }
    try files.createDirectory(atPath: NSString(string: folder).deletingLastPathComponent, withIntermediateDirectories: true)
    try files.copyItem(atPath: fleet, toPath: folder)
    try git("init", "--quiet", "--initial-branch=main")
    try git("add", "--all")
    try git("commit", "--quiet", "--message", "The example fleet")
  }

  private func git(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["git", "-C", folder, "-c", "user.name=Flotilla demo", "-c", "user.email=demo@flotilla.invalid", "-c", "commit.gpgsign=false"]
      + arguments
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure("git \(arguments.first ?? "") failed in \(folder): \(String(decoding: text, as: UTF8.self))")
    }
  }
}
