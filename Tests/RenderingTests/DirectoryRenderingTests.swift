import Document
import FleetModel
import Git
import Testing

@testable import Rendering

@Suite struct DirectoryRenderingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let files: [String: String]
    var source: Value = ["path": "app"]
    var objects: [String] = []
    var diagnostics: [String] = []
  }

  private static func configMap(_ name: String) -> String { "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)\n" }

  static let cases = [
    Case(
      testDescription: "files in the order of their names, YAML and JSON",
      files: [
        "app/b.yaml": configMap("b"), "app/a.yml": configMap("a"),
        "app/c.json": #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"c"}}"#,
        "app/readme.md": "no manifest", "other/x.yaml": configMap("x"),
      ],
      objects: ["ConfigMap/a app/a.yml:1", "ConfigMap/b app/b.yaml:1", "Secret/c app/c.json:1"]),
    Case(
      testDescription: "several documents, empty ones left out",
      files: ["app/all.yaml": "---\n# nothing\n---\n" + configMap("a") + "---\n" + configMap("b")],
      objects: ["ConfigMap/a app/all.yaml:4", "ConfigMap/b app/all.yaml:9"]),
    Case(
      testDescription: "folders below are left out without recurse",
      files: ["app/a.yaml": configMap("a"), "app/sub/b.yaml": configMap("b")], objects: ["ConfigMap/a app/a.yaml:1"]),
    Case(
      testDescription: "recurse", files: ["app/a.yaml": configMap("a"), "app/sub/b.yaml": configMap("b")],
      source: ["path": "app", "directory": ["recurse": true]], objects: ["ConfigMap/a app/a.yaml:1", "ConfigMap/b app/sub/b.yaml:1"]),
    Case(
      testDescription: "include and exclude see paths below the folder, and a star crosses slashes",
      files: ["app/a.yaml": configMap("a"), "app/sub/b.yaml": configMap("b"), "app/sub/c.yaml": configMap("c")],
      source: ["path": "app", "directory": ["recurse": true, "include": "*.yaml", "exclude": "{a.yaml,sub/c*}"]],
      objects: ["ConfigMap/b app/sub/b.yaml:1"]),
    Case(
      testDescription: "lists are taken apart",
      files: [
        "app/list.yaml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
          + "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n"
      ],
      objects: ["ConfigMap/a app/list.yaml:1", "ConfigMap/b app/list.yaml:1"]),
    Case(
      testDescription: "the root of the repository", files: ["a.yaml": configMap("a")], source: ["path": "."],
      objects: ["ConfigMap/a a.yaml:1"]),
    Case(
      testDescription: "a file that asks to be skipped",
      files: ["app/a.yaml": "# +argocd:skip-file-rendering\n" + configMap("a"), "app/b.yaml": configMap("b")],
      objects: ["ConfigMap/b app/b.yaml:1"]),
    Case(
      testDescription: "no kind", files: ["app/a.yaml": "apiVersion: v1\nmetadata: {name: a}\n"],
      diagnostics: ["app/a.yaml:1:1: error: manifest without kind (metadata.name is \"a\")"]),
    Case(
      testDescription: "no name", files: ["app/a.yaml": "apiVersion: v1\nkind: ConfigMap\n"],
      diagnostics: ["app/a.yaml:1:1: error: ConfigMap without metadata.name"]),
    Case(
      testDescription: "values are no manifest", files: ["app/a.yaml": "replicas: 3\n", "app/b.yaml": configMap("b")],
      objects: ["ConfigMap/b app/b.yaml:1"],
      diagnostics: ["app/a.yaml:1:1: warning: ignored: it has neither apiVersion nor kind, so it is no manifest"]),
    Case(
      testDescription: "the same object twice", files: ["app/a.yaml": configMap("a"), "app/b.yaml": configMap("a")],
      objects: ["ConfigMap/a app/b.yaml:1"],
      diagnostics: ["app/b.yaml:1:1: warning: ConfigMap/a stands at app/a.yaml:1:1 too; this one is used"]),
    Case(
      testDescription: "a folder that is not there", files: ["apps/a.yaml": configMap("a")], source: ["path": "app"],
      diagnostics: ["error: application path \"app\" does not exist in https://h/r.git: did you mean \"apps\"?"]),
    Case(
      testDescription: "a way out of the repository", files: ["app/a.yaml": configMap("a")], source: ["path": "../etc"],
      diagnostics: ["error: application path \"../etc\" leads out of the repository"]),
    Case(
      testDescription: "a chart", files: ["app/Chart.yaml": "name: x\n"],
      diagnostics: ["error: Helm charts (app/Chart.yaml) cannot be rendered by this version yet; plain folders of YAML and JSON can"]),
  ]

  @Test(arguments: cases)
  func renders(_ row: Case) throws {
    let source = try ApplicationSource(row.source)
    let rendered = Renderer.render(source, in: InMemoryTree(row.files), repository: "https://h/r.git")
    let objects = rendered.objects.map { "\($0.value.objectIdentity?.description ?? "?") \($0.position.file):\($0.position.line)" }
    #expect(objects == row.objects)
    #expect(rendered.diagnostics.map(\.description) == row.diagnostics)
  }

  @Test func brokenYAMLIsAnErrorAndTheOtherDocumentsStay() throws {
    let files = ["app/a.yaml": Self.configMap("a") + "---\nkind: {\n---\n" + Self.configMap("b")]
    let rendered = Renderer.render(try ApplicationSource(["path": "app"]), in: InMemoryTree(files), repository: "r")
    #expect(rendered.problem?.hasPrefix("app/a.yaml:") == true)
    #expect(rendered.objects.count == 2)
  }

  @Test func theDigestFollowsTheContent() throws {
    let digest = { (files: [String: String]) throws in
      Renderer.render(try ApplicationSource(["path": "app"]), in: InMemoryTree(files), repository: "r").digest
    }
    let one = try digest(["app/a.yaml": Self.configMap("a")])
    #expect(try digest(["app/renamed.yaml": "# comment\n" + Self.configMap("a")]) == one)
    #expect(try digest(["app/a.yaml": Self.configMap("b")]) != one)
  }
}
