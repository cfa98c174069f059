import Document
import HTTPTypes
import Hub
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The hub's HTTP side: the API that the command line uses, health and metrics.
///
/// It decodes requests and encodes answers; what they mean is decided by ``FleetController``.
public struct ConsoleServer: Service {
  /// Where it listens.
  public struct Address: Sendable {
    /// The host or address of an interface.
    public let host: String
    /// The port; 0 for any that is free.
    public let port: Int

    /// Makes an address.
    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  private let controller: FleetController
  private let metrics: Metrics
  private let address: Address
  private let logger: Logger
  private let onListening: @Sendable (Int) async -> Void

  /// Makes a server; `onListening` is told the port once requests are answered.
  public init(
    controller: FleetController, metrics: Metrics, address: Address, logger: Logger,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.controller = controller
    self.metrics = metrics
    self.address = address
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until the service group shuts down.
  public func run() async throws {
    let router = Router()
    router.add(middleware: ProblemMiddleware())
    HealthRoutes(controller: controller, metrics: metrics).add(to: router)
    ApplicationRoutes(controller: controller).add(to: router)
    FleetRoutes(controller: controller).add(to: router)
    let application = Application(
      router: router,
      configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port), serverName: "flotilla"),
      onServerRunning: { [onListening] channel in await onListening(channel.localAddress?.port ?? 0) },
      logger: logger)
    try await application.runService(gracefulShutdownSignals: [])
  }
}

/// An answer that is not a success, as the API reports it.
struct Problem: Error {
  let status: HTTPResponse.Status
  let message: String

  static func notFound(_ message: String) -> Problem { Problem(status: .notFound, message: message) }
  static func invalid(_ message: String) -> Problem { Problem(status: .badRequest, message: message) }
}

/// Turns errors into a JSON body with a message; an unexpected one tells nothing of the inside.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let problem as Problem {
      return .json(["message": .string(problem.message)], status: problem.status)
    } catch let error as HTTPError {
      return .json(["message": .string(error.body ?? "\(error.status)")], status: error.status)
    } catch {
      context.logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return .json(["message": "the hub could not answer; its log says why"], status: .internalServerError)
    }
  }
}

extension Response {
  /// An answer with a JSON body.
  static func json(_ value: Value, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSON.encode(value))))
  }

  /// An answer with text.
  static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

extension Request {
  /// The JSON body of a request that changes something.
  ///
  /// The content type is required: a page in a browser cannot send it to another origin without asking first.
  func jsonBody() async throws -> Value {
    guard headers[.contentType]?.hasPrefix("application/json") == true else {
      throw Problem(status: .unsupportedMediaType, message: "send application/json")
    }
    let buffer = try await body.collect(upTo: 1 << 20)
    do {
      return try JSON.decode(Array(buffer.readableBytesView))
    } catch {
      throw Problem.invalid("the body is no JSON: \(error)")
    }
  }

  /// A parameter of the query, decoded.
  func query(_ name: String) -> String? { uri.queryParameters[Substring(name)].map(String.init) }
}
