/// When and how late a request is sent again. Pure: randomness comes in as a number.
public struct RetryPolicy: Sendable, Hashable {
  /// How often a request is sent at most, the first time included.
  public var maximumAttempts: Int
  /// The pause before the second attempt; it doubles from attempt to attempt.
  public var baseDelay: Duration
  /// The longest pause that is waited, also when the server asks for more: then the error is returned instead.
  public var maximumDelay: Duration

  /// Makes a policy.
  public init(maximumAttempts: Int = 4, baseDelay: Duration = .milliseconds(200), maximumDelay: Duration = .seconds(20)) {
    self.maximumAttempts = maximumAttempts
    self.baseDelay = baseDelay
    self.maximumDelay = maximumDelay
  }

  /// Sends every request once.
  public static let never = RetryPolicy(maximumAttempts: 1)

  /// The pause before the next attempt after an answer; nil to take the answer as it is.
  ///
  /// 429 says that nothing was done, so it is repeated for every request; 500, 502, 503 and 504 only for a request that may be repeated.
  /// - Parameters:
  ///   - attempt: the number of the attempt that brought the answer, from 1
  ///   - random: evenly distributed in 0..<1
  public func delay(after attempt: Int, status: Int, retryAfter: Duration?, isIdempotent: Bool, random: Double) -> Duration? {
    switch status {
    case 429: break
    case 500, 502, 503, 504: guard isIdempotent else { return nil }
    default: return nil
    }
    return pause(after: attempt, atLeast: retryAfter, random: random)
  }

  /// The pause before the next attempt after a failure; nil to give up.
  public func delay(after attempt: Int, error: TransportError, isIdempotent: Bool, random: Double) -> Duration? {
    switch error.kind {
    case .unknownHost, .connectionFailed, .connectionLost, .timeout: break
    default: return nil
    }
    // A timeout has used up the caller's patience already, unless it struck while connecting.
    if error.kind == .timeout && error.mayHaveReachedServer { return nil }
    guard isIdempotent || !error.mayHaveReachedServer else { return nil }
    return pause(after: attempt, atLeast: nil, random: random)
  }

  /// Between half and all of the doubled base, so that many clients do not come back at once.
  private func pause(after attempt: Int, atLeast wanted: Duration?, random: Double) -> Duration? {
    guard attempt < maximumAttempts else { return nil }
    if let wanted, wanted > maximumDelay { return nil }
    let full = min(baseDelay * (1 << min(max(attempt - 1, 0), 16)), maximumDelay)
    let jittered = full * (0.5 + 0.5 * random)
    guard let wanted else { return jittered }
    return wanted + baseDelay * random
  }

  /// Reads a `Retry-After` header: seconds, or a date, which is set against the answer's own `Date` so that no clock has to agree.
  public static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
    guard let text = headers["retry-after"] else { return nil }
    if let seconds = Int(text) { return seconds >= 0 ? .seconds(seconds) : nil }
    guard let date = DateText.http(text), let now = headers["date"].flatMap(DateText.http) else { return nil }
    return .seconds(max(0, date - now))
  }
}
