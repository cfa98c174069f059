import Document
import FoundationEssentials
import Synchronization
import Transport

/// Runs credential plugins for all clusters of a process, on threads of its own, and remembers what they printed until it runs out.
///
/// A plugin runs once at a time for one cluster; all calls that need its credential wait for that run. A plugin that fails is left alone
/// for a moment, lest a hub with hundreds of calls under way starts it hundreds of times.
public final class ExecPluginHost: Sendable {
  struct Key: Sendable, Hashable {
    var plugin: ExecPlugin
    var cluster: ExecClusterInfo?
  }

  /// A credential and which one it is: that of a later run has a higher number.
  struct Held: Sendable {
    var credential: ExecCredential
    var generation: Int
  }

  typealias Outcome = Result<Held, KubernetesError>

  private struct Entry {
    var held: Held?
    var obtained: Int64 = 0
    var generation = 0
    var running: Task<Outcome, Never>?
    var failure: (error: KubernetesError, until: Int64)?
  }

  private let environment: [String: String]
  private let isInteractive: Bool
  private let timeoutSeconds: Double
  private let now: @Sendable () -> Int64
  private let pool: BlockingPool
  private let entries = Mutex<[Key: Entry]>([:])

  /// How long a failure stands, in seconds.
  private static let failureHold: Int64 = 3
  /// How old a refused credential must be, in seconds, before the plugin is asked for another one.
  private static let minimumAge: Int64 = 5

  /// Makes a host; nothing runs yet.
  /// - Parameters:
  ///   - environment: what the plugins' own environment starts from
  ///   - isInteractive: whether a person at a terminal can answer a plugin's questions
  ///   - threads: how many plugins run at once
  ///   - timeout: after which a plugin is killed
  ///   - now: the wall clock in seconds since 1970
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment, isInteractive: Bool = false, threads: Int = 4,
    timeout: Duration = .seconds(60), now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
  ) {
    self.environment = environment
    self.isInteractive = isInteractive
    timeoutSeconds = Double(timeout.components.seconds) + Double(timeout.components.attoseconds) / 1e18
    self.now = now
    pool = BlockingPool(name: "exec", threads: threads)
  }

  /// The credential of a plugin, from memory while it is good.
  func credential(for key: Key) async throws(KubernetesError) -> Held {
    let ready: Result<Outcome, Pending> = entries.withLock { entries in
      let time = now()
      var entry = entries[key] ?? Entry()
      defer { entries[key] = entry }
      if let held = entry.held, held.credential.expires.map({ $0 > time }) ?? true { return .success(.success(held)) }
      if let running = entry.running { return .failure(Pending(task: running)) }
      if let failure = entry.failure, failure.until > time { return .success(.failure(failure.error)) }
      entry.generation += 1
      let generation = entry.generation
      // No child of the caller's task: others wait for it too, so the caller's cancellation must not end it.
      let task = Task.detached { [self] in await run(key, generation) }
      entry.running = task
      return .failure(Pending(task: task))
    }
    switch ready {
    case .success(let outcome): return try outcome.get()
    case .failure(let pending): return try await SharedTask.outcome(of: pending.task).get()
    }
  }

  private struct Pending: Error { var task: Task<Outcome, Never> }

  /// Forgets a credential that a server refused; true when asking again may bring another one.
  func invalidate(_ key: Key, generation: Int) -> Bool {
    entries.withLock { entries in
      guard var entry = entries[key] else { return true }
      guard let held = entry.held, held.generation == generation else { return true }
      guard now() - entry.obtained >= ExecPluginHost.minimumAge else { return false }
      entry.held = nil
      entries[key] = entry
      return true
    }
  }

  private func run(_ key: Key, _ generation: Int) async -> Outcome {
    let outcome: Outcome
    do throws(KubernetesError) {
      let credential = try await pool.run { [self] () throws(KubernetesError) in try execute(key) }
      outcome = .success(Held(credential: credential, generation: generation))
    } catch {
      outcome = .failure(error)
    }
    entries.withLock { entries in
      var entry = entries[key] ?? Entry()
      entry.running = nil
      switch outcome {
      case .success(let held):
        entry.held = held
        entry.obtained = now()
        entry.failure = nil
      case .failure(let error): entry.failure = (error, now() + ExecPluginHost.failureHold)
      }
      entries[key] = entry
    }
    return outcome
  }

  /// Runs the program; blocks the thread.
  private func execute(_ key: Key) throws(KubernetesError) -> ExecCredential {
    let plugin = key.plugin
    func failure(_ text: String) -> KubernetesError {
      KubernetesError("the credential plugin \(plugin.command) \(text)", reason: "ExecCredential")
    }
    let hint = plugin.installHint.isEmpty ? "" : ": \(plugin.installHint.split(whereSeparator: \.isNewline).joined(separator: " "))"
    if plugin.interactiveMode == .always && !isInteractive {
      throw failure("needs a person at a terminal (interactiveMode: Always): give the cluster a token or a service account")
    }
    let interactive = isInteractive && plugin.interactiveMode != .never
    var variables = environment
    variables.merge(plugin.environment) { $1 }
    variables["KUBERNETES_EXEC_INFO"] = ExecProtocol.input(plugin, cluster: key.cluster, interactive: interactive)
    guard let program = ChildProcess.locate(plugin.command, path: environment["PATH"]) else {
      throw failure("is not installed\(hint.isEmpty ? ": install it where this program runs, or give its full path" : hint)")
    }
    let output: ChildProcess.Output
    do throws(ChildProcess.Failure) {
      output = try ChildProcess.run(
        program, arguments: plugin.arguments, environment: variables, inheritsInput: interactive, timeoutSeconds: timeoutSeconds)
    } catch {
      switch error {
      case .notFound: throw failure("cannot be run: is \(program) a program for this machine?")
      case .notStarted(let reason): throw failure("cannot be started: \(reason)")
      case .timedOut:
        throw failure("did not end within \(Int(timeoutSeconds.rounded(.up))) seconds and was killed: run it by hand to see why")
      case .tooMuchOutput: throw failure("printed more than 1 MiB")
      }
    }
    guard output.code == 0 else {
      throw failure(
        "failed with exit code \(output.code)\(ExecPluginHost.complaint(output.standardError)): run it by hand to see why\(hint)")
    }
    do throws(ExecProtocol.Malformed) {
      return try ExecProtocol.output(output.standardOutput, plugin: plugin)
    } catch {
      throw failure("\(error.message)")
    }
  }

  /// The last line of a plugin's complaints, without what may be secret.
  private static func complaint(_ bytes: [UInt8]) -> String {
    let lines = String(decoding: bytes.suffix(4096), as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let last = lines.last(where: { !$0.allSatisfy(\.isWhitespace) }) else { return "" }
    return " (" + Redaction.removeSuspects(from: String(last.prefix(300)).filter { !$0.isNewline && $0 != "\u{1B}" }) + ")"
  }
}
