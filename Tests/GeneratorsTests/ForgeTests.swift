import Document
import FleetModel
import Generators
import Testing

/// Pull requests by repository, in the format of the corpus.
func pulls(_ text: String) throws -> RecordedAnswers {
  var answers = RecordedAnswers()
  try answers.take(pullRequests: YAML.decode(text))
  return answers
}

@Suite struct PullRequestTests {
  private static let shop = """
    acme/shop:
    - {number: 1, title: 'feat: {{ fail "x" }}', branch: feat/A, target_branch: main, head_sha: abcd, labels: [preview, team1], author: ann}
    - {number: 2, title: 'fix', branch: my_branch, target_branch: release/2.x, head_sha: "0123456789abcdef", labels: [], author: bob}
    - {number: 3, title: 'WIP', branch: x, target_branch: main, head_sha: "1234567890", labels: [preview], author: ""}
    gone/shop: {error: 404 Not Found, notFound: true}
    broken/shop: {error: 502 Bad Gateway}
    empty/shop: []
    """

  /// Which pull requests pass, and in what order.
  @Test(arguments: [
    ("{github: {owner: acme, repo: shop}}", ["1", "2", "3"]),
    ("{github: {owner: acme, repo: shop, labels: [preview]}}", ["1", "3"]),
    ("{github: {owner: acme, repo: shop, labels: [preview, team1]}}", ["1"]),
    ("{github: {owner: acme, repo: shop, labels: [Preview]}}", []),
    ("{github: {owner: acme, repo: shop}, filters: [{branchMatch: x}]}", ["3"]),
    ("{github: {owner: acme, repo: shop}, filters: [{targetBranchMatch: ^main$, titleMatch: WIP}]}", ["3"]),
    ("{github: {owner: acme, repo: shop}, filters: [{targetBranchMatch: release}, {titleMatch: WIP}]}", ["2", "3"]),
    ("{github: {owner: acme, repo: shop}, filters: [{}]}", ["1", "2", "3"]),
    ("{github: {owner: empty, repo: shop}}", []),
  ])
  func lists(_ generator: String, _ numbers: [String]) throws {
    let evaluation = evaluate(set("[{pullRequest: \(generator)}]", name: "pr-{{ .number }}"), answers: try pulls(Self.shop))
    #expect(evaluation.diagnostics.isEmpty)
    #expect(evaluation.sets.first?.complete == true)
    #expect(evaluation.sets.first?.generated.map(\.name) == numbers.map { "pr-\($0)" })
  }

  @Test func titlesAreNeverTemplates() throws {
    let evaluation = evaluate(
      set(
        "[{pullRequest: {github: {owner: acme, repo: shop}, values: {t: '{{ .title }}'}}}]", name: "{{ .number }}", out: "{{ .values.t }}"),
      answers: try pulls(Self.shop))
    #expect(evaluation.instances.first?.annotations["out"] == "feat: {{ fail \"x\" }}")
    #expect(evaluation.instances.map(\.id.rawValue) == ["argocd/s/pr=1", "argocd/s/pr=2", "argocd/s/pr=3"])
  }

  /// What fails never looks like a list that has become shorter.
  @Test(arguments: [
    ("{github: {owner: gone, repo: shop}}", "error listing repos: 404 Not Found"),
    ("{github: {owner: broken, repo: shop}}", "error listing repos: 502 Bad Gateway"),
    ("{github: {owner: broken, repo: shop}, continueOnRepoNotFoundError: true}", "error listing repos: 502 Bad Gateway"),
    ("{github: {owner: acme, repo: shop}, filters: [{titleMatch: '('}]}", "error listing repos: error compiling TitleMatch regexp \"(\""),
    ("{}", "failed to select pull request service provider: no Pull Request provider implementation configured"),
  ])
  func fails(_ generator: String, _ message: String) throws {
    let evaluation = evaluate(set("[{pullRequest: \(generator)}]", name: "pr-{{ .number }}"), answers: try pulls(Self.shop))
    let only = try #require(evaluation.sets.first)
    #expect(!only.complete && only.generated.isEmpty)
    #expect(only.firstError?.message.hasPrefix(message) == true, "\(only.errors)")
    #expect(only.requeueAfter == .seconds(180))
  }

  /// Argo CD takes "not found" for "no pull requests" when it is told to; so a revoked token removes every preview. Not here.
  @Test func aRepositoryThatIsGoneRemovesNothing() throws {
    let generator = "{github: {owner: gone, repo: shop}, continueOnRepoNotFoundError: true}"
    let evaluation = evaluate(set("[{pullRequest: \(generator)}]", name: "pr-{{ .number }}"), answers: try pulls(Self.shop))
    let only = try #require(evaluation.sets.first)
    #expect(only.firstError == nil && !only.complete)
    #expect(evaluation.diagnostics.map(\.message) == ["gone/shop was not found (404 Not Found): none of the set is removed while it is so"])
  }

  @Test(arguments: [
    ("github", "{owner: o, repo: r}", "o/r"), ("gitea", "{owner: o, repo: r}", "o/r"), ("bitbucket", "{owner: o, repo: r}", "o/r"),
    ("gitlab", "{project: '42'}", "42"), ("bitbucketServer", "{project: P, repo: r}", "P/r"),
    ("azuredevops", "{organization: o, project: p, repo: r}", "o/p/r"),
  ])
  func namesItsRepository(_ provider: String, _ settings: String, _ repository: String) throws {
    let definitions = Definitions.decode([
      SourceFile(path: "f", bytes: Array(set("[{pullRequest: {\(provider): \(settings)}}]", name: "x").utf8))
    ])
    let evaluation = Evaluator.evaluate(definitions, inputs: EvaluationInputs())
    guard case .pullRequests(let query)? = evaluation.missingQueries.first else {
      Issue.record("no query")
      return
    }
    #expect(evaluation.missingQueries.count == 1 && query.repository == repository && query.provider.rawValue == provider)
    #expect(!evaluation.isComplete && evaluation.diagnostics.isEmpty)
  }

  /// A matrix asks for what its first generator names, and for nothing twice.
  @Test(arguments: [true, false])
  func theRepositoryMayComeFromAnotherGenerator(_ goTemplate: Bool) throws {
    let owner = goTemplate ? "{{ .o }}" : "{{o}}"
    let generators = """
      [{matrix: {generators: [{list: {elements: [{o: acme, p: a}, {o: empty, p: b}]}}, {pullRequest: {github: {owner: '\(owner)', \
      repo: shop, labels: [team1]}}}]}}]
      """
    let evaluation = evaluate(
      set(generators, name: goTemplate ? "{{ .p }}-{{ .number }}" : "{{p}}-{{number}}", goTemplate: goTemplate),
      answers: try pulls(Self.shop))
    #expect(evaluation.instances.map(\.name) == ["a-1"])
    #expect(evaluation.queries.count == 2 && evaluation.missingQueries.isEmpty)
    #expect(evaluation.instances.first?.id.rawValue == "argocd/s/list=acme,pr=1")
  }
}

@Suite struct RepositoryTests {
  private static func branches() throws -> RecordedAnswers {
    var answers = RecordedAnswers()
    try answers.take(
      repositories: YAML.decode(
        """
        - {organization: o, repository: web, url: u, branch: main, sha: "0123456789", labels: [prod-a, go], repository_id: 7, paths: [deploy]}
        - {organization: o, repository: api, url: u, branch: main, sha: "", labels: [], repository_id: r-2, paths: []}
        - {organization: o, repository: web, url: u, branch: dev_1, sha: abcd, labels: [prod-a, go], repository_id: 7, paths: [deploy, x]}
        """))
    return answers
  }

  @Test(arguments: [
    ("[]", ["web-main", "web-dev-1", "api-main"]), ("[{}]", ["web-main", "web-dev-1", "api-main"]),
    ("[{repositoryMatch: w}]", ["web-main", "web-dev-1"]),
    ("[{labelMatch: ^prod-.*$}]", ["web-main", "web-dev-1"]),
    // Both in one filter must hold; of two filters one is enough.
    ("[{repositoryMatch: a, labelMatch: ^prod-.*$}]", []),
    ("[{repositoryMatch: ^api$}, {labelMatch: ^go$}]", ["web-main", "web-dev-1", "api-main"]),
    ("[{branchMatch: dev}]", ["web-dev-1"]), ("[{pathsExist: [deploy/, x]}]", ["web-dev-1"]),
    ("[{pathsDoNotExist: [x]}]", ["web-main", "api-main"]),
    // Filters for repositories and filters for branches must both be passed.
    ("[{repositoryMatch: web}, {branchMatch: main}]", ["web-main"]),
    // With a condition on branches, the whole filter is one for branches.
    ("[{repositoryMatch: web, branchMatch: dev}, {repositoryMatch: api, branchMatch: main}]", ["web-dev-1", "api-main"]),
  ])
  func filters(_ filters: String, _ names: [String]) throws {
    let evaluation = evaluate(
      set("[{scmProvider: {github: {organization: o}, filters: \(filters)}}]", name: "{{ .repository }}-{{ .branchNormalized }}"),
      answers: try Self.branches())
    #expect(evaluation.diagnostics.isEmpty)
    #expect(evaluation.sets.first?.generated.map(\.name) == names)
  }

  @Test func says() throws {
    let out = "{{ .repository_id }} {{ kindOf .repository_id }} {{ .labels }} {{ .short_sha }} {{ .short_sha_7 }} {{ .values.v }}"
    let evaluation = evaluate(
      set(
        "[{scmProvider: {gitlab: {group: g}, values: {v: '{{ .branch }}!'}}}]", name: "{{ .repository }}-{{ .branchNormalized }}", out: out),
      answers: try Self.branches())
    #expect(
      evaluation.sets.first?.generated.compactMap { $0.annotations["out"] } == [
        "7 int prod-a,go 01234567 0123456 main!", "7 int prod-a,go abcd abcd dev_1!", "r-2 string    main!",
      ])
    #expect(evaluation.sets.first?.generated.first?.id.rawValue == "argocd/s/repo=o/web@main")
  }

  /// An identity that is no text stays as it is written in classic mode, as in Argo CD.
  @Test func classicTemplatesSeeTextsOnly() throws {
    let evaluation = evaluate(
      set(
        "[{scmProvider: {github: {organization: o}}}]", name: "{{repository}}-{{branchNormalized}}", out: "{{repository_id}}",
        goTemplate: false),
      answers: try Self.branches())
    #expect(evaluation.sets.first?.generated.compactMap { $0.annotations["out"] } == ["{{repository_id}}", "{{repository_id}}", "r-2"])
  }

  @Test func asksForThePathsThatItsFiltersName() throws {
    let definitions = Definitions.decode([
      SourceFile(
        path: "f",
        bytes: Array(
          set(
            "[{scmProvider: {gitea: {owner: o, api: 'https://g'}, cloneProtocol: https, filters: [{pathsExist: [b/, a]}, {pathsDoNotExist: [c]}]}}]",
            name: "x"
          ).utf8))
    ])
    let query = RepositoryQuery(
      provider: .gitea, settings: ["owner": "o", "api": "https://g"], cloneProtocol: "https", paths: ["a", "b", "c"], namespace: "argocd")
    #expect(Evaluator.evaluate(definitions, inputs: EvaluationInputs()).missingQueries == [.repositories(query)])
  }
}

@Suite struct PluginTests {
  private static let settings = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: p, namespace: argocd}
    data: {baseUrl: "http://p", token: "$a:b"}
    ---

    """

  @Test(arguments: [("http://p", "http://p/api/v1/getparams.execute"), ("http://p/x/", "http://p/x/api/v1/getparams.execute")])
  func speaksArgoCDsWire(_ base: String, _ url: String) {
    let query = PluginQuery(
      applicationSetName: "web", namespace: "argocd", baseURL: base, token: .init(secret: "s", key: "k"),
      parameters: ["b": [1, "<x>"], "a": "t"])
    #expect(query.method == "POST" && query.url == url)
    #expect(
      String(decoding: query.body, as: UTF8.self)
        == "{\"applicationSetName\":\"web\",\"input\":{\"parameters\":{\"a\":\"t\",\"b\":[1,\"<x>\"]}}}\n")
    #expect(query.headers(token: "t").map { "\($0.name): \($0.value)" } == ["Content-Type: application/json", "Authorization: Bearer t"])
    #expect(query.headers(token: "").count == 1)
  }

  @Test(arguments: [
    (200, "{\"output\":{\"parameters\":[{\"a\":1},{}]}}", ExternalAnswer.plugin(PluginReply(parameters: [["a": 1], [:]]))),
    (201, "{\"output\":{\"parameters\":[]}}", .plugin(PluginReply(parameters: []))),
    (200, "", .plugin(PluginReply(parameters: nil))), (200, "{\"input\":{}}", .plugin(PluginReply(parameters: nil))),
    (200, "{\"output\":{}}", .plugin(PluginReply(parameters: nil))),
    (500, "{\"message\":\"boom\"}", .failed("error get api 'web': API error with status code 500: boom")),
    (403, "{\"error\":\"no\"}", .failed("error get api 'web': API error with status code 403: no")),
    (404, "not here", .failed("error get api 'web': API error with status code 404: not here")),
    (200, "{\"output\":{\"parameters\":{}}}", .failed("error get api 'web': json: output.parameters is a object, not a list")),
    (200, "{\"output\":{\"parameters\":[1]}}", .failed("error get api 'web': json: output.parameters[0] is a number, not an object")),
  ])
  func readsAnswers(_ status: Int, _ body: String, _ answer: ExternalAnswer) {
    let query = PluginQuery(applicationSetName: "web", namespace: "n", baseURL: "http://p", token: .init(secret: "s", key: "k"))
    #expect(query.answer(status: status, body: Array(body.utf8)) == answer)
  }

  @Test(arguments: [("$key", "argocd-secret", "key"), ("$own:key", "own", "key")])
  func findsTokens(_ text: String, _ secret: String, _ key: String) {
    #expect(PluginQuery.TokenReference(text) == .init(secret: secret, key: key))
    #expect(PluginQuery.TokenReference(String(text.dropFirst())) == nil)
  }

  private func answers(_ body: String) throws -> RecordedAnswers {
    var answers = RecordedAnswers()
    answers.take(plugins: ["http://p": try JSON.decode(body)])
    return answers
  }

  @Test(arguments: [
    (true, "{{ .num }} {{ kindOf .num }} {{ .m.k }} {{ .generator.input.parameters.q }} {{ .values.v }}", "123 float64 x sent z-x"),
    (false, "{{num}} {{m.k}} {{generator.input.parameters.q}} {{values.v}}", "123 x {{generator.input.parameters.q}} z-x"),
  ])
  func makes(_ goTemplate: Bool, _ out: String, _ expected: String) throws {
    let value = goTemplate ? "z-{{ .m.k }}" : "z-{{m.k}}"
    let generators = "[{plugin: {configMapRef: {name: p}, input: {parameters: {q: sent}}, values: {v: '\(value)'}}}]"
    let evaluation = evaluate(
      Self.settings + set(generators, name: goTemplate ? "{{ .id }}" : "{{id}}", out: out, goTemplate: goTemplate),
      answers: try answers("{\"output\":{\"parameters\":[{\"id\":\"a\",\"num\":123,\"m\":{\"k\":\"x\"}}]}}"))
    // Classic templates see texts only, and are told of the tags that stay.
    #expect(
      evaluation.diagnostics.count { $0.message.hasPrefix("{{generator.input.parameters.q}} stays as it is") } == (goTemplate ? 0 : 1))
    #expect(evaluation.instances.map { $0.annotations["out"] } == [expected])
    #expect(evaluation.instances.map(\.id.rawValue) == ["argocd/s/plugin=a"])
    #expect(evaluation.sets.first?.requeueAfter == .seconds(1800))
  }

  @Test func anAnswerOfAnotherFormRemovesNothing() throws {
    let text = Self.settings + set("[{plugin: {configMapRef: {name: p}}}]", name: "x")
    let evaluation = evaluate(text, answers: try answers("{\"input\":{}}"))
    #expect(evaluation.sets.first?.complete == false && evaluation.sets.first?.firstError == nil)
    #expect(evaluation.diagnostics.first?.message.contains("has no output.parameters") == true)
    let empty = evaluate(text, answers: try answers("{\"output\":{\"parameters\":[]}}"))
    #expect(empty.sets.first?.complete == true && empty.diagnostics.isEmpty)
  }

  @Test(arguments: [
    ("other", "{baseUrl: u, token: $t}", "error getting plugin from generator: error fetching ConfigMap: configmaps \"p\" not found"),
    ("p", "{token: $t}", "error getting plugin from generator: error fetching ConfigMap: baseUrl not found in ConfigMap"),
    ("p", "{baseUrl: u}", "error getting plugin from generator: error fetching ConfigMap: token not found in ConfigMap"),
    (
      "p", "{baseUrl: u, token: t}",
      "error getting plugin from generator: error fetching Secret token: token is empty, or does not reference a secret key starting with '$': t"
    ),
    (
      "p", "{baseUrl: u, token: $t, requestTimeout: soon}",
      "error getting plugin from generator: error set requestTimeout : strconv.Atoi: parsing \"soon\": invalid syntax"
    ),
  ])
  func saysWhatItsConfigMapLacks(_ name: String, _ data: String, _ message: String) {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: argocd}\ndata: \(data)\n---\n"
    let evaluation = evaluate(text + set("[{plugin: {configMapRef: {name: p}}}]", name: "x"))
    #expect(evaluation.sets.first?.firstError?.message == message)
  }
}

@Suite struct BranchSlugTests {
  /// As the slug library spells them that Argo CD uses; of scripts that it would spell by sound, only Greek and Cyrillic are.
  @Test(arguments: [
    ("my_branch", "my-branch"), ("fix/Typo_Ünïcode", "fix-typo-unicode"), ("release/1.x", "release-1-x"),
    ("Straße/Øre/Łódź", "strasse-ore-lodz"),
    ("a&b@c", "aandbatc"), ("it's-\"here\"", "its-here"), ("ветка/Щука", "vetka-shchuka"), ("--a--b--", "a-b"), ("功能", ""), ("", ""),
    (String(repeating: "x", count: 60), String(repeating: "x", count: 50)),
    (String(repeating: "ab-", count: 20), String(repeating: "ab-", count: 16) + "ab"),
    // Fifty bytes fit, and the dash behind them is where it is cut.
    (String(repeating: "y", count: 50) + "-z", String(repeating: "y", count: 50)),
  ])
  func spells(_ branch: String, _ slug: String) throws {
    var answers = RecordedAnswers()
    try answers.take(
      pullRequests: ["o/r": [["number": 1, "title": "t", "branch": .string(branch), "target_branch": "main", "head_sha": "x"]]])
    let evaluation = evaluate(
      set("[{pullRequest: {github: {owner: o, repo: r}}}]", name: "n-{{ .number }}", out: "{{ .branch_slug }}"), answers: answers)
    #expect(evaluation.instances.first?.annotations["out"] == slug)
  }
}

@Suite struct QueryProviderTests {
  @Test func everyQueryGoesToTheOneWhoKnows() async throws {
    let requests = (0..<20).map {
      ExternalQuery.pullRequests(PullRequestQuery(provider: .gitlab, settings: ["project": .string("\($0)")], namespace: "n"))
    }
    let plugin = ExternalQuery.plugin(
      PluginQuery(applicationSetName: "s", namespace: "n", baseURL: "u", token: .init(secret: "a", key: "b")))
    let provider = RoutedProvider(forges: try pulls((0..<20).map { "'\($0)': []" }.joined(separator: "\n")))
    let answers = await provider.answers(Set(requests + [plugin]), atOnce: 3)
    #expect(answers.count == 21)
    #expect(requests.allSatisfy { answers[$0] == .pullRequests([]) })
    #expect(
      answers[plugin]
        == .failed("there is nobody here to ask for plugin at u: give the answers in a file, or leave it to a hub that can ask"))
  }
}
