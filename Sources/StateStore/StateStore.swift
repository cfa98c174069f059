import Dispatch
import Foundation
import GRDB
import Synchronization

/// The state of the fleet in one SQLite file.
///
/// It is written by *transitions* (see the extensions): each is one transaction that changes the state and appends the events
/// that tell so, and writes nothing where nothing changes. After `kill -9` at any point the file holds every transition that
/// had returned, and none by half.
///
/// All of SQLite's calls, which block, run on two serial queues of the store: one for writing, one for reading. A serial queue
/// of Dispatch has a thread of its own, so the threads that run the hub's tasks are never held; GRDB's own asynchronous calls
/// would do as well, at two hops for each transition instead of one. Transitions take effect in the order of their calls.
public final class StateStore: Sendable {
  /// The path of the file.
  public let path: String
  let pool: DatabasePool
  private let lock: Mutex<FileLock?>
  private let writing = DispatchQueue(label: "flotilla.state.write", qos: .userInitiated)
  private let reading = DispatchQueue(label: "flotilla.state.read", qos: .userInitiated)

  init(path: String, pool: DatabasePool, lock: FileLock) {
    self.path = path
    self.pool = pool
    self.lock = Mutex(lock)
  }

  /// Closes the file. Transitions that were called before are done first; later ones fail.
  public func close() async throws(StoreError) {
    try await perform(on: writing) {
      try self.pool.close()
      self.lock.withLock { $0 = nil }
    }
  }

  /// Runs a transition.
  func write<Result: Sendable>(_ transition: @escaping @Sendable (Transaction) throws -> Result) async throws(StoreError) -> Result {
    try await perform(on: writing) { try self.pool.write { try transition(Transaction(db: $0)) } }
  }

  /// Reads one consistent state.
  func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws(StoreError) -> Result {
    try await perform(on: reading) { try self.pool.read(body) }
  }

  private func perform<Result: Sendable>(
    on queue: DispatchQueue, _ work: @escaping @Sendable () throws -> Result
  ) async throws(StoreError) -> Result {
    let path = path
    let result: Swift.Result<Result, StoreError> = await withCheckedContinuation { continuation in
      queue.async {
        do {
          continuation.resume(returning: .success(try work()))
        } catch {
          continuation.resume(returning: .failure(StoreError(error, path: path)))
        }
      }
    }
    return try result.get()
  }
}
