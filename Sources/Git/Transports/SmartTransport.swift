import CGit2

/// The two requests of a fetch.
enum SmartService {
  /// Which references there are.
  case advertisement
  /// The negotiation and the pack.
  case pack
}

/// A way to a server that speaks Git's pack protocol.
protocol SmartConnection: AnyObject {
  /// Opens the stream for a request.
  func open(_ service: SmartService) throws(GitError) -> any SmartStream
  /// Ends the conversation.
  func close()
}

/// Bytes to and from the server, on a thread that may block.
protocol SmartStream: AnyObject {
  /// Reads at least one byte; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int
  /// Sends everything.
  func write(_ bytes: UnsafeRawBufferPointer) throws(GitError)
}

/// Joins a ``SmartConnection`` to libgit2's smart transport. It is given per remote, so nothing is registered for the process.
enum SmartTransport {
  /// The callbacks of a remote that talks through an operation's connection. The operation must outlive their use.
  static func callbacks(_ operation: Operation) -> git_remote_callbacks {
    var callbacks = git_remote_callbacks()
    git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
    callbacks.payload = Unmanaged.passUnretained(operation).toOpaque()
    callbacks.transport = { out, owner, payload in
      guard let payload else { return -1 }
      let operation = Unmanaged<Operation>.fromOpaque(payload).takeUnretainedValue()
      var definition = git_smart_subtransport_definition()
      definition.callback = { out, _, parameter in SmartTransport.makeSubtransport(out, parameter) }
      if case .http = operation.address.location { definition.rpc = 1 }
      definition.param = payload
      return git_transport_smart(out, owner, &definition)
    }
    callbacks.transfer_progress = { progress, payload in
      guard let payload else { return 0 }
      return Unmanaged<Operation>.fromOpaque(payload).takeUnretainedValue().progress(progress?.pointee.received_bytes ?? 0)
    }
    callbacks.sideband_progress = { _, _, payload in
      guard let payload else { return 0 }
      return Unmanaged<Operation>.fromOpaque(payload).takeUnretainedValue().progress(0)
    }
    return callbacks
  }

  /// The Swift side of one libgit2 subtransport.
  private final class Subtransport {
    let operation: Operation
    let connection: any SmartConnection
    /// ssh keeps one stream for both requests.
    var shared: UnsafeMutablePointer<flotilla_stream>?

    init(operation: Operation, connection: any SmartConnection) {
      self.operation = operation
      self.connection = connection
    }
  }

  private final class StreamBox {
    let operation: Operation
    let stream: any SmartStream
    let owner: Subtransport

    init(operation: Operation, stream: any SmartStream, owner: Subtransport) {
      self.operation = operation
      self.stream = stream
      self.owner = owner
    }
  }

  private static func makeSubtransport(
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport>?>?, _ parameter: UnsafeMutableRawPointer?
  ) -> Int32 {
    guard let out, let parameter else { return -1 }
    let operation = Unmanaged<Operation>.fromOpaque(parameter).takeUnretainedValue()
    let connection: any SmartConnection
    switch operation.address.location {
    case .http(let url): connection = HTTPConnection(url: url, operation: operation)
    case .ssh: connection = SSHConnection(operation: operation)
    case .local(let path): connection = SSHConnection(localFolder: path, operation: operation)
    }
    let memory = UnsafeMutablePointer<flotilla_subtransport>.allocate(capacity: 1)
    memory.initialize(to: flotilla_subtransport())
    memory.pointee.object = Unmanaged.passRetained(Subtransport(operation: operation, connection: connection)).toOpaque()
    memory.pointee.base.action = { out, transport, _, service in SmartTransport.open(out, transport, service) }
    memory.pointee.base.close = { transport in
      SmartTransport.subtransport(transport)?.connection.close()
      return 0
    }
    memory.pointee.base.free = { transport in
      guard let transport else { return }
      let memory = UnsafeMutableRawPointer(transport).assumingMemoryBound(to: flotilla_subtransport.self)
      if let object = memory.pointee.object {
        let subtransport = Unmanaged<Subtransport>.fromOpaque(object)
        subtransport.takeUnretainedValue().connection.close()
        subtransport.release()
      }
      memory.deinitialize(count: 1)
      memory.deallocate()
    }
    out.pointee = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: git_smart_subtransport.self)
    return 0
  }

  private static func subtransport(_ transport: UnsafeMutablePointer<git_smart_subtransport>?) -> Subtransport? {
    guard let transport else { return nil }
    let memory = UnsafeMutableRawPointer(transport).assumingMemoryBound(to: flotilla_subtransport.self)
    return memory.pointee.object.map { Unmanaged<Subtransport>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func box(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?) -> StreamBox? {
    guard let stream else { return nil }
    let memory = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: flotilla_stream.self)
    return memory.pointee.object.map { Unmanaged<StreamBox>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func open(
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport_stream>?>?,
    _ transport: UnsafeMutablePointer<git_smart_subtransport>?, _ action: git_smart_service_t
  ) -> Int32 {
    guard let out, let owner = subtransport(transport) else { return -1 }
    let service: SmartService
    switch action {
    case GIT_SERVICE_UPLOADPACK_LS: service = .advertisement
    case GIT_SERVICE_UPLOADPACK: service = .pack
    default: return refuse(owner.operation, GitError(.invalid, "mirrors are only read"))
    }
    let isStateful = !(owner.connection is HTTPConnection)
    if isStateful, let shared = owner.shared {
      out.pointee = UnsafeMutableRawPointer(shared).assumingMemoryBound(to: git_smart_subtransport_stream.self)
      return 0
    }
    let stream: any SmartStream
    do throws(GitError) {
      stream = try owner.connection.open(service)
    } catch {
      return refuse(owner.operation, error)
    }
    let memory = UnsafeMutablePointer<flotilla_stream>.allocate(capacity: 1)
    memory.initialize(to: flotilla_stream())
    memory.pointee.base.subtransport = transport
    memory.pointee.object = Unmanaged.passRetained(StreamBox(operation: owner.operation, stream: stream, owner: owner)).toOpaque()
    memory.pointee.base.read = { stream, buffer, size, count in SmartTransport.read(stream, buffer, size, count) }
    memory.pointee.base.write = { stream, buffer, size in SmartTransport.write(stream, buffer, size) }
    memory.pointee.base.free = { stream in SmartTransport.free(stream) }
    if isStateful { owner.shared = memory }
    out.pointee = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: git_smart_subtransport_stream.self)
    return 0
  }

  private static func read(
    _ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int,
    _ count: UnsafeMutablePointer<Int>?
  ) -> Int32 {
    guard let box = box(stream), let count else { return -1 }
    do throws(GitError) {
      try box.operation.checkpoint()
      count.pointee = try box.stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
      return 0
    } catch {
      return refuse(box.operation, error)
    }
  }

  private static func write(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?, _ buffer: UnsafePointer<CChar>?, _ size: Int)
    -> Int32
  {
    guard let box = box(stream) else { return -1 }
    do throws(GitError) {
      try box.operation.checkpoint()
      try box.stream.write(UnsafeRawBufferPointer(start: buffer, count: size))
      return 0
    } catch {
      return refuse(box.operation, error)
    }
  }

  private static func free(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?) {
    guard let stream else { return }
    let memory = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: flotilla_stream.self)
    if let object = memory.pointee.object {
      let box = Unmanaged<StreamBox>.fromOpaque(object)
      if box.takeUnretainedValue().owner.shared == memory { box.takeUnretainedValue().owner.shared = nil }
      box.release()
    }
    memory.deinitialize(count: 1)
    memory.deallocate()
  }

  private static func refuse(_ operation: Operation, _ error: GitError) -> Int32 {
    operation.fail(error)
    git_error_set_str(Int32(GIT_ERROR_NET.rawValue), error.message)
    return -1
  }
}

extension Operation {
  /// The answer to libgit2's progress reports: negative to stop.
  fileprivate func progress(_ receivedBytes: Int) -> Int32 {
    do throws(GitError) {
      try checkpoint()
      guard receivedBytes <= settings.maximumPackBytes else {
        throw GitError(.tooLarge, "the fetch brought more than the \(settings.maximumPackBytes) bytes that are allowed")
      }
      return 0
    } catch {
      fail(error)
      return -1
    }
  }
}
