import Testing

@testable import Git

@Suite struct AddressTests {
  static let shown: [(String, String)] = [
    ("https://github.com/org/repo.git", "https://github.com/org/repo.git"),
    ("https://user:s3cret@host:8443/org/repo/", "https://host:8443/org/repo"),
    ("HTTPS://token@host/x?private_token=abc#frag", "https://host/x"),
    ("git@github.com:org/repo.git", "ssh://git@github.com/org/repo.git"),
    ("ssh://git@host:2222/org/repo", "ssh://git@host:2222/org/repo"),
    ("ssh://git:pw@host/org/repo", "ssh://git@host/org/repo"),
    ("ssh://[::1]:22/x", "ssh://[::1]:22/x"),
    ("git+ssh://host/x", "ssh://host/x"),
    ("ssh://host/~ada/x", "ssh://host/~ada/x"),
    ("host:x/y", "ssh://host/x/y"),
    ("file:///srv/git/a%20b.git", "/srv/git/a b.git"),
    ("file://localhost/srv/x", "/srv/x"),
    ("/srv/git/with:colon", "/srv/git/with:colon"),
    ("./here", "./here"),
    ("../there:x", "../there:x"),
    ("plain", "plain"),
  ]

  @Test(arguments: shown)
  func display(text: String, expected: String) throws {
    #expect(try GitAddress(text).display == expected)
  }

  @Test(arguments: [
    "", "ftp://x/y", "git://host/x", "https://", "https:///x", "ssh://-oProxyCommand=evil/x", "-oProxyCommand=evil:x", "git@-host:x",
    "host:", "ssh://host",
    "ssh://host:99999/x", "file://otherhost/x", "file://", "https://a b/c", "https://host/\nx", "ext::sh -c evil",
    // Half-written addresses in which a secret would pass for a host or a path.
    "user:s3cret@host:org/repo", "https:/user:s3cret@host/x", "https://user:s3/cret@host/x", "https://host?token=s3cret",
    "https://user:s3cret",
    "http:user:s3cret@host/x", "https://host:s3cret/x",
  ])
  func refused(text: String) {
    #expect {
      try GitAddress(text)
    } throws: {
      !"\($0)".contains("s3") && ($0 as? GitError)?.kind == .invalid
    }
  }

  @Test func theUserInfoIsKeptApart() throws {
    let address = try GitAddress("https://ada%40example.com:p%3Aw@host/x")
    #expect(address.userInfo?.user == "ada@example.com")
    #expect(address.userInfo?.password == "p:w")
    #expect(!address.display.contains("ada"))
  }

  static let quoted: [(String, String)] = [
    ("/org/repo.git", "'/org/repo.git'"), ("it's", "'it'\\''s'"), ("~/x", "~/'x'"), ("~ada/x y", "~ada/'x y'"),
    ("~$(evil)/x", "'~$(evil)/x'"),
    ("; rm -rf /", "'; rm -rf /'"),
  ]

  @Test(arguments: quoted)
  func pathsAreQuotedForTheOtherSide(path: String, expected: String) {
    #expect(SSHCommand.quoted(path) == expected)
  }

  @Test func sshIsToldWhatTheCredentialsSay() {
    func command(custom: String? = nil, key: String? = nil, hosts: String? = nil, ignores: Bool = false, port: UInt16? = nil) -> String {
      SSHCommand(
        user: "git", host: "host", port: port, path: "/x", custom: custom, keyFile: key, knownHostsFile: hosts, ignoresHostKey: ignores,
        connectSeconds: 7
      ).arguments.joined(separator: " ")
    }
    #expect(command().hasPrefix("ssh -o BatchMode=yes -o ConnectTimeout=7 "))
    #expect(command().hasSuffix(" -o StrictHostKeyChecking=yes -- git@host git-upload-pack '/x'"))
    #expect(command(key: "/k").contains(" -i /k -o IdentitiesOnly=yes "))
    #expect(command(hosts: "/h").contains(" -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/h "))
    #expect(command(ignores: true).contains(" -o StrictHostKeyChecking=no "))
    #expect(command(custom: "my-ssh -v", port: 22) == "sh -c my-ssh -v \"$@\" my-ssh -v -p 22 git@host git-upload-pack '/x'")
  }

  static let complaints: [(String, Bool, GitError.Kind)] = [
    ("Host key verification failed.\r\n", false, .untrusted),
    ("git@host: Permission denied (publickey).", false, .authentication),
    ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", false, .repositoryNotFound),
    ("fatal: '/x' does not appear to be a git repository", false, .repositoryNotFound),
    ("ssh: connect to host h port 22: Connection timed out", false, .timeout),
    ("ssh: Could not resolve hostname h: Name or service not known", false, .network),
    ("sh: 1: my-ssh: not found", false, .system),
    ("", true, .network),
  ]

  @Test(arguments: complaints)
  func whatSSHSays(text: String, hadStarted: Bool, kind: GitError.Kind) {
    #expect(SSHFailure.read(text, hadStarted: hadStarted).kind == kind)
  }

  @Test func credentialsDoNotShow() {
    let credentials = GitCredentials(username: "ada", password: "s3cret", bearerToken: "t0ken", sshPrivateKey: "KEY")
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped] {
      for secret in ["ada", "s3cret", "t0ken", "KEY"] { #expect(!text.contains(secret)) }
    }
  }
}
