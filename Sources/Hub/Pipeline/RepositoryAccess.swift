import FleetModel
import Foundation
import Git
import Transport

/// How a repository is reached: its Repository definition as the Git module wants it.
enum RepositoryAccess {
  static func mirror(
    of address: String, definition: FleetModel.Repository?, folder: String, http: HTTPClient
  ) throws(GitError) -> GitMirror {
    var settings = GitSettings()
    var credentials: GitCredentials?
    if let definition {
      settings.connection.proxy = definition.proxyURL
      settings.connection.caPEM = definition.caData.map { Array($0.utf8) }
      settings.connection.insecureSkipVerify = definition.insecure
      credentials = try definition.credentials.map { reference throws(GitError) in try read(reference, for: definition) }
    }
    return GitMirror(url: address, folder: folder, credentials: credentials, http: http, settings: settings)
  }

  private static func read(_ reference: CredentialReference, for repository: FleetModel.Repository) throws(GitError) -> GitCredentials {
    switch reference {
    case .passwordFile(let username, let path):
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw GitError(.authentication, "the password file \(path) cannot be read", repository: repository.url)
      }
      return GitCredentials(username: username, password: text.trimmingCharacters(in: .whitespacesAndNewlines))
    case .passwordVariable(let username, let variable):
      guard let password = ProcessInfo.processInfo.environment[variable], !password.isEmpty else {
        throw GitError(.authentication, "the environment variable \(variable) is not set", repository: repository.url)
      }
      return GitCredentials(username: username, password: password)
    case .sshKeyFile(let path): return GitCredentials(sshPrivateKeyFile: path)
    case .secret(let namespace, let name):
      throw GitError(
        .authentication, "credentials from Secret \(namespace)/\(name) are not read by this version: use a file or an environment variable",
        repository: repository.url)
    }
  }
}
