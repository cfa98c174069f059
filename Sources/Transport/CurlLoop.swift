import CCurl
import Glibc

/// The body of the libcurl thread: the only place where libcurl is called. One libcurl multi handle per connection pool, all on one epoll.
///
/// `curl_multi_socket_action` costs nothing per idle transfer, unlike `curl_multi_perform`, which looks at each of them on each wake-up.
final class CurlLoop {
  private let mailbox: Mailbox
  private let epoll: Int32
  private var pools: [CurlPool] = []
  private var transfers: [UInt64: Transfer] = [:]
  private let statistics: StatisticsCounter
  /// No transfer's patience ends before this, in nanoseconds of the monotonic clock.
  private var nextSilence = Int64.max

  init(_ mailbox: Mailbox, statistics: StatisticsCounter) {
    self.mailbox = mailbox
    self.statistics = statistics
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    for pool in ConnectionPool.allCases { pools.append(CurlPool(index: pool.rawValue, epoll: epoll)) }
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: UInt64.max))
    epoll_ctl(epoll, EPOLL_CTL_ADD, mailbox.wakeDescriptor, &event)
  }

  deinit { close(epoll) }

  /// Runs until a stop command; then fails what is left.
  func run() {
    let capacity = 128
    let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
    events.initialize(repeating: epoll_event(), count: capacity)
    defer { events.deallocate() }
    var running = true
    while running {
      let count = epoll_wait(epoll, events, Int32(capacity), waitMilliseconds())
      for index in 0..<max(0, Int(count)) {
        let event = events[index]
        let tag = event.data.u64
        if tag == UInt64.max { continue }
        let poolIndex = Int(tag >> 32)
        guard poolIndex < pools.count else { continue }
        pools[poolIndex].act(descriptor: Int32(truncatingIfNeeded: tag & 0xFFFF_FFFF), events: event.events)
      }
      let now = CurlPool.now()
      for pool in pools { pool.expire(now) }
      for pool in pools { collect(pool) }
      if nextSilence <= now { endSilent(now) }
      running = perform(mailbox.takeAll())
    }
    stop()
  }

  private func waitMilliseconds() -> Int32 {
    let deadline = min(pools.compactMap(\.deadline).min() ?? .max, nextSilence)
    guard deadline < .max else { return -1 }
    let left = deadline - CurlPool.now()
    return left <= 0 ? 0 : Int32(clamping: (left + 999_999) / 1_000_000)
  }

  /// Carries commands out; false for a stop.
  private func perform(_ commands: [Command]) -> Bool {
    for command in commands {
      switch command {
      case .submit(let submission):
        guard let transfer = Transfer(submission) else { continue }
        transfers[transfer.id] = transfer
        statistics.change { $0.requests += 1 }
        nextSilence = min(nextSilence, transfer.earliestSilenceEnd ?? .max)
        if !pools[transfer.pool.rawValue].add(transfer) {
          transfers[transfer.id] = nil
          transfer.finish(CURLE_FAILED_INIT)
        }
      case .cancel(let id):
        guard let transfer = transfers.removeValue(forKey: id) else { continue }
        pools[transfer.pool.rawValue].remove(transfer)
        transfer.finish(.cancelled, "cancelled")
      case .resume(let id):
        guard let transfer = transfers[id] else { continue }
        transfer.resumed()
        nextSilence = min(nextSilence, transfer.silenceEnd ?? .max)
        curl_easy_pause(transfer.easy, Int32(CURLPAUSE_CONT))
      case .stop: return false
      }
    }
    return true
  }

  /// Ends the transfers that libcurl has finished.
  private func collect(_ pool: CurlPool) {
    pool.finished { easy, code in
      var raw: UnsafeMutableRawPointer?
      fl_easy_get_pointer(easy, CURLINFO_PRIVATE, &raw)
      guard let raw else { return }
      let transfer = Unmanaged<Transfer>.fromOpaque(raw).takeUnretainedValue()
      guard transfers.removeValue(forKey: transfer.id) != nil else { return }
      count(transfer, failed: code != CURLE_OK)
      pool.remove(transfer)
      transfer.finish(code)
    }
  }

  /// Ends the transfers of which nothing was heard for too long, and finds out when to look again.
  private func endSilent(_ now: Int64) {
    nextSilence = .max
    for transfer in Array(transfers.values) {
      guard let end = transfer.silenceEnd else { continue }
      if end > now || transfer.isStillSending() {
        nextSilence = min(nextSilence, transfer.silenceEnd ?? .max)
        continue
      }
      transfers[transfer.id] = nil
      count(transfer, failed: true)
      pools[transfer.pool.rawValue].remove(transfer)
      transfer.finishSilent()
    }
    // All transfers are looked at each time: not for each of many that end one after the other.
    nextSilence = max(nextSilence, now + 100_000_000)
  }

  private func count(_ transfer: Transfer, failed: Bool) {
    var connections = 0
    fl_easy_get_long(transfer.easy, CURLINFO_NUM_CONNECTS, &connections)
    var received: curl_off_t = 0
    fl_easy_get_offset(transfer.easy, CURLINFO_SIZE_DOWNLOAD_T, &received)
    statistics.change { statistics in
      statistics.connectionsOpened += connections
      statistics.bytesReceived += Int(received)
      if failed { statistics.failures += 1 }
    }
  }

  private func stop() {
    var left = Array(transfers.values)
    transfers = [:]
    for transfer in left {
      pools[transfer.pool.rawValue].remove(transfer)
      transfer.finish(.cancelled, "the HTTP client was shut down")
    }
    left = []
    for case .submit(let submission) in mailbox.close() {
      submission.sink.finish(
        TransportError(
          .cancelled, "the HTTP client was shut down", method: submission.request.method, url: submission.request.url,
          mayHaveReachedServer: false))
    }
    pools = []
  }
}

/// One libcurl multi handle: the connections of one pool.
final class CurlPool {
  private let multi: UnsafeMutableRawPointer?
  private let epoll: Int32
  private let index: Int
  /// When libcurl wants to be called next, in nanoseconds of the monotonic clock.
  private(set) var deadline: Int64?

  init(index: Int, epoll: Int32) {
    self.index = index
    self.epoll = epoll
    multi = curl_multi_init()
    guard let multi else { return }
    let itself = Unmanaged.passUnretained(self).toOpaque()
    fl_multi_set_socket(multi) { _, descriptor, what, context, _ in
      guard let context else { return 0 }
      Unmanaged<CurlPool>.fromOpaque(context).takeUnretainedValue().watch(descriptor, what)
      return 0
    }
    fl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, itself)
    fl_multi_set_timer(multi) { _, milliseconds, context in
      guard let context else { return 0 }
      let pool = Unmanaged<CurlPool>.fromOpaque(context).takeUnretainedValue()
      pool.deadline = milliseconds < 0 ? nil : CurlPool.now() + Int64(milliseconds) * 1_000_000
      return 0
    }
    fl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, itself)
    fl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    // Idle connections to all clusters stay open; libcurl's default is four per transfer under way.
    fl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 4096)
    if index == ConnectionPool.streams.rawValue {
      fl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 1000)
    } else {
      fl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 8)
      fl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 250)
    }
  }

  deinit { if let multi { curl_multi_cleanup(multi) } }

  func add(_ transfer: Transfer) -> Bool {
    guard let multi else { return false }
    return curl_multi_add_handle(multi, transfer.easy) == CURLM_OK
  }

  func remove(_ transfer: Transfer) {
    guard let multi else { return }
    curl_multi_remove_handle(multi, transfer.easy)
  }

  /// Passes on what epoll saw.
  func act(descriptor: Int32, events: UInt32) {
    guard let multi else { return }
    var mask: Int32 = 0
    if events & EPOLLIN.rawValue != 0 { mask |= CURL_CSELECT_IN }
    if events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
    if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_ERR }
    var running: Int32 = 0
    curl_multi_socket_action(multi, descriptor, mask, &running)
  }

  /// Calls libcurl when its time has come.
  func expire(_ now: Int64) {
    guard let multi, let due = deadline, due <= now else { return }
    deadline = nil
    var running: Int32 = 0
    curl_multi_socket_action(multi, curl_socket_t(-1), 0, &running)
  }

  /// Hands over each finished easy handle with its result.
  func finished(_ body: (UnsafeMutableRawPointer, CURLcode) -> Void) {
    guard let multi else { return }
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      // The message is gone once the handle is removed.
      body(easy, fl_message_result(message))
    }
  }

  private func watch(_ descriptor: curl_socket_t, _ what: Int32) {
    if what == CURL_POLL_REMOVE {
      epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
      return
    }
    var events: UInt32 = 0
    if what & CURL_POLL_IN != 0 { events |= EPOLLIN.rawValue }
    if what & CURL_POLL_OUT != 0 { events |= EPOLLOUT.rawValue }
    let tag = UInt64(UInt32(index)) << 32 | UInt64(UInt32(bitPattern: descriptor))
    var event = epoll_event(events: events, data: epoll_data_t(u64: tag))
    // A descriptor that was closed and opened again is new to epoll though libcurl knows its number.
    if epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) != 0 { epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) }
  }

  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
