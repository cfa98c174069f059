import Document
import Transport

/// What a check of a cluster found, in the order in which it looked. Judging is pure: numbers in, verdicts out.
public struct ClusterCheckReport: Sendable, Hashable {
  /// What is looked at.
  public enum Subject: String, Sendable, Hashable, CaseIterable {
    /// Name, network, TLS.
    case reachability
    /// Whether the credential is accepted, and as whose.
    case authentication
    /// The server's version.
    case version
    /// How long an answer takes.
    case latency
    /// How far the clocks here and there are apart.
    case clock
    /// Whether the server can tell all that it serves.
    case discovery
    /// Whether the server serves the kinds that applications consist of.
    case kinds
    /// Whether the account may do what the hub has to do.
    case permissions
    /// How long the token is still good.
    case token
  }

  /// How it stands.
  public enum Verdict: String, Sendable, Hashable, Comparable {
    /// As it should be.
    case good
    /// Could not be found out.
    case unknown
    /// Works, but will make trouble.
    case doubtful
    /// Does not work.
    case bad

    private var rank: Int {
      switch self {
      case .good: 0
      case .unknown: 1
      case .doubtful: 2
      case .bad: 3
      }
    }

    /// By badness.
    public static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }
  }

  /// One line of the report.
  public struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// What was looked at.
    public var subject: Subject
    /// How it stands.
    public var verdict: Verdict
    /// What was found.
    public var message: String
    /// What to do; nil when nothing is to be done.
    public var advice: String?

    /// `clock: bad: … : what to do`.
    public var description: String { "\(subject.rawValue): \(verdict.rawValue): \(message)" + (advice.map { ": \($0)" } ?? "") }
  }

  /// The cluster.
  public var cluster: String
  /// What was found.
  public var findings: [Finding] = []
  /// The server's version, such as `v1.36.0`.
  public var version: String?
  /// The median of several answers.
  public var latency: Duration?
  /// By how many seconds the server's clock is ahead of ours.
  public var clockSkew: Double?
  /// As whom the server knows us.
  public var user: String?
  /// What the account may not do, though it should.
  public var missing: [AccessNeed] = []

  init(cluster: String) { self.cluster = cluster }

  /// A report on a cluster that nobody could ask, since its registration cannot be used.
  public init(cluster: String, unusable reason: String) {
    self.cluster = cluster
    add(.reachability, .bad, reason)
    notAsked()
  }

  private mutating func notAsked() {
    for subject in Subject.allCases where ![.reachability, .token, .kinds].contains(subject) {
      add(subject, .unknown, "not asked: the cluster does not answer")
    }
  }

  /// The worst of all findings.
  public var verdict: Verdict { findings.map(\.verdict).max() ?? .unknown }

  /// What was found about one subject.
  public subscript(subject: Subject) -> Finding? { findings.first { $0.subject == subject } }

  mutating func add(_ subject: Subject, _ verdict: Verdict, _ message: String, _ advice: String? = nil) {
    findings.append(Finding(subject: subject, verdict: verdict, message: message, advice: advice))
  }

  /// The report as a document, for `-o json` and `-o yaml`.
  public var value: Value {
    var status: Object = [
      "verdict": .string(verdict.rawValue), "missingPermissions": .array(missing.map { .string($0.description) }),
      "findings": .array(
        findings.map { finding in
          var entry: Object = [
            "subject": .string(finding.subject.rawValue), "verdict": .string(finding.verdict.rawValue), "message": .string(finding.message),
          ]
          entry["advice"] = finding.advice.map { .string($0) }
          return .object(entry)
        }),
    ]
    status["version"] = version.map { .string($0) }
    status["user"] = user.map { .string($0) }
    status["latencyMilliseconds"] = latency.map { .int(Int64((milliseconds($0)).rounded())) }
    status["clockSkewSeconds"] = clockSkew.map { .double(($0 * 10).rounded() / 10) }
    return [
      "apiVersion": "flotilla.dev/v1alpha1", "kind": "ClusterCheck", "metadata": ["name": .string(cluster)], "status": .object(status),
    ]
  }

  private func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1000 + Double(duration.components.attoseconds) / 1e15
  }

  // MARK: - judging

  mutating func judge(unreachable error: KubernetesError) {
    add(.reachability, .bad, error.message, error.advice)
    notAsked()
  }

  /// Server-side apply is what everything rests on: 1.22. From 1.26 on, two requests tell all that a server serves.
  mutating func judge(version text: String, major: String, minor: String) {
    version = text
    guard let major = Int(major), let minor = Int(minor.prefix { $0.isNumber }) else {
      add(.version, .unknown, "the server calls itself \(text)")
      return
    }
    if (major, minor) < (1, 22) {
      add(.version, .bad, "the server is \(text)", "Flotilla needs Kubernetes 1.22 or newer, for server-side apply: upgrade the cluster")
    } else if (major, minor) < (1, 26) {
      add(.version, .doubtful, "the server is \(text)", "older than 1.26 it is slow to tell what it serves: plan an upgrade")
    } else {
      add(.version, .good, "the server is \(text)")
    }
  }

  mutating func judge(latencies times: [Duration], asked: Int) {
    guard !times.isEmpty else {
      add(.latency, .bad, "none of \(asked) requests was answered", "look at the API server's load, and at the way to it")
      return
    }
    let median = times.sorted()[times.count / 2]
    latency = median
    let milliseconds = milliseconds(median)
    let text = "an answer takes \(Int(milliseconds.rounded())) ms"
    if times.count < asked {
      add(.latency, .doubtful, "\(asked - times.count) of \(asked) requests were not answered; \(text)", "look at the API server's load")
    } else if milliseconds > 1000 {
      add(.latency, .doubtful, text, "syncs will be slow: look at the API server's load, or run a hub nearer to it")
    } else {
      add(.latency, .good, text)
    }
  }

  /// - Parameters:
  ///   - clock: the answer's `Date`, cut to whole seconds
  ///   - wall: our clock when the answer was there
  ///   - took: how long the exchange took; the server wrote its date somewhere within
  mutating func judge(clock date: String?, wall: Double, took: Duration) {
    guard let date, let seconds = DateText.http(date) else {
      add(.clock, .unknown, "the server sends no date")
      return
    }
    let half = (Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18) / 2
    let skew = Double(seconds) + 0.5 - (wall - half)
    clockSkew = skew
    // What the whole seconds and the way hide.
    let uncertainty = 0.5 + half
    let apart = max(0, abs(skew) - uncertainty)
    let text = "the server's clock is \(Int(abs(skew).rounded())) s \(skew > 0 ? "ahead of" : "behind") ours"
    let advice = "set both clocks by NTP: with clocks apart, tokens and certificates count as expired or as not yet valid"
    if apart > 300 {
      add(.clock, .bad, text, advice)
    } else if apart > 5 {
      add(.clock, .doubtful, text, advice)
    } else {
      add(.clock, .good, "the clocks agree")
    }
  }

  mutating func judge(kinds: Int, incomplete: [String]) {
    if kinds == 0 {
      add(.discovery, .bad, "the server serves no kind", "is this the address of an API server?")
    } else if incomplete.isEmpty {
      add(.discovery, .good, "the server serves \(kinds) kinds")
    } else {
      let list = Set(incomplete).sorted().joined(separator: ", ")
      add(
        .discovery, .doubtful, "the server cannot tell what it serves of \(list)",
        "an aggregated API is down: see `kubectl get apiservices`; applications with such kinds wait meanwhile")
    }
  }

  mutating func judge(tokenExpiry: Int64?, now: Double) {
    guard let tokenExpiry else {
      add(.token, .good, "the token has no end that it tells")
      return
    }
    let left = Double(tokenExpiry) - now
    let date = DateText.rfc3339(tokenExpiry)
    if left <= 0 {
      add(.token, .bad, "the token ran out at \(date)", "run `flotilla cluster add` again for a new one")
    } else if left < 7 * 86400 {
      add(.token, .doubtful, "the token runs out at \(date)", "run `flotilla cluster add` again for a new one")
    } else {
      add(.token, .good, "the token is good until \(date)")
    }
  }
}
