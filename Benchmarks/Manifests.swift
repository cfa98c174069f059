/// Manifests as applications have them.
enum Manifests {
  static func configMap(_ name: String, number: Int) -> String {
    """
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: \(name), labels: {app.kubernetes.io/name: \(name)}}
    data:
      number: "\(number)"
      application.properties: |
        server.port=8080
        feature.x=true
        region=eu-\(number % 3)

    """
  }

  static func service(_ name: String) -> String {
    """
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: \(name), labels: {app.kubernetes.io/name: \(name)}}
    spec:
      selector: {app: \(name)}
      ports: [{name: http, port: 80, targetPort: http}]

    """
  }

  static func deployment(_ name: String, number: Int) -> String {
    """
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name), labels: {app.kubernetes.io/name: \(name)}}
    spec:
      replicas: 2
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec:
          containers:
          - name: main
            image: registry.example.com/team/app:1.\(number % 90)
            args: [--log-level=info, "--shard=\(number)"]
            ports: [{name: http, containerPort: 8080}]
            env: [{name: LOG_LEVEL, value: info}]
            resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}}
            readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 5}

    """
  }

  static func secret(_ name: String) -> String {
    "---\napiVersion: v1\nkind: Secret\nmetadata: {name: \(name)}\ntype: Opaque\ndata: {user: YWRtaW4=, password: c2VjcmV0c2VjcmV0}\n"
  }

  static func custom(_ name: String, number: Int) -> String {
    """
    ---
    apiVersion: bench.example.com/v1
    kind: Widget
    metadata: {name: \(name)}
    spec: {size: \(number % 10), colour: blue, parts: [{name: a, count: 1}, {name: b, count: 2}]}

    """
  }

  /// What defines ``custom(_:number:)``.
  static let definition = """
    ---
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: widgets.bench.example.com}
    spec:
      group: bench.example.com
      scope: Namespaced
      names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
      versions:
      - name: v1
        served: true
        storage: true
        subresources: {status: {}}
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec:
                type: object
                properties:
                  size: {type: integer}
                  colour: {type: string}
                  parts:
                    type: array
                    items:
                      type: object
                      properties: {name: {type: string}, count: {type: integer}}
              status: {type: object, x-kubernetes-preserve-unknown-fields: true}

    """

  /// So many objects of an application: of every ten four ConfigMaps, two Deployments, two Services and two Secrets; the first three
  /// bear the application's name.
  static func application(_ name: String, number: Int, objects: Int) -> String {
    (0..<objects).map { index in
      let own = index < 3 ? name : "\(name)-\(index)"
      switch index % 10 {
      case 1, 5: return service(own)
      case 2, 6: return deployment(own, number: number)
      case 8, 9: return secret(own)
      default: return configMap(own, number: number)
      }
    }.joined()
  }

  /// So many objects in equal parts.
  static func mixed(_ count: Int) -> String {
    (0..<count).map { number in
      switch number % 4 {
      case 0: configMap("config-\(number)", number: number)
      case 1: service("service-\(number)")
      case 2: deployment("web-\(number)", number: number)
      default: secret("secret-\(number)")
      }
    }.joined()
  }
}
