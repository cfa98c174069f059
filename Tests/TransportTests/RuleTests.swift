import Testing

@testable import Transport

@Suite("proxies, URLs, retries, pools")
struct RuleTests {
  @Test(
    "URLs fit for printing",
    arguments: [
      ("https://user:pass@Host:8443/a/b?token=1#x", "https://Host:8443/a/b"),
      ("HTTPS://h", "https://h"),
      ("https://[::1]:6443/api", "https://[::1]:6443/api"),
      ("http://a@b@c/x", "http://c/x"),
      ("http://host:99999/", "(malformed URL)"),
      ("http:///x", "(malformed URL)"),
      ("", "(malformed URL)"),
    ])
  func presentable(_ url: String, _ expected: String) { #expect(URLParts.presentable(url) == expected) }

  static let exclusions: [(list: String, host: String, excluded: Bool)] = [
    ("*", "https://any", true),
    ("example.com", "https://example.com", true),
    ("example.com", "https://a.example.com", true),
    ("example.com", "https://badexample.com", false),
    (".example.com", "https://example.com", false),
    (".example.com", "https://a.example.com", true),
    ("*.example.com", "https://a.example.com", true),
    ("other, example.com:8443", "https://example.com:8443", true),
    ("example.com:8443", "https://example.com", false),
    ("10.0.0.0/8", "https://10.1.2.3:6443", true),
    ("10.0.0.0/8", "https://11.1.2.3", false),
    ("0.0.0.0/0", "https://11.1.2.3", true),
    ("10.0.0.0/33,nonsense/8", "https://10.0.0.0", false),
    ("10.1.2.3", "https://10.1.2.3", true),
    ("[::2]:6443", "https://[::2]:6443", true),
    ("::2", "https://[::2]:6443", true),
    ("", "https://h", false),
  ]

  @Test("NO_PROXY", arguments: exclusions)
  func noProxy(_ row: (list: String, host: String, excluded: Bool)) throws {
    let url = try #require(URLParts(row.host))
    #expect(ProxyRules.excludes(url, list: row.list) == row.excluded)
  }

  @Test(
    "the proxy that is chosen",
    arguments: [
      (nil, "https://h", "http://s:1"),
      (nil, "http://h", "http://p:1"),
      (nil, "https://localhost:6443", nil),
      (nil, "https://127.0.0.1:6443", nil),
      (nil, "https://in.side", nil),
      ("", "https://h", nil),
      ("socks5://x:1", "https://in.side", "socks5h://x:1"),
      ("http://x:1", "https://127.0.0.1", "http://x:1"),
    ] as [(String?, String, String?)])
  func proxy(_ setting: String?, _ url: String, _ expected: String?) throws {
    let rules = ProxyRules(environment: ["HTTPS_PROXY": "http://s:1", "http_proxy": "http://p:1", "NO_PROXY": "side"])
    #expect(rules.proxy(for: try #require(URLParts(url)), settings: ConnectionSettings(proxy: setting)) == expected)
  }

  static let retries: [(attempt: Int, status: Int, after: Int?, repeatable: Bool, milliseconds: Int?)] = [
    (1, 200, nil, true, nil),
    (1, 429, nil, false, 75),
    (2, 429, nil, false, 150),
    (3, 503, nil, true, 300),
    (4, 503, nil, true, nil),
    (1, 503, nil, false, nil),
    (1, 429, 2, true, 2050),
    (1, 429, 60, true, nil),
    (1, 404, nil, true, nil),
    (1, 501, nil, true, nil),
  ]

  @Test("when a request is repeated", arguments: retries)
  func retry(_ row: (attempt: Int, status: Int, after: Int?, repeatable: Bool, milliseconds: Int?)) {
    let policy = RetryPolicy(maximumAttempts: 4, baseDelay: .milliseconds(100), maximumDelay: .seconds(20))
    let delay = policy.delay(
      after: row.attempt, status: row.status, retryAfter: row.after.map { .seconds($0) }, isIdempotent: row.repeatable, random: 0.5)
    #expect(delay == row.milliseconds.map { .milliseconds($0) })
  }

  @Test(
    "which failures are repeated",
    arguments: [
      (TransportError.Kind.connectionFailed, false, false, true), (.connectionLost, true, false, false),
      (.connectionLost, true, true, true),
      (.timeout, false, false, true), (.timeout, true, true, false), (.tls, false, true, false), (.cancelled, false, true, false),
    ])
  func retryFailure(_ kind: TransportError.Kind, reached: Bool, repeatable: Bool, expected: Bool) {
    let error = TransportError(kind, "x", url: "http://h", mayHaveReachedServer: reached)
    #expect((RetryPolicy().delay(after: 1, error: error, isIdempotent: repeatable, random: 0) != nil) == expected)
  }

  @Test("a blocking pool runs closures and task parts, and as many at once as it has threads")
  func pool() async {
    let pool = BlockingPool(name: "test", threads: 3)
    let monitor = Monitor(0)
    // Each of the three waits for the other two: with fewer threads this would never end.
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          await pool.run {
            monitor.change { $0 += 1 }
            _ = monitor.wait { $0 >= 3 ? true : nil } as Bool
          }
        }
      }
    }
    let sum = await withTaskExecutorPreference(pool) {
      await withTaskGroup(of: Int.self) { group in
        for index in 0..<2000 { group.addTask { index } }
        return await group.reduce(0, +)
      }
    }
    #expect(sum == 1_999_000)
  }
}

@Suite("dates")
struct DateTests {
  static let stamps: [(text: String, seconds: Int64?)] = [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-21T15:04:05Z", 1_795_273_445), ("2000-02-29T23:59:59Z", 951_868_799),
    ("1969-12-31T23:59:59Z", -1), ("2026-11-21T16:04:05.123456+01:00", 1_795_273_445), ("2026-11-21t15:04:05z", 1_795_273_445),
    ("2026-11-21T10:34:05-04:30", 1_795_273_445), ("2016-12-31T23:59:60Z", 1_483_228_799), ("2100-02-29T00:00:00Z", nil),
    ("2026-13-01T00:00:00Z", nil), ("2026-11-21T15:04:05", nil), ("2026-11-21 15:04:05Z", nil), ("2026-11-21T25:04:05Z", nil),
    ("2026-11-21T15:04:05.Z", nil), ("soon", nil), ("2026-11-21T15:04:05+0100", nil),
  ]

  @Test("RFC 3339", arguments: stamps)
  func timestamps(_ row: (text: String, seconds: Int64?)) {
    #expect(DateText.rfc3339(row.text) == row.seconds)
    if let seconds = row.seconds { #expect(DateText.rfc3339(DateText.rfc3339(seconds)) == seconds) }
  }

  @Test("days of four centuries come back as they went")
  func roundTrip() {
    for day in stride(from: Int64(-40000), to: 110_000, by: 7) {
      #expect(DateText.rfc3339(DateText.rfc3339(day * 86400 + 43_200)) == day * 86400 + 43_200)
    }
  }

  @Test(
    "HTTP dates and Retry-After",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sun, 06 Nov 1994 08:49:37 UTC", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
      ("Sun, 31 Feb 1994 08:49:37 GMT", nil), ("", nil),
    ] as [(String, Int64?)])
  func http(_ text: String, _ seconds: Int64?) {
    #expect(DateText.http(text) == seconds)
    let headers = HTTPHeaders([
      .init(name: "Date", value: "Sun, 06 Nov 1994 08:49:30 GMT"), .init(name: "Retry-After", value: text),
    ])
    #expect(RetryPolicy.retryAfter(headers) == seconds.map { _ in .seconds(7) })
  }
}
