import Synchronization

/// What a client has done since it was made.
public struct HTTPStatistics: Sendable, Hashable {
  /// Requests given to libcurl.
  public var requests = 0
  /// Requests that ended without a whole answer, cancelled ones left out.
  public var failures = 0
  /// Connections opened by finished requests.
  public var connectionsOpened = 0
  /// Bytes of bodies received by finished requests, before unpacking.
  public var bytesReceived = 0
}

/// The counters, written by the libcurl thread and read by anyone.
final class StatisticsCounter: Sendable {
  private let value = Mutex(HTTPStatistics())

  func change(_ body: (inout HTTPStatistics) -> Void) { value.withLock { body(&$0) } }

  var current: HTTPStatistics { value.withLock { $0 } }
}
