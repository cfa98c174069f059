/// The command line that reaches a repository over ssh. Pure, so that a table can say what is run.
struct SSHCommand: Equatable {
  let arguments: [String]

  /// - Parameters:
  ///   - custom: the user's own command in place of `ssh`, read by a shell as Git reads `GIT_SSH_COMMAND`
  ///   - keyFile: the private key; no other one is offered then
  ///   - knownHostsFile: what the server's key is checked against, in place of the user's own files
  init(
    user: String?, host: String, port: UInt16?, path: String, custom: String?, keyFile: String?, knownHostsFile: String?,
    ignoresHostKey: Bool, connectSeconds: Int64
  ) {
    var options: [String] = []
    if let keyFile { options += ["-i", keyFile, "-o", "IdentitiesOnly=yes"] }
    if ignoresHostKey {
      options += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    } else if let knownHostsFile {
      options += ["-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=\(knownHostsFile)", "-o", "GlobalKnownHostsFile=/dev/null"]
    }
    if let port { options += ["-p", String(port)] }
    let destination = [user.map { "\($0)@\(host)" } ?? host, "git-upload-pack \(Self.quoted(path))"]
    if let custom {
      arguments = ["sh", "-c", custom + " \"$@\"", custom] + options + destination
    } else {
      // No question can ever be answered here, so none may be asked.
      let quiet = [
        "-o", "BatchMode=yes", "-o", "ConnectTimeout=\(max(1, connectSeconds))", "-o", "ServerAliveInterval=15", "-o",
        "ServerAliveCountMax=4",
        "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "PermitLocalCommand=no", "-T",
      ]
      let strict = ignoresHostKey || knownHostsFile != nil ? [] : ["-o", "StrictHostKeyChecking=yes"]
      arguments = ["ssh"] + quiet + strict + options + ["--"] + destination
    }
  }

  /// A word for the other side's shell.
  static func quoted(_ path: String) -> String {
    // `~user/` is only expanded outside of quotes.
    if path.hasPrefix("~"), let slash = path.firstIndex(of: "/") {
      let user = path[..<slash]
      if user.dropFirst().allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) }) {
        return user + "/" + quoted(String(path[path.index(after: slash)...]))
      }
    }
    return "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
