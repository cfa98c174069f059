import Document
import Generators
import Hub
import Hummingbird
import StateStore

/// Clusters, events, holds, and the recorded state that `flotilla plan` compares with.
struct FleetRoutes {
  let controller: FleetController

  func add(to router: Router<BasicRequestContext>) {
    let api = router.group("api/v1")
    api.get("clusters") { [controller] _, _ in
      Response.json(.list(await controller.clusters().map(FleetBody.cluster)))
    }
    api.get("clusters/:name") { [controller] _, context in
      let name = try context.parameters.require("name")
      guard let cluster = await controller.clusters().first(where: { $0.name == name }) else {
        throw Problem.notFound("cluster \"\(name)\" not found")
      }
      return Response.json(FleetBody.cluster(cluster))
    }
    api.get("events") { [controller] request, _ in
      let limit = min(max(request.query("limit").flatMap(Int.init) ?? 200, 1), 5000)
      let since = request.query("since").flatMap(Int64.init)
      if let name = request.query("application"), await controller.application(named: name) == nil {
        throw Problem.notFound(await controller.unknownApplication(name))
      }
      let events = try await controller.events(
        application: request.query("application"), cluster: request.query("cluster"), since: since, limit: limit)
      return Response.json(.list(events.map(FleetBody.event)))
    }
    api.get("holds") { [controller] _, _ in
      Response.json(.list(await controller.holds().map(FleetBody.hold)))
    }
    api.post("holds/:set/approve") { [controller] request, context in
      let set = try context.parameters.require("set")
      _ = try await request.jsonBody()
      guard let released = await controller.approve(set) else { throw Problem.notFound("application set \"\(set)\" holds nothing") }
      return Response.json(["items": .array(released.map { .string($0) })])
    }
    api.get("orphans") { [controller] request, _ in
      Response.json(.list(await controller.orphans(project: request.query("project")).map(SyncBody.orphans)))
    }
    api.get("plan/state") { [controller] _, _ in
      var body = Value.list(await controller.recorded().map(FleetBody.planned))
      body["pins"] = TemplatePins.value(await controller.pinned())
      return Response.json(body)
    }
    api.get("status") { [controller] _, _ in
      Response.json(FleetBody.status(await controller.fleetStatus()))
    }
  }
}
