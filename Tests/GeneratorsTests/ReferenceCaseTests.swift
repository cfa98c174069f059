import Document
import FleetModel
import Generators
import Git
import Testing

/// The cases of `reference/argocd.md`, section 5.2, that are about generators and templates, each with its number.
///
/// Those of the sync engine stand in its tests. `ReferenceCoverageTests` looks that no number is missing.
@Suite struct ReferenceCaseTests {
  private static let long = "a_really+long_pull_request_name_to_test_argo_slugification_and_branch_name_shortening_feature"
  private static let oneWord = "areallylongpullrequestnametotestargoslugificationandbranchnameshorteningfeature"
  private static let apps = ["app1/x": "", "app2/x": "", "app_3/x": "", "p1/app4/x": ""]
  private static let deep = ["p1/app2/x": "", "p1/p2/app3/x": "", "p1/p2/p3/app4/x": ""]
  private static let cluster = """
    apiVersion: v1
    kind: Secret
    metadata: {name: c, namespace: argocd, labels: {argocd.argoproj.io/secret-type: cluster, env: prod}}
    stringData: {name: prod, server: "https://some-really-long-url-that-will-exceed-63-characters.com", config: "{}"}
    ---

    """
  private static let requests = """
    o/r:
    - {number: 1, title: t, branch: feat/areally+long_pull_request_name_to_test_argo_slugification_and_branch_name_shortening_feature, \
    target_branch: feat/anotherreally+long_pull_request_name_to_test_argo_slugification_and_branch_name_shortening_feature, head_sha: abcd, \
    labels: [x, team1], author: a}
    """
  private static let repositories = """
    - {organization: o, repository: one, url: u, branch: main, sha: abcd, labels: [prod, staging], repository_id: 7, paths: []}
    - {organization: o, repository: two, url: u, branch: main, sha: abcd, labels: [], repository_id: r-2, paths: []}
    - {organization: o, repository: three, url: u, branch: main, sha: abcd, labels: [], paths: []}
    """
  private static let duck = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: duck, namespace: argocd}
    data: {apiVersion: p.example.com/v1, kind: places, statusListKey: decisions, matchKey: clusterName}
    ---
    apiVersion: p.example.com/v1
    kind: Place
    metadata: {name: p, namespace: argocd}
    status: {decisions: [{clusterName: prod, score: 0, reason: ""}, {clusterName: nowhere}]}
    ---

    """

  static let rendering: [ReferenceCase] = [
    .flat("#1", "{one: two}", "{{one}}", "two"), .flat("#2", "{one: two}", "{{ one }}", "two"), .flat("#3", "{one: two}", "}} {{", "}} {{"),
    .flat("#4", "{' ': two, '': three}", "{{ }}", "{{ }}"), .flat("#5", "{'{{one}}': '{{two}}'}", "{{one}}", "{{one}}"),
    .flat("#6", "{one: two}", "{{ONE}}", "{{ONE}}"),
    .flat("#7", "{one: '\"hello\" world', three: four}", "{{one}} {{three}}", "\"hello\" world four"),
    ReferenceCase(
      number: "#8", goTemplate: false, generators: ReferenceCase.list(of: "{properly.closed: x}"),
      out: "{{properly.closed}} {{improperly.closed}",
      outcome: .fails("")),
    .flat("#9", "{one: two}", "{{ this-does-not-exist }}", "{{ this-does-not-exist }}"),
    .go("#10", "{one: '{{two}}'}", "{{ .one }}", "{{two}}"), .go("#11", "{one: two}", "{{.doesnotexist}}", "<no value>"),
    .goFails(
      "#12", "{one: two}", "--> {{.doesnotexist}} <--",
      "failed to execute go template --> {{.doesnotexist}} <--: template: base:1:6: executing \"base\" at <.doesnotexist>: map has no entry for "
        + "key \"doesnotexist\"", strict: true),
    .goFails(
      "#13", "{one: two}", "{{functiondoesnotexist}}",
      "failed to parse template {{functiondoesnotexist}}: template: base:1: function \"functiondoesnotexist\" not defined"),
    .goFails(
      "#14", "{data: text}", "{{.data.test}}",
      "failed to execute go template {{.data.test}}: template: base:1:7: executing \"base\" at <.data.test>: can't evaluate field test in type interface {}"
    ),
    .go("#15", "{}", "{{.data}}", "{{.data}}"),
    .go(
      "#16", "{foo: {bar: {bool: true, number: 2, str: Hello world}}}", "{{ toYaml . | indent 2 }}",
      "  foo:\n    bar:\n      bool: true\n      number: 2\n      str: Hello world"),
    .go("#17", "{value: 'hello: world'}", "{{ get (fromYaml .value) \"hello\" }}", "world"),
    .goFails("#17", "{value: 'non\\n compliant\\n yaml'}", "{{ get (fromYaml .value) \"hello\" }}", "failed to execute go template"),
    .go("#18", "{value: \"- bonjour tout le monde\\n- hi\"}", "{{ fromYamlArray .value | last }}", "hi"),
    .go("#20", "{admin: {admin-ca: x}}", "{{ index .admin \"admin-ca\" }}", "x"),
    .go(
      "#21", "{volumes: [{name: volume-one}, {name: volume-two}]}", "{{ range .volumes }}[{{ .name }}]{{ end }}", "[volume-one][volume-two]"
    ),
    .go("#23", "{s: '-.--CLUSTER/name  -./.-'}", "{{ normalize .s }}", "cluster-name"),
    .go("#23", "{s: production_01/west}", "{{ normalize .s }}", "production-01-west"),
    .go("#24", "{b: 'feat/\(long)'}", "{{ slugify 50 false .b }}", "feat-a-really-long-pull-request-name-to-test-argo"),
    .go("#24", "{b: 'feat/\(long)'}", "{{ slugify 53 true .b }}", "feat-a-really-long-pull-request-name-to-test-argo"),
    .go("#25", "{b: feat/\(oneWord)}", "{{ slugify 50 true .b }}", "feat"),
    .go("#25", "{b: feat/\(oneWord)}", "{{ slugify 50 false .b }}", "feat-areallylongpullrequestnametotestargoslugifica"),
    .make(
      "#26 #27 #28 #29", true, "[{pullRequest: {github: {owner: o, repo: r}}}]",
      "{{ .branch_slug }} {{ .target_branch_slug }} {{ .head_short_sha }} {{ .head_short_sha_7 }} {{ kindOf .number }} {{ regexFind \"(team1|team2)\" (.labels | join \",\") }}",
      answers: requests,
      "feat-areally-long-pull-request-name-to-test-argo feat-anotherreally-long-pull-request-name-to-test abcd abcd string team1"),
    .make(
      "#26", true, "[{pullRequest: {github: {owner: o, repo: r}}}]", "{{ .branch_slug }}",
      answers: "o/r: [{number: 2, title: t, branch: my_branch, target_branch: main, head_sha: x, labels: [], author: a}]", "my-branch"),
    .make(
      "#30", true, "[{scmProvider: {github: {organization: o}}}]", "'{{ .labels }}' {{ .repository_id }} {{ kindOf .repository_id }}",
      repositories: repositories, "'prod,staging' 7 int", "'' r-2 string", "'' <no value> invalid"),
    .make("#28 #29", false, "[{pullRequest: {github: {owner: o, repo: r}}}]", "{{number}} {{labels}}", answers: requests, "1 {{labels}}"),
  ]

  static let sources: [ReferenceCase] = [
    .flat("#31", "{values: {foo: bar}}", "{{values.foo}}", "bar"), .go("#31", "{values: {foo: bar}}", "{{ .values.foo }}", "bar"),
    .fails("#31", false, ReferenceCase.list(of: "{a: 1}"), "error parsing value as string"),
    .make(
      "#32", true, ReferenceCase.directories("{path: '*'}"), "{{ .path.path }} {{ .path.basenameNormalized }}", files: apps, "app1 app1",
      "app2 app2", "app_3 app-3", "p1 p1"),
    .make(
      "#33", true, ReferenceCase.directories("{path: 'p1/*'}, {path: 'p1/*/*'}"), "{{ .path.path }}", files: deep, "p1/app2", "p1/p2",
      "p1/p2/app3", "p1/p2/p3"),
    .make(
      "#34", true, ReferenceCase.directories("{path: 'p1/*', exclude: true}, {path: '*'}, {path: '*/*'}"), "{{ .path.path }}", files: apps,
      "app1", "app2", "app_3", "p1"),
    .make(
      "#34", true, ReferenceCase.directories("{path: '*/*'}, {path: '*'}, {path: 'p1/*', exclude: true}"), "{{ .path.path }}", files: apps,
      "app1", "app2", "app_3", "p1"),
    .make(
      "#35", false, ReferenceCase.files("{path: '**/*.yaml'}"),
      "{{foo.bar}} {{path}} {{path.basename}} {{path.filename}} {{path.basenameNormalized}} {{path.filenameNormalized}} {{path[0]}} {{path[1]}}",
      files: ["path/dir/file_name.yaml": "foo: {bar: baz}"], "baz path/dir dir file_name.yaml dir file-name.yaml path dir"),
    .make(
      "#36", false, ReferenceCase.files("{path: '**/*.yaml'}", prefix: "myRepo"),
      "{{myRepo.path}} {{myRepo.path.basename}} {{myRepo.path[1]}} {{path}}",
      files: ["path/dir/f.yaml": ""], "path/dir dir dir {{path}}"),
    .make(
      "#36", true, ReferenceCase.files("{path: '**/*.yaml'}", prefix: "myRepo"), "{{ .myRepo.path.basename }}",
      files: ["path/dir/f.yaml": ""], "dir"),
    .make("#37", true, ReferenceCase.files("{path: '*.yaml'}"), "{{ keys . | join \",\" }}", files: ["a/f.yaml": ""], "path"),
    .make("#38", true, ReferenceCase.files("{path: '*.json'}"), "x", files: ["a/f.json": "[]"]),
    .make(
      "#39", true, ReferenceCase.files("{path: '*.json'}"), "{{ .k }} {{ .path.path }}",
      files: ["a/f.json": "[{\"k\": \"1\"}, {\"k\": \"2\"}]"],
      "1 a", "2 a"),
    .fails(
      "#40", true, ReferenceCase.files("{path: '**/config.json'}"), files: ["cluster-config/production/config.json": "this is not json"],
      "error generating params from git: unable to process file 'cluster-config/production/config.json' from repository 'RepoURL': unable to "
        + "parse file: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type []map[string]interface {}"
    ),
    .make("#41", false, ReferenceCase.files("{path: '*.json'}"), "{{n}}", files: ["a/f.json": "{\"n\": 123}"], "123"),
    .make(
      "#41", true, ReferenceCase.files("{path: '*.json'}"), "{{ kindOf .n }} {{ .n }}", files: ["a/f.json": "{\"n\": 123}"], "float64 123"),
    .make(
      "#42", true, ReferenceCase.files("{path: 'some-path/*.yaml'}"), "{{ .path.path }}", files: ["some-path/staging/values.yaml": ""],
      "some-path/staging"),
    .make(
      "#43", true, ReferenceCase.files("{path: 'cluster-charts/*/*/values.yaml'}, {path: 'cluster-charts/*/values.yaml', exclude: true}"),
      "x",
      files: ["cluster-charts/c/mychart/values.yaml": "", "cluster-charts/c/values.yaml": "", "cluster-charts/d/other/values.yaml": ""]),
    .make("#45", true, "[{clusters: {}}]", "{{ .name }} '{{ .project }}'", definitions: cluster, "prod ''", "in-cluster ''"),
    .make(
      "#46", true, "[{clusters: {selector: {matchLabels: {argocd.argoproj.io/secret-type: cluster}}}}]", "{{ .name }}",
      definitions: cluster,
      "prod"),
    .make(
      "#47", false, "[{clusters: {values: {e: '{{ metadata.labels.env }}'}}}]", "{{values.e}}", definitions: cluster, "prod",
      "{{ metadata.labels.env }}"),
    .make(
      "#48", false, "[{clusters: {selector: {matchLabels: {env: prod}}, values: {lol1: lol, lol2: '{{values.lol1}}{{values.lol1}}'}}}]",
      "{{values.lol2}}",
      definitions: cluster, "{{values.lol1}}{{values.lol1}}"),
    .make(
      "#48", true, "[{clusters: {selector: {matchLabels: {env: prod}}, values: {lol1: lol, lol2: '{{ .values.lol1 }}'}}}]",
      "{{ .values.lol2 }}",
      definitions: cluster, "<no value>"),
    .make(
      "#50", true, "[{clusters: {flatList: true}}]", "{{ range .clusters }}{{ .name }} {{ end }}", definitions: cluster, "prod in-cluster "),
  ]

  private static let web =
    "{organization: o, repository: web, url: u, branch: main, sha: abcd, labels: [prod-a, go], repository_id: 1, paths: []}"
  private static let api = "{organization: o, repository: api, url: u, branch: main, sha: abcd, labels: [go], repository_id: 2, paths: []}"

  /// What the provider's filters leave of two repositories.
  private static func filtered(_ filters: String, _ names: String...) -> ReferenceCase {
    ReferenceCase(
      number: "#80", goTemplate: true, generators: "[{scmProvider: {github: {organization: o}, filters: \(filters)}}]",
      out: "{{ .repository }}", repositories: "[\(web), \(api)]", outcome: .gives(names))
  }

  private static let plugin = "[{plugin: {configMapRef: {name: p}}}]"
  private static let pluginSettings = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: p, namespace: argocd}
    data: {baseUrl: "http://p", token: "$a:b"}
    ---

    """

  private static func replies(_ number: String, _ goTemplate: Bool, _ out: String, _ reply: String, _ expected: String...) -> ReferenceCase
  {
    ReferenceCase(
      number: number, goTemplate: goTemplate, generators: plugin, out: out, definitions: pluginSettings, plugins: "http://p: \(reply)",
      outcome: .gives(expected))
  }

  static let forges: [ReferenceCase] = [
    replies("#66", true, "{{ .m.num }} {{ kindOf .m.num }}", "{output: {parameters: [{m: {num: 123}}]}}", "123 float64"),
    replies("#66", false, "{{m.num}}", "{output: {parameters: [{m: {num: 123}}]}}", "123"),
    replies("#67", true, "x", "{output: {parameters: []}}"), replies("#67", true, "x", "{input: {parameters: []}}"),
    filtered("[{repositoryMatch: w, labelMatch: '^prod-.*$'}]", "web"), filtered("[{repositoryMatch: a, labelMatch: '^prod-.*$'}]"),
    filtered("[{repositoryMatch: '^api$'}, {labelMatch: '^prod-.*$'}]", "web", "api"), filtered("[{}]", "web", "api"),
    .fails(
      "#80", true, "[{scmProvider: {github: {organization: o}, filters: [{repositoryMatch: '('}]}}]",
      repositories: "[\(web)]", "error listing repos: error compiling RepositoryMatch regexp \"(\": "),
  ]

  private static let list12 = "{list: {elements: [{a: '1'}, {a: '2'}]}}, {list: {elements: [{b: '1'}, {b: '2'}]}}"
  private static let numbers = "{list: {elements: [{a: '1'}]}}"

  static let combinations: [ReferenceCase] = [
    .make("#51", false, ReferenceCase.matrix(list12), "{{a}}{{b}}", "11", "12", "21", "22"),
    .make("#52", true, ReferenceCase.matrix("{list: {elements: [{a: false}]}}, {list: {elements: [{a: true}]}}"), "{{ .a }}", "false"),
    .fails(
      "#53", false, ReferenceCase.matrix("{list: {elements: [{a: x}]}}, {list: {elements: [{a: z}]}}"),
      "failed to combine string maps with merging params for the matrix generator: found duplicate key a with different value, a: x ,b: z"),
    .fails("#54", true, ReferenceCase.matrix(numbers), "found less than two generators, Matrix support only two"),
    .fails(
      "#54", true, ReferenceCase.matrix("\(numbers), {list: {elements: [{b: x}]}, clusters: {}}"),
      "failed to get params for second generator in the matrix generator: found more than one generator in matrix.Generators"),
    .make(
      "#55", true,
      ReferenceCase.matrix(
        "{list: {elements: [{d: app1, u: r}]}}, {git: {repoURL: '{{ .u }}', directories: [{path: '{{ .d }}'}], values: {a: '{{ .d }}!', b: '{{ .path.basenameNormalized }}'}}}"
      ), "{{ .values.a }} {{ .values.b }}", files: apps, "app1! app1"),
    .fails(
      "#56", true, ReferenceCase.matrix("\(numbers), {clusters: {values: {bad: '{{.path.basename'}}}"),
      "failed to get params for second generator in the matrix generator: child generator returned an error on parameter generation: failed to replace "
        + "parameters in generator: failed to pre-resolve Values key \"bad\": failed to parse template"),
    .fails(
      "#56", true, ReferenceCase.matrix("\(numbers), {clusters: {values: {bad: '{{ mustFromJson \"not-valid-json\" }}'}}}"),
      "failed to get params for second generator in the matrix generator: child generator returned an error on parameter generation: failed to replace "
        + "parameters in generator: failed to pre-resolve Values key \"bad\": failed to execute go template"),
    .make(
      "#58", true, ReferenceCase.merge("[b]", "{a: '1_1', b: same, c: '1_3'}", "{a: '2_1', b: same}", "{a: '3_1', b: different, c: '3_3'}"),
      "{{ .a }} {{ .b }} {{ .c }}", "2_1 same 1_3"),
    .make("#59", true, ReferenceCase.merge("[k]", "{a: x}", "{b: z}"), "{{ .a }}{{ .b }}", "xz"),
    .make("#60", true, ReferenceCase.merge("[k]", "{a: x, k: '1'}", "{b: y}"), "{{ .a }}{{ .b }}", "x<no value>"),
    .make("#61", true, ReferenceCase.merge("[key, key]", "{key: b, v: x}", "{key: b, v: z}"), "{{ .v }}", "z"),
    .fails(
      "#61", true, ReferenceCase.merge("[key]", "{key: b}, {key: b}", "{key: c}"),
      "error getting param sets by merge key: the parameters from a generator were not unique by the given mergeKeys, Merge requires all param "
        + "sets to be unique. Duplicate key was {\"key\":\"b\"}"),
    .make("#61", true, ReferenceCase.merge("[k]", "{k: {a: b}, v: x}", "{k: {a: b}, v: z}"), "{{ .v }}", "z"),
    .make(
      "#62", true, "[{clusters: {}, selector: {matchLabels: {server: 'https://some-really-long-url-that-will-exceed-63-characters.com'}}}]",
      "{{ .name }}", definitions: cluster, "prod"),
    .make(
      "#63", true, "[{list: {elements: [{s: a, values: [bar]}, {s: b, values: [foo]}]}, selector: {matchLabels: {values.0: bar}}}]",
      "{{ .s }}", "a"),
    .make(
      "#64", true, "[{clusters: {}, selector: {matchExpressions: [{key: metadata.labels.env, operator: NotIn, values: [prod]}]}}]",
      "{{ .name }}",
      definitions: cluster, "in-cluster"),
    .make(
      "#65", true, "[{clusters: {}, selector: {matchLabels: {metadata.labels.argocd.argoproj.io/secret-type: cluster}}}]", "{{ .name }}",
      definitions: cluster, "prod"),
    .make(
      "#65", false, "[{clusters: {}, selector: {matchLabels: {metadata.labels.argocd.argoproj.io/secret-type: cluster}}}]", "{{name}}",
      definitions: cluster, "prod"),
    .make(
      "#68", true, "[{clusterDecisionResource: {configMapRef: duck, name: p}}]", "{{ .name }} '{{ .score }}' '{{ .reason }}'",
      definitions: cluster + duck, "prod '0' ''"),
  ]

  @Test(arguments: rendering + sources + forges + combinations)
  func isAsArgoCDDoesIt(_ test: ReferenceCase) throws {
    let text =
      test.definitions
      + set(test.generators, name: "n", out: test.out, goTemplate: test.goTemplate, spec: "  goTemplateOptions: \(test.options)")
    var answers = test.answers.isEmpty ? RecordedAnswers() : try pulls(test.answers)
    if !test.repositories.isEmpty { try answers.take(repositories: YAML.decode(test.repositories)) }
    if !test.plugins.isEmpty { answers.take(plugins: try YAML.decode(test.plugins)) }
    let only = try #require(evaluate(text, files: test.files, answers: answers).sets.first)
    switch test.outcome {
    case .gives(let expected):
      #expect(only.errors.map(\.message) == [])
      #expect(only.generated.map { $0.annotations["out"] } == expected)
    case .fails(let message):
      let error = try #require(only.firstError)
      #expect(error.message.hasPrefix(message), "\(error.message)")
    }
  }

  /// Who gets the finalizer.
  @Test(arguments: [
    ("#22", "{a: b}", "", "", ["resources-finalizer.argocd.argoproj.io"]),
    ("#22", "{a: b}", "finalizers: null", "", ["resources-finalizer.argocd.argoproj.io"]),
    ("#22", "{a: b}", "finalizers: []", "", ["resources-finalizer.argocd.argoproj.io"]),
    ("#22", "{a: b}", "finalizers: [existing]", "", ["existing"]),
    (
      "#22", "{a: b}", "finalizers: [resources-finalizer.argocd.argoproj.io/background]", "",
      ["resources-finalizer.argocd.argoproj.io/background"]
    ),
    ("#22", "{a: b}", "", "syncPolicy: {preserveResourcesOnDeletion: true}", []),
    ("#22", "{a: b}", "finalizers: [existing]", "syncPolicy: {preserveResourcesOnDeletion: true}", ["existing"]), ("#15", "{}", "", "", []),
  ])
  func finalizers(_ number: String, _ element: String, _ own: String, _ policy: String, _ expected: [String]) {
    let text = """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: s, namespace: argocd}
      spec:
        goTemplate: true
        \(policy)
        generators: [{list: {elements: [\(element)]}}]
        template:
          metadata:
            name: app
            \(own)
          spec: {destination: {server: "https://kubernetes.default.svc"}}
      """
    let application = evaluate(text).instances.first?.application
    #expect((application?[at: "metadata", "finalizers"]?.arrayValue ?? []).compactMap(\.stringValue) == expected)
  }

  /// Keys are templates too, in both modes.
  @Test(arguments: [("#19", true, "{{ .key }}"), ("#19", false, "{{key}}")])
  func keysAreTemplates(_ number: String, _ goTemplate: Bool, _ tag: String) {
    let text = set("[{list: {elements: [{key: some-key}]}}]", name: "app", goTemplate: goTemplate).replacing(
      "out:", with: "'annotation-\(tag)':")
    #expect(evaluate(text).instances.first?.annotations == ["annotation-some-key": "x"])
  }

  /// The new globbing of Argo CD, which a Fleet switches on.
  @Test(arguments: [
    ("#42", "{path: 'some-path/*.yaml'}", ["some-path/values.yaml"]),
    (
      "#42", "{path: '**/values.yaml'}",
      ["cluster-charts/c/mychart", "cluster-charts/c", "cluster-charts/d/other", "some-path", "some-path/staging"]
    ),
    (
      "#43", "{path: 'cluster-charts/*/*/values.yaml'}, {path: 'cluster-charts/*/values.yaml', exclude: true}",
      ["cluster-charts/c/mychart", "cluster-charts/d/other"]
    ), ("#43", "{path: 'cluster-charts/{c,d}/*/values.yaml'}", ["cluster-charts/c/mychart", "cluster-charts/d/other"]),
  ])
  func newGlobbing(_ number: String, _ items: String, _ folders: [String]) {
    let fleet = "apiVersion: flotilla.dev/v1alpha1\nkind: Fleet\nmetadata: {name: f}\nspec: {generators: {fileGlobbing: doublestar}}\n---\n"
    let files = [
      "cluster-charts/c/mychart/values.yaml": "", "cluster-charts/c/values.yaml": "", "cluster-charts/d/other/values.yaml": "",
      "some-path/values.yaml": "", "some-path/staging/values.yaml": "",
    ]
    let made =
      evaluate(fleet + set(ReferenceCase.files(items), name: "n", out: "{{ .path.path }}"), files: files).sets.first?.generated ?? []
    #expect(made.compactMap { $0.annotations["out"] }.sorted() == folders.map { $0.replacing("/values.yaml", with: "") }.sorted())
  }

  /// When a set wants to be evaluated again.
  @Test(arguments: [
    ("#57", "[{list: {elements: [{a: b}]}}]", nil), ("#57", "[{clusters: {}}]", nil),
    ("#57", "[{git: {repoURL: r, directories: [{path: '*'}]}}]", 180),
    ("#57", "[{git: {repoURL: r, requeueAfterSeconds: 7, directories: [{path: '*'}]}}]", 7),
    ("#57", "[{git: {repoURL: r, requeueAfterSeconds: 0, directories: [{path: '*'}]}}]", nil),
    ("#57", "[{matrix: {generators: [{list: {elements: [{a: b}]}}, {clusters: {}}]}}]", nil),
    (
      "#57", "[{matrix: {generators: [{git: {repoURL: r, directories: [{path: '*'}]}}, {pullRequest: {github: {owner: o, repo: r}}}]}}]",
      180
    ),
    ("#57", "[{pullRequest: {github: {owner: o, repo: r}}}]", 1800), ("#57", "[{scmProvider: {github: {organization: o}}}]", 1800),
    ("#57", "[{pullRequest: {github: {owner: o, repo: r}, requeueAfterSeconds: 60}}, {git: {repoURL: r, directories: [{path: '*'}]}}]", 60),
  ])
  func requeues(_ number: String, _ generators: String, _ seconds: Int?) throws {
    var answers = try pulls("o/r: []")
    try answers.take(repositories: [])
    let evaluation = evaluate(set(generators, name: "n"), files: ["a/x": ""], answers: answers)
    #expect(evaluation.sets.first?.requeueAfter == seconds.map { .seconds($0) })
  }

  /// A list of clusters that failed never means "no clusters".
  @Test(arguments: [("#49", "could not list Secrets"), ("#49", "connection refused")])
  func clustersThatCannotBeListed(_ number: String, _ reason: String) throws {
    let only = try #require(evaluate(set("[{clusters: {}}]", name: "{{ .name }}"), clusters: .failed(reason)).sets.first)
    #expect(only.firstError?.message == "error getting cluster secrets: \(reason)")
    #expect(!only.complete && only.generated.isEmpty)
  }

  /// All names that no generator has are told, sorted, and the set is not taken for one that wants nothing.
  @Test(arguments: [("#73", "[{bbb: {}}, {aaa: {}}]", "aaa, bbb"), ("#73", "[{list: {elements: [{a: b}]}}, {ccc: {}}]", "ccc")])
  func unknownGenerators(_ number: String, _ generators: String, _ names: String) throws {
    let evaluation = evaluate(set(generators, name: "n"))
    let told = evaluation.diagnostics.filter { $0.message.contains("contains unrecognized generators: ") }.map(\.message)
    for name in names.split(separator: ", ") { #expect(told.contains { $0.contains("unrecognized generators: \(name)") }, "\(told)") }
    #expect(try #require(evaluation.sets.first).complete == false)
  }

  /// What an empty status says: no error, but only a list says that there is nothing.
  @Test(arguments: [("#69", "{}", false), ("#69", "{decisions: []}", true), ("#69", "{decisions: [{clusterName: prod}]}", true)])
  func emptyStatus(_ number: String, _ status: String, _ complete: Bool) throws {
    let text =
      Self.cluster + Self.duck.replacing("{decisions: [{clusterName: prod, score: 0, reason: \"\"}, {clusterName: nowhere}]}", with: status)
    let only = try #require(evaluate(text + set("[{clusterDecisionResource: {configMapRef: duck, name: p}}]", name: "n")).sets.first)
    #expect(only.firstError == nil && only.complete == complete)
  }

  /// One application that is not valid does not touch the others.
  @Test(arguments: [
    (
      "#70", "''", "{server: 'https://kubernetes.default.svc'}", "default",
      "ApplicationSet s contains an application with no name; a name must be set in"
    ),
    (
      "#71", "'{{ .i }}'", "{name: my-cluster, server: my-server}", "default",
      "application destination can't have both name and server defined: my-cluster my-server"
    ),
    (
      "#72", "'{{ .i }}'", "{server: 'https://kubernetes.default.svc'}", "{{ if eq .i \"a\" }}nope{{ end }}",
      "application references project nope which does not exist"
    ),
    (
      "#72", "'{{ .i }}'", "{name: '{{ if eq .i \"a\" }}nowhere{{ else }}in-cluster{{ end }}'}", "default",
      "application destination spec is invalid: there are no clusters with this name: nowhere"
    ),
  ])
  func invalid(_ number: String, _ name: String, _ destination: String, _ project: String, _ message: String) {
    let text = """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: s, namespace: argocd}
      spec:
        goTemplate: true
        generators: [{list: {elements: [{i: a}, {i: b}]}}]
        template:
          metadata: {name: \(name)}
          spec: {project: '\(project)', destination: \(destination)}
      """
    let evaluation = evaluate(text)
    #expect(evaluation.diagnostics.contains { $0.message.contains(message) }, "\(evaluation.diagnostics)")
    #expect(evaluation.sets.first?.firstError == nil)
    if project != "default" || destination.contains("nowhere") { #expect(evaluation.instances.map(\.name) == ["b"]) }
  }

  /// A patch, YAML or JSON, cannot change the project.
  @Test(arguments: [
    ("#77", "spec: {project: other, revisionHistoryLimit: 3}"),
    ("#77", "{\"spec\": {\"project\": \"other\", \"revisionHistoryLimit\": 3}}"),
  ])
  func patches(_ number: String, _ patch: String) {
    let text = set("[{list: {elements: [{a: b}]}}]", name: "n", spec: "  templatePatch: \(JSON.string(.string(patch)))")
      .replacing("spec: {destination", with: "spec: {project: default, destination")
    let application = evaluate(text).instances.first?.application
    #expect(application?[at: "spec", "project"] == "default" && application?[at: "spec", "revisionHistoryLimit"] == 3)
  }
}
