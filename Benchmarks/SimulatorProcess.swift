import Document
import Foundation
import Glibc
import Simulator

/// Simulated clusters in a process of their own, so that their memory and processor time are not the hub's.
///
/// It is steered by lines of JSON: one question on its input, one answer on its output; it ends with its input.
struct SimulatorProcess {
  /// The addresses by name: `cluster-0`, `cluster-1`, ….
  let endpoints: [String: String]
  private let questions: Int32
  private let answers: Int32

  /// Runs `body` while so many clusters are served.
  static func use<Result>(_ count: Int, _ body: (SimulatorProcess) async throws -> Result) async throws -> Result {
    Subprocess.raiseFileLimit()
    let process = Subprocess.ownProcess(["--simulators", "\(count)"])
    let (output, input) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardInput = input
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    let answers = output.fileHandleForReading.fileDescriptor
    guard let line = await Lines.next(answers), case .object(let addresses) = try JSON.decode(line) else {
      throw Failure("the simulated clusters did not start")
    }
    let endpoints = addresses.reduce(into: [String: String]()) { $0[$1.key] = $1.value.stringValue }
    return try await body(
      SimulatorProcess(endpoints: endpoints, questions: input.fileHandleForWriting.fileDescriptor, answers: answers))
  }

  /// The endpoints of some of the clusters.
  func endpoints(_ numbers: Range<Int>) -> [String: String] {
    numbers.reduce(into: [:]) { $0["cluster-\($1)"] = endpoints["cluster-\($1)"] }
  }

  /// Asks one thing at a time.
  func ask(_ question: Value) async throws -> Value {
    let bytes = JSON.encode(question) + [UInt8(ascii: "\n")]
    guard write(questions, bytes, bytes.count) == bytes.count, let line = await Lines.next(answers) else {
      throw Failure("the simulated clusters are gone")
    }
    let answer = try JSON.decode(line)
    if let problem = answer["error"]?.stringValue { throw Failure(problem) }
    return answer
  }

  /// What came in since the last reset, over some clusters or all.
  func counts(_ numbers: Range<Int>? = nil) async throws -> Counts {
    let range = numbers ?? 0..<endpoints.count
    let answer = try await ask(["ask": "counts", "from": .int(Int64(range.lowerBound)), "to": .int(Int64(range.upperBound))])
    return Counts(
      requests: answer["requests"]?.intValue ?? 0, writes: answer["writes"]?.intValue ?? 0, objects: answer["objects"]?.intValue ?? 0)
  }

  /// Sets the counters to zero.
  func reset() async throws { _ = try await ask(["ask": "reset"]) }

  struct Counts {
    let requests: Int64
    let writes: Int64
    /// What all of them hold, also what came with the clusters.
    let objects: Int64
  }
}

/// Lines from a descriptor, read on a thread that may block.
enum Lines {
  static func next(_ descriptor: Int32) async -> [UInt8]? {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: read(descriptor)) }
    }
  }

  private static func read(_ descriptor: Int32) -> [UInt8]? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while Glibc.read(descriptor, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { return line }
      line.append(byte)
    }
    return nil
  }
}

// MARK: - the other side

extension SimulatorProcess {
  /// The process of the clusters.
  static func serve(_ count: Int) async throws {
    Subprocess.raiseFileLimit()
    let server = try await SimulatorServer.start(
      (0..<count).map { SimulatedClusterSettings(name: "cluster-\($0)", seed: UInt64($0 + 1)) })
    var addresses = Object()
    for (name, cluster) in server.clusters { addresses[name] = .string(cluster.url) }
    tell(.object(addresses))
    let desk = SimulatorDesk(server: server)
    while let line = await Lines.next(0) {
      do {
        tell(try await desk.answer(JSON.decode(line)))
      } catch {
        tell(["error": .string("\(error)")])
      }
    }
    exit(0)
  }

  private static func tell(_ value: Value) {
    let bytes = JSON.encode(value) + [UInt8(ascii: "\n")]
    _ = write(1, bytes, bytes.count)
  }
}

/// What the process of the clusters does when it is asked to.
struct SimulatorDesk {
  let server: SimulatorServer

  func answer(_ question: Value) async throws -> Value {
    switch question["ask"]?.stringValue {
    case "counts":
      let range = Int(question["from"]?.intValue ?? 0)..<Int(question["to"]?.intValue ?? 0)
      let some = range.compactMap { server["cluster-\($0)"] }
      let objects = some.reduce(0) { $0 + $1.withCluster { $0.objectCount } }
      return [
        "requests": .int(Int64(some.reduce(0) { $0 + $1.requests })), "writes": .int(Int64(some.reduce(0) { $0 + $1.writes })),
        "objects": .int(Int64(objects)), "watches": .int(Int64(some.reduce(0) { $0 + $1.withCluster { $0.watchCount } })),
      ]
    case "reset":
      for cluster in server.clusters.values { cluster.resetRequestCounts() }
      return [:]
    case "usage":
      return [
        "resident": .double(Measurement.residentMemory), "peak": .double(Measurement.peakMemory),
        "cpu": .double(Measurement.processorTime()),
      ]
    case "fill": return try fill(Int(question["objects"]?.intValue ?? 0))
    case "drift": return try await drift(question)
    default: throw Failure("unknown question \(question)")
    }
  }

  /// Applies objects to every cluster, by the requests that a client would send.
  private func fill(_ count: Int) throws -> Value {
    let objects = try YAML.decodeAll(Array(Manifests.mixed(count).utf8)).map(\.value)
    for cluster in server.clusters.values {
      for object in objects {
        let status = cluster.withCluster { $0.handle(SimulatorDesk.apply(object, by: "filler"), at: SimulatorClock.system.now()).status }
        guard status < 300 else { throw Failure("an object was refused with \(status)") }
      }
    }
    return ["objects": .int(Int64(objects.count * server.clusters.count))]
  }

  private static func apply(_ object: Value, by manager: String) -> APIRequest {
    let plural = (object["kind"]?.stringValue ?? "").lowercased() + "s"
    let version = object["apiVersion"]?.stringValue ?? ""
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    let group = version.contains("/") ? "apis/\(version)" : "api/\(version)"
    return APIRequest(
      method: "PATCH", target: "/\(group)/namespaces/default/\(plural)/\(name)?fieldManager=\(manager)&force=true",
      headers: ["content-type": "application/apply-patch+yaml"], body: JSON.encode(object))
  }

  /// Changes objects of the fleet by hand, one after the other, and measures how long each takes to be as it was.
  ///
  /// Three kinds of drift in turn: a changed value, a changed number of replicas, a deleted object. Each application is taken once at most.
  private func drift(_ question: Value) async throws -> Value {
    let (samples, applications) = (Int(question["samples"]?.intValue ?? 0), Int(question["applications"]?.intValue ?? 1))
    let pause = Duration.milliseconds(question["pause"]?.intValue ?? 50)
    let (first, clusters) = (Int(question["first"]?.intValue ?? 0), server.clusters.count)
    return try await withThrowingTaskGroup(of: (Int, Double).self) { group in
      for number in first..<first + samples {
        guard let cluster = server["cluster-\(number % clusters)"] else { continue }
        let application = number / clusters % applications
        group.addTask { (number % 3, try await SimulatorDesk.heal(cluster, "app-\(application)", kind: number % 3)) }
        try await Task.sleep(for: pause)
      }
      var answer: [Value] = []
      for try await (kind, milliseconds) in group { answer.append([.int(Int64(kind)), .double(milliseconds)]) }
      return ["samples": .array(answer)]
    }
  }

  /// The time from a change until it is undone, in milliseconds, seen every half a millisecond.
  private static func heal(_ cluster: SimulatedClusterServer, _ name: String, kind: Int) async throws -> Double {
    let object = "/api/v1/namespaces/\(name)/configmaps/\(name)"
    let patch: (String, String) =
      kind == 1
      ? ("/apis/apps/v1/namespaces/\(name)/deployments/\(name)", "{\"spec\":{\"replicas\":9}}")
      : (object, "{\"data\":{\"number\":\"changed\"}}")
    let request =
      kind == 2
      ? APIRequest(method: "DELETE", target: object)
      : APIRequest(
        method: "PATCH", target: patch.0 + "?fieldManager=somebody", headers: ["content-type": "application/merge-patch+json"],
        body: Array(patch.1.utf8))
    let isHealed: @Sendable (borrowing SimulatedCluster) -> Bool = { state in
      kind == 1
        ? state.object(group: "apps", plural: "deployments", namespace: name, name: name)?[at: "spec", "replicas"]?.intValue == 2
        : state.object(group: "", plural: "configmaps", namespace: name, name: name)?[at: "data", "number"]?.stringValue
          == String(name.dropFirst(4))
    }
    let clock = ContinuousClock()
    let (status, wasWhole) = cluster.withCluster { state in
      let before = isHealed(state)
      return (state.handle(request, at: SimulatorClock.system.now()).status, before)
    }
    let start = clock.now
    guard status < 300, wasWhole else { throw Failure("\(cluster.name): \(name) could not be changed: \(status)") }
    guard !cluster.withCluster({ isHealed($0) }) else { throw Failure("\(cluster.name): \(name) did not drift") }
    while clock.now - start < .seconds(60) {
      try await Task.sleep(for: .microseconds(500))
      if cluster.withCluster({ isHealed($0) }) { return (clock.now - start).inSeconds * 1000 }
    }
    throw Failure("\(cluster.name): \(name) was not healed within 60 s")
  }
}
