import Document
import Synchronization

/// What servers serve, held once for all that serve the same, as most clusters of a fleet do.
///
/// A server's discovery documents are some hundred kilobytes as a tree; a hub with a thousand clusters would hold little else. Nothing is
/// kept here that no client uses any more.
public final class DiscoveryLibrary: Sendable {
  /// One document as a server sent it.
  final class Page: Sendable {
    let digest: Digest
    let body: Value

    init(digest: Digest, body: Value) {
      self.digest = digest
      self.body = body
    }
  }

  /// What some documents say together.
  final class Book: Sendable {
    let discovery: Discovery

    init(_ discovery: Discovery) { self.discovery = discovery }
  }

  private struct Weak<Object: AnyObject & Sendable>: Sendable {
    weak var object: Object?
  }

  private struct State {
    var pages: [Digest: Weak<Page>] = [:]
    var books: [Digest: Weak<Book>] = [:]
  }

  private let state = Mutex(State())

  /// Makes an empty library.
  public init() {}

  /// The digest of a document's bytes.
  static func digest(of bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    bytes.withUnsafeBufferPointer { hash.update($0) }
    return Digest(finishing: &hash)
  }

  /// A document that somebody holds.
  func page(_ digest: Digest) -> Page? { state.withLock { $0.pages[digest]?.object } }

  /// The document as the first one of its digest came; the given one from now on where nobody holds any.
  func keep(_ page: Page) -> Page {
    state.withLock { state in
      if let known = state.pages[page.digest]?.object { return known }
      state.pages = state.pages.filter { $0.value.object != nil }
      state.pages[page.digest] = Weak(object: page)
      return page
    }
  }

  /// What documents say together, made where nobody holds it.
  func book(_ digest: Digest, _ make: () -> Discovery) -> Book {
    if let known = state.withLock({ $0.books[digest]?.object }) { return known }
    let book = Book(make())
    return state.withLock { state in
      if let known = state.books[digest]?.object { return known }
      state.books = state.books.filter { $0.value.object != nil }
      state.books[digest] = Weak(object: book)
      return book
    }
  }
}
