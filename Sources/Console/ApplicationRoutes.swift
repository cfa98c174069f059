import Document
import FleetModel
import Hub
import Hummingbird
import Syncing

/// Applications and application sets: list, one, why, sync.
struct ApplicationRoutes {
  let controller: FleetController

  func add(to router: Router<BasicRequestContext>) {
    let api = router.group("api/v1")
    api.get("applications") { [controller] request, _ in
      let selector = try request.labelSelector()
      return Response.json(.list(await controller.applications(selector: selector).map(ApplicationBody.summary)))
    }
    api.get("applications/:name") { [controller] _, context in
      let name = try context.parameters.require("name")
      guard let view = await controller.application(named: name) else { throw Problem.notFound(await controller.unknownApplication(name)) }
      return Response.json(ApplicationBody.whole(view, objects: await controller.objects(of: view.id)))
    }
    api.get("applications/:name/why") { [controller] _, context in
      let name = try context.parameters.require("name")
      guard let answer = await controller.why(name) else { throw Problem.notFound(await controller.unknownApplication(name)) }
      return Response.json(["summary": .string(answer.summary), "reasons": .array(answer.reasons.map { .string($0) })])
    }
    api.get("applications/:name/diff") { [controller] _, context in
      let name = try context.parameters.require("name")
      do {
        guard let plan = try await controller.diff(of: name) else { throw Problem.notFound(await controller.unknownApplication(name)) }
        return Response.json(plan.value)
      } catch let error as FleetController.Unanswered {
        throw Problem(status: .badGateway, message: error.description)
      }
    }
    api.get("applicationsets") { [controller] _, _ in
      Response.json(.list(await controller.applicationSets().map(ApplicationBody.set)))
    }
    api.get("applicationsets/:name") { [controller] _, context in
      let name = try context.parameters.require("name")
      guard let set = await controller.applicationSets().first(where: { $0.name == name }) else {
        throw Problem.notFound("application set \"\(name)\" not found")
      }
      return Response.json(ApplicationBody.set(set))
    }
    api.post("sync") { [controller] request, _ in
      let body = try await request.jsonBody()
      let names = body["names"]?.arrayValue?.compactMap(\.stringValue) ?? []
      let selector = try body["selector"]?.stringValue.map(SelectorText.parse)
      let all = body["all"]?.boolValue ?? false
      guard all || selector != nil || !names.isEmpty else { throw Problem.invalid("name applications, give a selector, or set all") }
      for name in names where await controller.application(named: name) == nil {
        throw Problem.notFound(await controller.unknownApplication(name))
      }
      let wish = SyncWish(
        prune: body["prune"]?.boolValue ?? false, force: body["force"]?.boolValue ?? false, resources: try resources(body["resources"]))
      if body["dryRun"]?.boolValue == true {
        guard !names.isEmpty, !all, selector == nil else { throw Problem.invalid("a dry run is of applications that are named") }
        return Response.json(.list(try await tryOut(names, wish)))
      }
      let requested = await controller.requestSync(names: Set(names), selector: all ? LabelSelector() : selector, wish: wish)
      return Response.json(["items": .array(requested.map { .string($0) })], status: .accepted)
    }
  }

  private func resources(_ value: Value?) throws -> [ResourceSelector] {
    try (value?.arrayValue ?? []).map { entry in
      guard let text = entry.stringValue, let selector = ResourceSelector(text) else {
        throw Problem.invalid(
          "resource \(JSON.string(entry)): write GROUP:KIND:NAME or GROUP:KIND:NAMESPACE/NAME, with ! before it to leave it out")
      }
      return selector
    }
  }

  private func tryOut(_ names: [String], _ wish: SyncWish) async throws -> [Value] {
    var results: [Value] = []
    for name in names {
      do {
        guard let result = try await controller.tryOut(name, wish: wish) else {
          throw Problem.notFound(await controller.unknownApplication(name))
        }
        results.append(SyncBody.result(name, result))
      } catch let error as FleetController.Unanswered {
        throw Problem(status: .badGateway, message: error.description)
      }
    }
    return results
  }
}

extension Request {
  /// The selector of the query.
  func labelSelector() throws -> LabelSelector? { try query("selector").map(SelectorText.parse) }
}

/// Selectors as kubectl's `-l` takes them.
enum SelectorText {
  static func parse(_ text: String) throws -> LabelSelector {
    do {
      return try LabelSelector(text: text)
    } catch {
      throw Problem.invalid("selector \"\(text)\": \(error)")
    }
  }
}

extension Value {
  /// A list as Kubernetes writes it.
  static func list(_ items: [Value]) -> Value { ["apiVersion": "v1", "kind": "List", "items": .array(items)] }
}
