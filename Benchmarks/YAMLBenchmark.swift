import Document
import Foundation

/// Decoding of 20 MB of Kubernetes manifests, beside PyYAML's binding of the same C library.
struct YAMLBenchmark: Benchmark {
  let name = "yaml"
  let summary = "decoding of 20 MB of manifests, beside PyYAML's binding of the same C library"

  func run() async throws {
    let text = YAMLBenchmark.manifests(megabytes: 20)
    let bytes = Array(text.utf8)
    var documents = 0
    let own = try await Measurement.best(of: 3) {
      documents = try YAML.decodeAll(bytes, limits: DecodingLimits(maxBytes: 64 << 20, maxNodes: 64_000_000)).count
    }
    say("yaml: \(bytes.count >> 20) MB, \(documents) documents")
    say("  flotilla              \(Figure.seconds(own.wall))   peak \(Figure.megabytes(Measurement.peakMemory))")
    let file = NSTemporaryDirectory() + "flotilla-bench-\(ProcessInfo.processInfo.processIdentifier).yaml"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let script = """
      import sys, time, yaml
      data = open(sys.argv[1], "rb").read()
      start = time.perf_counter()
      count = sum(1 for _ in yaml.load_all(data, Loader=yaml.CSafeLoader))
      print(time.perf_counter() - start, count)
      """
    guard let output = Subprocess.output("python3", ["-c", script, file]), let first = output.split(separator: " ").first,
      let seconds = Double(first)
    else {
      say("  yaml.CSafeLoader      skipped: no python3 with PyYAML and libyaml here")
      return
    }
    say("  yaml.CSafeLoader      \(Figure.seconds(seconds))   \(Figure.rounded(seconds / own.wall)) times as long")
  }

  /// Deployments and ConfigMaps as charts print them.
  static func manifests(megabytes: Int) -> String {
    var text = ""
    text.reserveCapacity(megabytes << 20)
    var number = 0
    while text.utf8.count < megabytes << 20 {
      number += 1
      text += """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: service-\(number)
          namespace: team-\(number % 40)
          labels: {app.kubernetes.io/name: service-\(number), app.kubernetes.io/managed-by: "Helm"}
          annotations:
            example.com/description: 'the service number \(number)'
        spec:
          replicas: \(number % 7 + 1)
          selector:
            matchLabels:
              app.kubernetes.io/name: service-\(number)
          template:
            metadata:
              labels:
                app.kubernetes.io/name: service-\(number)
            spec:
              containers:
              - name: main
                image: registry.example.com/team/service-\(number):1.\(number % 90).0
                ports:
                - {name: http, containerPort: 8080}
                env:
                - name: LOG_LEVEL
                  value: info
                - name: PORT
                  value: "8080"
                resources:
                  requests: {cpu: 100m, memory: 128Mi}
                  limits: {memory: 256Mi}
                readinessProbe:
                  httpGet:
                    path: /healthz
                    port: http
                  periodSeconds: 5
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: service-\(number)
          namespace: team-\(number % 40)
        data:
          ratio: "0.\(number % 100)"
          application.properties: |
            server.port=8080
            feature.x=true
            region=eu-\(number % 3)

        """
    }
    return text
  }
}
