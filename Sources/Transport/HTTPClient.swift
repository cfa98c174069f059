import CCurl
import FoundationEssentials

/// The process's HTTP client: libcurl on one thread of its own, shared by everything that speaks HTTP.
///
/// HTTP/2 where TLS negotiates it, with many requests on one connection; connections are kept and reused. Requests and streams use separate
/// connections. A client that is let go of, or shut down, ends its thread and fails what is under way with `cancelled`.
public final class HTTPClient: Sendable {
  let mailbox = Mailbox()
  private let counter = StatisticsCounter()
  private let proxies: ProxyRules
  /// Threads on which large bodies are decoded, so that Swift's own pool stays free. Started when first used.
  public let computePool: BlockingPool

  /// libcurl's own preparation; done once in a process.
  private static let prepared: Bool = curl_global_init(3) == CURLE_OK

  /// Starts a client.
  /// - Parameters:
  ///   - environment: where `HTTPS_PROXY` and its kin are looked up; read once
  ///   - computeThreads: how many threads decode large bodies
  public init(environment: [String: String] = ProcessInfo.processInfo.environment, computeThreads: Int = 2) {
    proxies = ProxyRules(environment: environment)
    computePool = BlockingPool(name: "compute", threads: computeThreads)
    let ready = HTTPClient.prepared
    let started =
      ready
      && NativeThread.start(name: "curl") { [mailbox, counter] in
        CurlLoop(mailbox, statistics: counter).run()
      }
    if !started { _ = mailbox.close() }
  }

  deinit { shutdown() }

  /// Fails what is under way, closes all connections and ends the thread. Does not wait for it.
  public func shutdown() {
    mailbox.post(.stop)
    computePool.shutdown()
  }

  /// What the client has done so far.
  public var statistics: HTTPStatistics { counter.current }

  /// Sends a request and waits for its whole answer. Cancelling the task gives up at once.
  public func send(
    _ request: HTTPRequest, settings: ConnectionSettings = ConnectionSettings(), maximumBodyBytes: Int = 64 << 20,
    over pool: ConnectionPool = .requests
  ) async throws(TransportError) -> HTTPResponse {
    let id = mailbox.newID()
    let outcome: Result<HTTPResponse, TransportError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let sink = CollectingSink(limit: maximumBodyBytes) { continuation.resume(returning: $0) }
        submit(request, settings, id: id, pool: pool, sink: sink)
        // The handler may have run before there was anything to cancel.
        if Task.isCancelled { mailbox.post(.cancel(id)) }
      }
    } onCancel: {
      mailbox.post(.cancel(id))
    }
    return try outcome.get()
  }

  /// Hands a request to the libcurl thread. The sink is finished exactly once, whatever happens.
  func submit(_ request: HTTPRequest, _ settings: ConnectionSettings, id: UInt64, pool: ConnectionPool, sink: any TransferSink) {
    let proxy = URLParts(request.url).flatMap { proxies.proxy(for: $0, settings: settings) }
    let submission = Submission(id: id, request: request, settings: settings, pool: pool, proxy: proxy, sink: sink)
    if !mailbox.post(.submit(submission)) {
      sink.finish(
        TransportError(
          .cancelled, "the HTTP client was shut down", method: request.method, url: request.url, mayHaveReachedServer: false))
    }
  }
}
