import Document
import FleetModel
import Foundation
import Kubernetes
import Transport

/// A cluster that cannot be connected to because of its registration.
public struct ClusterAccessError: Error, CustomStringConvertible {
  /// What is wrong, and what to do.
  public let description: String
}

/// Turns registrations into connections.
public struct ClusterConnections: Sendable {
  /// Addresses of simulated clusters by name.
  private let simulated: [String: String]
  private let environment: [String: String]

  /// Makes them.
  /// - Parameters:
  ///   - simulated: addresses of simulated clusters by name
  ///   - environment: where kubeconfigs and the own cluster are looked up
  public init(simulated: [String: String], environment: [String: String]) {
    self.simulated = simulated
    self.environment = environment
  }

  /// How to speak to a cluster; fails where a file is missing or a simulated cluster does not run.
  public func connection(to cluster: Cluster) throws -> ClusterConnection {
    switch cluster.access {
    case .simulated:
      guard let address = simulated[cluster.name] else {
        throw ClusterAccessError(
          description: "no simulated cluster of this name runs: start them with `flotilla simulate` and restart the hub with --simulators")
      }
      return ClusterConnection(name: cluster.name, server: address)
    case .kubeconfig(let path, let context):
      return try ClusterConnection.fromKubeconfig(expanded(path), context: context, name: cluster.name, environment: environment)
    case .server(let access):
      if access.url == Cluster.inClusterURL {
        do throws(KubeconfigError) {
          return try ClusterConnection.inCluster(name: cluster.name, environment: environment)
        } catch {
          throw ClusterAccessError(
            description: "\(error): this is the hub's own cluster; a hub that runs elsewhere is told which cluster that is by a Cluster or "
              + "Secret with the address \(Cluster.inClusterURL), or by spec.inCluster of the Fleet")
        }
      }
      var connection = ClusterConnection(
        name: cluster.name, server: access.url, settings: try settings(access), credential: try credential(access))
      connection.acceptsCompression = !access.disableCompression
      if access.tls.certData == nil, access.tls.keyData == nil, let certificate = access.tls.certFile, let key = access.tls.keyFile {
        // Certificates in files are rotated: they are read again, not only once.
        connection.certificateFiles = CertificateFiles(certificate: expanded(certificate), key: expanded(key))
      }
      return connection
    }
  }

  private func settings(_ access: ServerAccess) throws -> ConnectionSettings {
    var settings = ConnectionSettings()
    settings.caPEM = try access.tls.caData ?? access.tls.caFile.map(read)
    settings.clientCertificatePEM = try access.tls.certData ?? access.tls.certFile.map(read)
    settings.clientKeyPEM = try access.tls.keyData?.reveal ?? access.tls.keyFile.map(read)
    settings.serverName = access.tls.serverName
    settings.insecureSkipVerify = access.tls.insecure
    settings.proxy = access.proxyURL
    return settings
  }

  private func credential(_ access: ServerAccess) throws -> Credential {
    if let token = access.bearerToken { return .bearerToken(token.reveal) }
    if let file = access.bearerTokenFile { return .tokenFile(file) }
    if let user = access.username { return .basic(user: user, password: access.password?.reveal ?? "") }
    if let exec = access.exec, let plugin = ClusterConnections.cloudPlugin(exec) { return .exec(plugin) }
    if let exec = access.exec {
      return .exec(
        ExecPlugin(
          command: exec.command, arguments: exec.args, environment: exec.env, apiVersion: exec.apiVersion,
          installHint: exec.installHint ?? ""))
    }
    if let aws = access.aws { return .exec(.aws(cluster: aws.clusterName, roleARN: aws.roleARN, profile: aws.profile)) }
    return .none
  }

  /// What Argo CD's own helper `argocd-k8s-auth` does for a cloud, which is not where the hub runs: the cloud's plugin does the same. Azure's
  /// arguments have no such counterpart, and the helper has to be installed.
  static func cloudPlugin(_ exec: FleetModel.ExecCredential) -> ExecPlugin? {
    guard exec.command == "argocd-k8s-auth" || exec.command.hasSuffix("/argocd-k8s-auth") else { return nil }
    func option(_ name: String) -> String? {
      for (index, argument) in exec.args.enumerated() {
        if argument.hasPrefix(name + "=") { return String(argument.dropFirst(name.count + 1)) }
        if argument == name, index + 1 < exec.args.count { return exec.args[index + 1] }
      }
      return nil
    }
    switch exec.args.first {
    case "gcp": return .gcp()
    case "aws": return option("--cluster-name").map { .aws(cluster: $0, roleARN: option("--role-arn"), profile: option("--profile")) }
    default: return nil
    }
  }

  private func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: expanded(path)) else {
      throw ClusterAccessError(description: "the file \(path) cannot be read")
    }
    return Array(data)
  }

  private func expanded(_ path: String) -> String { NSString(string: path).expandingTildeInPath }
}
