#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The right to be the only hub on a state file, held until the object goes away or the process ends, however it ends.
///
/// Two hubs on one file would each close the other's operations as interrupted and sync everything twice.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of a state file; fails at once where another has it.
  init(for path: String) throws(StoreError) {
    // O_CLOEXEC: an ssh or helm that outlives the hub must not keep the lock.
    descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StoreError(
        .storage, "cannot create \(path).lock: \(String(cString: strerror(errno))); see that the folder exists and can be written")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw StoreError(.inUse, "state file \(path) is in use by another hub: stop it first, or give another path")
    }
  }

  deinit {
    // A process that is being started at this moment has a copy of the descriptor until it runs its program: closing ours alone would
    // leave the lock with it.
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
