import CCurl
import Glibc
import Synchronization

/// What other threads ask of the libcurl thread.
enum Command: Sendable {
  case submit(Submission)
  case cancel(UInt64)
  case resume(UInt64)
  case stop
}

/// A request on its way to the libcurl thread.
struct Submission: Sendable {
  var id: UInt64
  var request: HTTPRequest
  var settings: ConnectionSettings
  var pool: ConnectionPool
  var proxy: String?
  var sink: any TransferSink
}

/// The way into the libcurl thread: a locked array, and an eventfd that wakes the thread when the array was empty.
final class Mailbox: Sendable {
  private struct State {
    var commands: [Command] = []
    var nextID: UInt64 = 1
    var closed = false
  }

  let wakeDescriptor: Int32
  private let state = Mutex(State())

  init() { wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)) }

  deinit { if wakeDescriptor >= 0 { close(wakeDescriptor) } }

  /// A number for a new transfer.
  func newID() -> UInt64 {
    state.withLock { state in
      defer { state.nextID += 1 }
      return state.nextID
    }
  }

  /// Leaves a command; false when the thread takes no more.
  @discardableResult
  func post(_ command: Command) -> Bool {
    let (accepted, wake) = state.withLock { state in
      if state.closed { return (false, false) }
      state.commands.append(command)
      return (true, state.commands.count == 1)
    }
    if wake {
      var one: UInt64 = 1
      _ = write(wakeDescriptor, &one, 8)
    }
    return accepted
  }

  /// Takes all commands.
  func takeAll() -> [Command] {
    var count: UInt64 = 0
    _ = read(wakeDescriptor, &count, 8)
    return state.withLock { state in
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// Takes the last commands and refuses later ones.
  func close() -> [Command] {
    state.withLock { state in
      state.closed = true
      defer { state.commands = [] }
      return state.commands
    }
  }
}

extension Mailbox {
  private func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
}
