import ArgumentParser
import Document
import FleetModel
import Foundation
import Kubernetes

/// `flotilla cluster`: registers spoke clusters, looks at them, lists them, takes them back.
struct ClusterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster",
    abstract: "Register clusters, check them, list them, take them back.",
    subcommands: [ClusterAdd.self, ClusterCheckCommand.self, ClusterList.self, ClusterRemove.self])
}

/// Which kubeconfig a command reads.
struct KubeconfigOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The kubeconfig; KUBECONFIG or ~/.kube/config where not given.", valueName: "file"))
  var kubeconfig: String?

  func load(environment: [String: String]) throws -> Kubeconfig {
    guard let kubeconfig else { return try Kubeconfig.standard(environment: environment) }
    return try Kubeconfig(file: NSString(string: kubeconfig).expandingTildeInPath)
  }

  /// What the files are called in messages.
  var place: String { kubeconfig ?? "the kubeconfig" }

  /// The connection of a context; an unknown one fails with the nearest name.
  func connection(context: String, name: String? = nil, in config: Kubeconfig) throws -> ClusterConnection {
    let known = config.contexts.keys.sorted()
    guard known.contains(context) else {
      let hint = NearestName.hint(context, in: known)
      let list = hint.isEmpty ? (known.isEmpty ? ": it has none" : ": there are \(known.joined(separator: ", "))") : hint
      throw CommandFailure("no context \"\(context)\" in \(place)\(list)")
    }
    return try config.connection(context: context, name: name)
  }
}

/// Which account of a spoke is meant.
struct SpokeAccountOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The service account that the hub uses there, as NAMESPACE/NAME.", valueName: "account"))
  var account: String?

  /// The annotation of a Cluster definition that names its account.
  static let annotation = "flotilla.dev/account"
  /// The annotation of a Cluster definition that says how far its account reaches, where that is not the usual.
  static let scopeAnnotation = "flotilla.dev/scope"

  /// The account's namespace and name: as given, else as the definition says, else the usual one.
  func parsed(definition: [String: String] = [:]) throws -> (namespace: String, name: String) {
    let usual = SpokeAccount()
    guard let text = account ?? definition[SpokeAccountOptions.annotation] else { return (usual.namespace, usual.name) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ ClusterNames.isLabel($0) }) else {
      throw ValidationError("an account is written as NAMESPACE/NAME, such as \(usual.namespace)/\(usual.name), not \"\(text)\"")
    }
    return (String(parts[0]), String(parts[1]))
  }
}

/// How far an account reaches, as it is written on a command line.
enum ScopeArgument: String, CaseIterable, ExpressibleByArgument {
  case cluster
  case readOnly = "read-only"
  case administrator

  func scope(namespaces: [String]) throws -> SpokeAccount.Scope {
    switch self {
    case .cluster: return namespaces.isEmpty ? .cluster : .namespaces(namespaces)
    case .readOnly:
      guard namespaces.isEmpty else { throw ValidationError("--namespace goes with --scope cluster only") }
      return .readOnly
    case .administrator:
      guard namespaces.isEmpty else { throw ValidationError("--namespace goes with --scope cluster only") }
      return .administrator
    }
  }
}

/// Names of clusters.
enum ClusterNames {
  /// Whether a text may be a Kubernetes name without dots.
  static func isLabel(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 63 && !text.hasPrefix("-") && !text.hasSuffix("-")
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }

  /// Whether a text can be a cluster's name: it becomes part of file names, and templates put it into names of applications.
  static func isUsable(_ text: String) -> Bool {
    text.utf8.count <= 253 && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
  }

  /// A usable name for a context such as `arn:aws:eks:eu-west-1:123:cluster/shop`.
  static func suggestion(_ context: String) -> String {
    let last = context.split(whereSeparator: { $0 == "/" || $0 == "@" || $0 == ":" }).last.map(String.init) ?? context
    var name = ""
    for byte in last.lowercased().utf8 {
      let isPlain = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
      name.unicodeScalars.append(isPlain ? Unicode.Scalar(byte) : "-")
    }
    let trimmed = name.drop { $0 == "-" }
    return String(trimmed.reversed().drop { $0 == "-" }.reversed())
  }

  /// Reads `key=value` pairs, several in one text by commas.
  static func pairs(_ texts: [String], option: String) throws -> [String: String] {
    var result: [String: String] = [:]
    for pair in texts.flatMap({ $0.split(separator: ",") }) {
      guard let sign = pair.firstIndex(of: "="), sign != pair.startIndex else {
        throw ValidationError("\(option) takes KEY=VALUE, not \"\(pair)\"")
      }
      result[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
    }
    return result
  }
}

/// Files that hold credentials: readable by their owner alone, and never seen half-written.
enum PrivateFile {
  static func write(_ text: String, to path: String, mode: Int = 0o600) throws {
    let folder = NSString(string: path).deletingLastPathComponent
    let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).new"
    do {
      if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: mode == 0o600 ? [.posixPermissions: 0o700] : nil)
      }
      guard FileManager.default.createFile(atPath: temporary, contents: Data(text.utf8), attributes: [.posixPermissions: mode]) else {
        throw CommandFailure("\(path) cannot be written")
      }
      guard rename(temporary, path) == 0 else {
        throw CommandFailure("\(path) cannot be written: \(String(cString: strerror(errno)))")
      }
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw error as? CommandFailure ?? CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  static func read(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The path from the root, whatever the current folder is later on.
  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: NSString(string: path).expandingTildeInPath).standardizedFileURL.path
  }
}
