import Document
import FleetModel
import Simulator

/// The accounts of simulated clusters, as a command line and a file name them.
enum SimulatedAccounts {
  /// Reads `NAME=ROLE[,ROLE][@NAMESPACE[,NAMESPACE]]`.
  static func parse(_ text: String) throws -> SimulatedAccount {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw CommandFailure("--account takes NAME=ROLE[@NAMESPACE], such as reader=view or deployer=edit@shop, not \"\(text)\"")
    }
    let halves = parts[1].split(separator: "@", maxSplits: 1)
    let roles = halves[0].split(separator: ",").map(String.init)
    let known = ["admin", "cluster-admin", "edit", "view"]
    for role in roles where !known.contains(role) {
      throw CommandFailure(
        "--account \(text): a fresh simulated cluster has no cluster role \"\(role)\" (\(known.joined(separator: ", ")))"
          + "\(NearestName.hint(role, in: known)); other rights are given in a file, with --accounts")
    }
    let namespaces = halves.count == 2 ? halves[1].split(separator: ",").map(String.init) : []
    return account(String(parts[0]), roles: roles, namespaces: namespaces)
  }

  /// Reads a list of accounts: `user`, and `token`, `groups`, `roles`, `namespaces`, `rules` as a Role has them.
  static func read(_ text: String, file: String) throws -> [SimulatedAccount] {
    let document: Value
    do { document = try YAML.decode(text) } catch { throw CommandFailure("\(file): \(error)") }
    guard let items = document.arrayValue else { throw CommandFailure("\(file): a list of accounts is expected") }
    return try items.enumerated().map { index, item in
      guard let user = item["user"]?.stringValue, !user.isEmpty else { throw CommandFailure("\(file): account \(index + 1) has no user") }
      for key in item.objectValue?.keys ?? [] where !fields.contains(key) {
        throw CommandFailure("\(file): account \(user) has an unknown field \"\(key)\"\(NearestName.hint(key, in: fields))")
      }
      func list(_ value: Value, _ key: String) -> [String] { (value[key]?.arrayValue ?? []).compactMap(\.stringValue) }
      var result = account(user, roles: list(item, "roles"), namespaces: list(item, "namespaces"))
      if let token = item["token"]?.stringValue { result.token = token }
      result.groups = list(item, "groups")
      result.rules = (item["rules"]?.arrayValue ?? []).map { rule in
        SimulatedAccount.Rule(
          apiGroups: list(rule, "apiGroups"), resources: list(rule, "resources"), verbs: list(rule, "verbs"),
          resourceNames: list(rule, "resourceNames"))
      }
      return result
    }
  }

  private static let fields = ["user", "token", "groups", "roles", "namespaces", "rules"]

  private static func account(_ user: String, roles: [String], namespaces: [String]) -> SimulatedAccount {
    SimulatedAccount(user: user, token: "token-of-\(user)", roles: roles, namespaces: namespaces, mayImpersonateItself: true)
  }

  /// A kubeconfig with a context for each cluster (its administrator) and one for each account there, called `ACCOUNT@CLUSTER`.
  static func kubeconfig(_ clusters: [(name: String, url: String)], accounts: [SimulatedAccount]) -> Value {
    var contexts: [Value] = []
    for cluster in clusters {
      contexts.append(["name": .string(cluster.name), "context": ["cluster": .string(cluster.name), "user": "administrator"]])
      for account in accounts {
        contexts.append([
          "name": .string("\(account.user)@\(cluster.name)"),
          "context": ["cluster": .string(cluster.name), "user": .string(account.user)],
        ])
      }
    }
    // kubectl sends tokens over TLS only; so that it is not taken for the administrator, it also says in whose name it speaks.
    let users = accounts.map { account -> Value in
      ["name": .string(account.user), "user": ["token": .string(account.token), "as": .string(account.user)]]
    }
    return [
      "apiVersion": "v1", "kind": "Config", "current-context": .string(clusters.first?.name ?? ""),
      "clusters": .array(clusters.map { ["name": .string($0.name), "cluster": ["server": .string($0.url)]] }),
      "contexts": .array(contexts), "users": .array([["name": "administrator", "user": [:]]] + users),
    ]
  }
}
