import Document
import FleetModel

/// One manifest with the place that it was read from.
public struct RenderedObject: Sendable, Hashable {
  /// The object as its author wrote it.
  public let value: Value
  /// The file in the repository and the first line of the document.
  public let position: SourcePosition

  /// Makes a rendered object.
  public init(value: Value, position: SourcePosition) {
    self.value = value
    self.position = position
  }
}

/// What an application's source says at one commit.
public struct Rendered: Sendable, Hashable {
  /// The objects in the order of files and documents.
  public let objects: [RenderedObject]
  /// Stands for all the objects: equal digests apply the same.
  public let digest: Digest
  /// The files that were read, sorted: while none of them changes, the result stays.
  public let files: [String]
  /// What is wrong. With an error in it the objects must not be applied, because some of them are missing.
  public let diagnostics: [Diagnostic]

  /// Makes a result.
  public init(objects: [RenderedObject], files: [String], diagnostics: [Diagnostic]) {
    self.objects = objects
    digest = Digest(of: objects.map { Digest(of: $0.value) })
    self.files = files
    self.diagnostics = diagnostics
  }

  /// A result that is nothing but an error.
  public init(error: Diagnostic) { self.init(objects: [], files: [], diagnostics: [error]) }

  /// The first error and how many more there are; nil where the objects can be applied.
  public var problem: String? {
    let errors = diagnostics.filter { $0.severity == .error }
    guard let first = errors.first else { return nil }
    let place = first.position.map { "\($0): " } ?? ""
    return place + first.message + (errors.count > 1 ? " (and \(errors.count - 1) more)" : "")
  }
}
