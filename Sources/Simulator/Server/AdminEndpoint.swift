import Document

/// The paths beneath `/simulator` that steer a cluster from outside.
enum AdminEndpoint {
  /// Answers an administrative request; nil for all other paths. These answer even while the cluster is out of reach.
  static func answer(_ request: APIRequest, _ server: SimulatedClusterServer) -> APIResponse? {
    guard request.path.hasPrefix("/simulator/") else { return nil }
    switch (request.method, request.path) {
    case ("GET", "/simulator/faults"): return json(server.faults.value)
    case ("PUT", "/simulator/faults"):
      guard let value = try? JSON.decode(request.body), value.objectValue != nil else { return bad("the body must be a JSON object") }
      server.faults = SimulatorFaults(value)
      return json(server.faults.value)
    case ("GET", "/simulator/settings"): return json(server.withCluster { value(of: $0.settings) })
    case ("PUT", "/simulator/settings"):
      guard let value = try? JSON.decode(request.body), value.objectValue != nil else { return bad("the body must be a JSON object") }
      return json(
        server.withCluster { cluster in
          apply(value, to: &cluster.settings)
          return AdminEndpoint.value(of: cluster.settings)
        })
    case ("GET", "/simulator/requests"):
      return json(
        server.withCluster { cluster in
          [
            "requests": .int(Int64(cluster.requests)), "writes": .int(Int64(cluster.writes)),
            "byVerb": .object(Object(cluster.requestCounts.map { Member(key: $0.key, value: .int(Int64($0.value))) })),
            "objects": .int(Int64(cluster.objectCount)), "watches": .int(Int64(cluster.watchCount)),
          ]
        })
    case ("DELETE", "/simulator/requests"):
      server.resetRequestCounts()
      return json([:])
    case ("POST", "/simulator/compact"):
      server.withCluster { $0.compactHistory() }
      return json([:])
    case ("POST", "/simulator/drop-watches"):
      server.dropWatches()
      return json([:])
    default: return APIResponse(status: 404, body: Array("{\"message\":\"no such simulator path\"}\n".utf8))
    }
  }

  private static func value(of settings: SimulatedClusterSettings) -> Value {
    [
      "readyAfterMilliseconds": .int(settings.readyAfter.wholeMilliseconds),
      "failingImages": .array(settings.failingImages.map { .string($0) }),
      "progressDeadlineMilliseconds": settings.progressDeadline.map { .int($0.wholeMilliseconds) } ?? .null,
      "customResourcesBecomeReady": .bool(settings.customResourcesBecomeReady), "controllers": .bool(settings.controllers),
    ]
  }

  private static func apply(_ value: Value, to settings: inout SimulatedClusterSettings) {
    if let number = value["readyAfterMilliseconds"]?.intValue { settings.readyAfter = .milliseconds(number) }
    if let images = value["failingImages"]?.arrayValue { settings.failingImages = images.compactMap(\.stringValue) }
    if let number = value["progressDeadlineMilliseconds"]?.intValue { settings.progressDeadline = .milliseconds(number) }
    if let flag = value["customResourcesBecomeReady"]?.boolValue { settings.customResourcesBecomeReady = flag }
    if let flag = value["controllers"]?.boolValue { settings.controllers = flag }
  }

  private static func json(_ value: Value) -> APIResponse {
    APIResponse(status: 200, body: JSON.encode(value) + [UInt8(ascii: "\n")])
  }

  private static func bad(_ message: String) -> APIResponse {
    APIResponse(status: 400, body: JSON.encode(["message": .string(message)]))
  }
}
