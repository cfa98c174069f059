import Document
import Hub
import Hummingbird

/// `/healthz`, `/readyz` and `/metrics`, for whatever watches over the hub.
struct HealthRoutes {
  let controller: FleetController
  let metrics: Metrics

  func add(to router: Router<BasicRequestContext>) {
    router.get("healthz") { _, _ in Response.text("ok\n") }
    router.get("readyz") { [controller] _, _ in
      let state = await controller.readiness()
      return Response.text(state.message + "\n", status: state.isReady ? .ok : .serviceUnavailable)
    }
    router.get("metrics") { [controller, metrics] _, _ in
      await controller.updateGauges()
      return Response.text(metrics.exposition())
    }
  }
}
