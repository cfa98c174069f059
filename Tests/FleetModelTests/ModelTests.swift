import Document
import FleetModel
import Testing

@Suite struct LabelSelectorTests {
  @Test(arguments: [
    ("{}", true), ("{matchLabels: {env: prod}}", true), ("{matchLabels: {env: dev}}", false),
    ("{matchExpressions: [{key: env, operator: In, values: [dev, prod]}]}", true),
    ("{matchExpressions: [{key: env, operator: NotIn, values: [dev]}]}", true),
    ("{matchExpressions: [{key: missing, operator: NotIn, values: [dev]}]}", true),
    ("{matchExpressions: [{key: missing, operator: In, values: [dev]}]}", false),
    ("{matchExpressions: [{key: env, operator: Exists}]}", true), ("{matchExpressions: [{key: env, operator: DoesNotExist}]}", false),
    ("{matchLabels: {env: prod}, matchExpressions: [{key: tier, operator: Exists}]}", false),
    ("{matchLabels: {server: \"https://some-really-long-url-that-will-exceed-63-characters.example.com/and/more\"}}", true),
  ])
  func matches(_ text: String, _ expected: Bool) throws {
    let selector = try LabelSelector(YAML.decode(text))
    let labels = ["env": "prod", "server": "https://some-really-long-url-that-will-exceed-63-characters.example.com/and/more"]
    #expect(selector.matches(labels) == expected)
  }

  @Test(arguments: [
    (
      "{matchExpressions: [{key: a, operator: Equals, values: [x]}]}",
      "matchExpressions[0].operator: \"Equals\" is not a valid pod selector operator"
    ),
    (
      "{matchExpressions: [{key: a, operator: In}]}",
      "matchExpressions[0].values: values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty"
    ),
    (
      "{matchExpressions: [{key: a, operator: Exists, values: [x]}]}",
      "matchExpressions[0].values: values: Invalid value: [\"x\"]: values set must be empty for exists and does not exist"
    ),
    ("{matchLabel: {a: b}}", "matchLabel: unknown field \"matchLabel\": did you mean \"matchLabels\"?"),
    ("{matchLabels: {a: 5}}", "matchLabels.a: must be text, not number: put it in quotes"),
    ("{matchLabels: {/a: b}}", "matchLabels./a: key: Invalid value: \"/a\": prefix part must be non-empty"),
  ])
  func refuses(_ text: String, _ message: String) throws {
    let value = try YAML.decode(text)
    #expect {
      _ = try LabelSelector(value)
    } throws: { "\($0)" == message }
  }

  @Test func printsAsKubectlTakesIt() throws {
    let selector = try LabelSelector(
      YAML.decode(
        "{matchLabels: {b: c, a: b}, matchExpressions: [{key: t, operator: NotIn, values: [x, z]}, {key: o, operator: DoesNotExist}]}"))
    #expect(selector.description == "a=b,b=c,t notin (x,z),!o")
  }
}

@Suite struct DependencyTests {
  @Test(arguments: [
    ("{application: db}", "application db"), ("{applicationSet: platform}", "application set platform on the same cluster"),
    ("{applicationSet: platform, scope: fleet}", "application set platform in the whole fleet"),
    (
      "{selector: {matchLabels: {tier: db}}, scope: {clusterSelector: {matchLabels: {env: prod}}}}",
      "applications with tier=db on clusters with env=prod"
    ),
  ])
  func reads(_ text: String, _ summary: String) throws {
    #expect(try Dependency(YAML.decode(text)).summary == summary)
  }

  @Test(arguments: [
    ("{}", "needs one of application, applicationSet or selector"),
    ("{application: a, applicationSet: b}", "has application and applicationSet: write one entry for each"),
    ("{aplication: a}", "aplication: unknown field \"aplication\": did you mean \"application\"?"),
    ("{application: a, scope: cluster}", "scope: must be sameCluster, fleet or an object with clusterSelector, not \"cluster\""),
    ("web", "must be an object with one of application, applicationSet or selector, not string"),
  ])
  func refuses(_ text: String, _ message: String) throws {
    let value = try YAML.decode(text)
    #expect {
      _ = try Dependency(value)
    } throws: { "\($0)" == message }
  }
}

@Suite struct InstanceIDTests {
  @Test func holdsItsParts() {
    let id = InstanceID(namespace: "argocd", set: "web", element: "dir=apps/a,cluster=b")
    #expect(id.rawValue == "argocd/web/dir=apps/a,cluster=b")
    #expect(id.namespace == "argocd" && id.set == "web" && id.element == "dir=apps/a,cluster=b")
    let plain = InstanceID(namespace: "argocd", application: "a")
    #expect(plain.set == nil && plain.element == "a")
  }
}

/// An Application printed as Argo CD's Go structs print it.
@Suite struct NormalizerTests {
  @Test(arguments: [
    (
      "{metadata: {name: a}, spec: {}}",
      #"{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"a"},"spec":{"destination":{},"project":""}}"#
    ),
    (
      "{metadata: {name: a, labels: {}, finalizers: []}, spec: {project: p, x: 1, source: {path: '', repoURL: r, helm: {skipCrds: false, values: ''}}}}",
      #"{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"a"},"spec":{"destination":{},"project":"p","source":{"helm":{},"repoURL":"r"}}}"#
    ),
    (
      "{metadata: {name: a}, spec: {syncPolicy: {automated: {prune: false}, retry: {limit: 0}}, revisionHistoryLimit: 0, dependsOn: [{application: b}]}}",
      #"{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"a"},"spec":{"destination":{},"project":"","revisionHistoryLimit":0,"syncPolicy":{"automated":{"prune":false},"retry":{}}}}"#
    ),
    (
      "{metadata: {name: a}, operation: {}, status: {x: y}, spec: {info: [{name: i}], source: {directory: {jsonnet: {}}, plugin: {parameters: [{array: []}]}}}}",
      #"{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"a"},"operation":{"initiatedBy":{},"retry":{}},"spec":{"destination":{},"info":[{"name":"i","value":""}],"project":"","source":{"directory":{},"plugin":{"parameters":[{"array":[],"name":""}]},"repoURL":""}}}"#
    ),
  ])
  func prints(_ text: String, _ expected: String) throws {
    #expect(try JSON.string(Normalizer.application(YAML.decode(text))) == expected)
  }
}

@Suite struct ApplicationTests {
  @Test func readsWhatTheLaterStagesAskFor() throws {
    let application = try Application(
      YAML.decode(
        """
        metadata: {name: a, namespace: argocd, labels: {l: m}}
        spec:
          destination: {name: c, namespace: ns}
          sources:
          - {repoURL: r, path: p, helm: {parameters: [{name: x, value: z, forceString: true}], valuesObject: {a: 1}}}
          - {repoURL: r2, ref: values}
          syncPolicy:
            automated: {prune: true}
            syncOptions: [CreateNamespace=true, Prune=confirm, CreateNamespace=false]
            retry: {limit: 3, backoff: {duration: 1s, maxDuration: 1m}}
          ignoreDifferences: [{kind: Deployment, group: apps, jsonPointers: [/spec/replicas]}]
          dependsOn: [{applicationSet: platform}]
        """))
    #expect(application.project == "default" && application.destination.name == "c" && application.sources.count == 2)
    #expect(application.sources.first?.helm?.parameters.first?.forceString == true)
    #expect(application.syncPolicy.automated == SyncPolicy.Automated(prune: true))
    #expect(application.syncPolicy.option("CreateNamespace") == "false" && application.syncPolicy.option("Delete") == nil)
    #expect(application.syncPolicy.retry == RetryPolicy(limit: 3, duration: .seconds(1), factor: 2, maxDuration: .seconds(60)))
    #expect(application.ignoreDifferences.first?.jsonPointers == ["/spec/replicas"])
    #expect(application.dependsOn.first?.target == .applicationSet("platform"))
  }

  @Test(arguments: [
    ("{metadata: {name: a}}", "spec: has no spec"), ("{spec: {project: 5}}", "spec.project: must be text, not number"),
    (
      "{spec: {syncPolicy: {retry: {backoff: {duration: soon}}}}}",
      "spec.syncPolicy.retry.backoff.duration: \"soon\" is no duration: write it like 30s, 5m or 1h30m"
    ),
    ("{spec: {sources: [{path: [a]}]}}", "spec.sources[0].path: must be text, not array"),
  ])
  func refuses(_ text: String, _ message: String) throws {
    let value = try YAML.decode(text)
    #expect {
      _ = try Application(value)
    } throws: { "\($0)" == message }
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("goTemplates", "goTemplate"), ("generatros", "generators"), ("Templates", "template"), ("syncpolicy", "syncPolicy"), ("xyz", nil),
    ("a", nil),
  ])
  func finds(_ name: String, _ expected: String?) {
    #expect(NearestName.find(name, in: ["goTemplate", "generators", "template", "syncPolicy"]) == expected)
  }
}
