import ArgumentParser
import Document
import FleetModel
import Foundation
import Generators
import Git
import Hub
import Transport

/// Which definitions a command reads, and where the content of their repositories comes from.
struct DefinitionOptions: ParsableArguments {
  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("Definition files: a folder, a file, or - for standard input. May be given more than once.", valueName: "path"))
  var filename: [String] = []

  @Option(help: ArgumentHelp("Read the definitions at this revision of the Git repository that -f names.", valueName: "revision"))
  var at: String?

  @Option(
    help: ArgumentHelp(
      "Read a repository from somewhere else: a folder as it is, a Git repository at the revision asked for, or at REVISION "
        + "(worktree: its files as they are).", valueName: "url=path[@revision]"))
  var repo: [RepositoryOverride] = []

  @Option(
    help: ArgumentHelp(
      "More clusters: a file or folder of Cluster definitions or exported Argo CD cluster Secrets, a kubeconfig file, or the word "
        + "kubeconfig for the one that kubectl reads (each context is a cluster, without labels).", valueName: "path|kubeconfig"))
  var clusters: [String] = []

  @Option(help: ArgumentHelp("What forges answer to pullRequest generators: lists of pull requests by repository.", valueName: "file"))
  var pullRequests: String?

  @Option(
    help: ArgumentHelp("What forges answer to scmProvider generators: a list of repositories with their branches.", valueName: "file"))
  var repositories: String?

  @Option(help: ArgumentHelp("What plugins answer: the bodies by the plugins' addresses.", valueName: "file"))
  var pluginAnswers: String?

  @Flag(help: "Treat unknown fields as errors.")
  var strict = false

  @Option(help: ArgumentHelp("Where mirrors of repositories are kept.", valueName: "folder"))
  var cache: String?

  /// The folder of mirrors: stable for a user, so that a second run needs no clone.
  func cacheFolder(environment: [String: String]) -> String {
    if let cache { return cache }
    let base = environment["XDG_CACHE_HOME"] ?? (environment["HOME"].map { $0 + "/.cache" } ?? NSTemporaryDirectory())
    return base + "/flotilla/repositories"
  }

  private var examples: [ExampleFolder] { filename.compactMap { ExampleFolder(NSString(string: $0).expandingTildeInPath) } }

  /// The folder that stands for repositories in a worked example.
  var standIn: String? { examples.lazy.compactMap(\.repository).first }

  /// The recordings that stand for forges and plugins.
  func recordedAnswers() throws -> RecordedAnswers {
    var answers = RecordedAnswers()
    if let file = pullRequests ?? examples.lazy.compactMap({ $0.recording("pull-requests.yaml") }).first {
      try read(recording: file) { document throws(DocumentError) in try answers.take(pullRequests: document) }
    }
    if let file = repositories ?? examples.lazy.compactMap({ $0.recording("repositories.yaml") }).first {
      try read(recording: file) { document throws(DocumentError) in try answers.take(repositories: document) }
    }
    if let file = pluginAnswers ?? examples.lazy.compactMap({ $0.recording("plugin-answers.yaml") }).first {
      try read(recording: file) { document in answers.take(plugins: document) }
    }
    return answers
  }

  private func read(recording file: String, _ take: (Value) throws(DocumentError) -> Void) throws {
    do {
      let text = try String(contentsOfFile: NSString(string: file).expandingTildeInPath, encoding: .utf8)
      // Most answers of forges are JSON, whose escapes (surrogate pairs) are not all YAML's.
      try take(try (try? JSON.decode(text)) ?? YAML.decode(text))
    } catch let error as DocumentError {
      throw CommandFailure("\(file): \(error)")
    } catch {
      throw CommandFailure("\(file) cannot be read")
    }
  }

  /// All definition files.
  func read(provider: SourceProvider) async throws -> [SourceFile] {
    guard !filename.isEmpty else { throw CommandFailure("say where the definitions are: -f FOLDER, -f FILE or -f -") }
    var files: [SourceFile] = []
    for path in filename { files += try await read(path, provider: provider) }
    for path in clusters {
      if path == KubeconfigClusters.standardName {
        files.append(try KubeconfigClusters.standard(environment: Environment.current))
        continue
      }
      for file in try await read(path, provider: provider) {
        files.append(try KubeconfigClusters.read(file.bytes, file: file.path) ?? file)
      }
    }
    return files
  }

  private func read(_ path: String, provider: SourceProvider) async throws -> [SourceFile] {
    if path == "-" {
      let data = try FileHandle.standardInput.readToEnd() ?? Data()
      return [SourceFile(path: "(standard input)", bytes: Array(data))]
    }
    let expanded = NSString(string: path).expandingTildeInPath
    do {
      if let at { return try await provider.definitions(repository: expanded, revision: at, below: "").files }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: expanded, isDirectory: &isFolder) else {
        throw CommandFailure("\(path) does not exist")
      }
      guard isFolder.boolValue else {
        return [SourceFile(path: path, bytes: Array(try Data(contentsOf: URL(fileURLWithPath: expanded))))]
      }
      let prefix = path.hasSuffix("/") ? path : path + "/"
      let example = ExampleFolder(expanded)
      return try DefinitionSnapshot.read(DirectoryTree(expanded), below: "", named: path).files
        .filter { example?.holdsDefinition($0.path) ?? true }
        .map { SourceFile(path: prefix + $0.path, bytes: $0.bytes) }
    } catch let error as GitError {
      throw CommandFailure(error.description)
    }
  }
}

extension RepositoryOverride: ExpressibleByArgument {
  /// The override as it is written on a command line.
  public var defaultValueDescription: String { "\(url)=\(path)" }
}

/// Prints diagnostics to standard error, and says how many there are.
struct DiagnosticPrinter {
  let terminal: Terminal

  /// - Returns: the numbers of errors and warnings.
  @discardableResult
  func print(_ diagnostics: [Diagnostic]) -> (errors: Int, warnings: Int) {
    let told = Diagnostic.grouped(diagnostics)
    for diagnostic in told { terminal.note(diagnostic.description) }
    return (told.count { $0.severity == .error }, told.count { $0.severity == .warning })
  }
}
