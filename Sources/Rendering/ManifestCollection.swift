import Document
import FleetModel

/// The objects of the files of a folder, and what is wrong with them.
struct ManifestCollection {
  private var objects: [RenderedObject] = []
  private var diagnostics: [Diagnostic] = []
  private var places: [ObjectIdentity: Int] = [:]

  /// Adds all documents of a file.
  mutating func add(_ bytes: [UInt8], of path: String) {
    let start = SourcePosition(file: path, line: 1, column: 1)
    if path.hasSuffix(".jsonnet") {
      diagnostics.append(Diagnostic(.error, "Jsonnet cannot be rendered by this version", at: start))
      return
    }
    if path.hasSuffix(".json") {
      do {
        add(try JSON.decode(bytes), at: start)
      } catch {
        diagnostics.append(Diagnostic(.error, error.message + error.advice, at: place(error, in: path)))
      }
      return
    }
    let stream = YAML.decodeStream(bytes, file: path)
    for document in stream.documents {
      add(document.value, at: SourcePosition(file: path, line: document.line, column: 1))
    }
    for error in stream.errors {
      // Argo CD's rule: a file that is no YAML and has nothing of a manifest in it is somebody else's, such as a chart's template.
      let isForeign = stream.documents.isEmpty && !looksLikeManifest(bytes)
      diagnostics.append(
        Diagnostic(isForeign ? .warning : .error, isForeign ? "ignored: \(error.message)" : error.message, at: place(error, in: path)))
    }
  }

  mutating func warn(_ message: String, at position: SourcePosition) {
    diagnostics.append(Diagnostic(.warning, message, at: position))
  }

  /// The result, once all files were added.
  func finish(files: [String]) -> Rendered {
    Rendered(objects: objects, files: files, diagnostics: diagnostics.sorted())
  }

  private mutating func add(_ value: Value, at position: SourcePosition) {
    if value.isNull { return }
    if case .array(let elements) = value {
      for element in elements { add(element, at: position) }
      return
    }
    guard let object = value.objectValue else {
      diagnostics.append(Diagnostic(.error, "a manifest must be an object, not \(value.kindName)", at: position))
      return
    }
    guard object["apiVersion"] != nil || object["kind"] != nil else {
      warn("ignored: it has neither apiVersion nor kind, so it is no manifest", at: position)
      return
    }
    guard let type = value.groupVersionKind else {
      let missing = object["kind"]?.stringValue?.isEmpty == false ? "apiVersion" : "kind"
      diagnostics.append(Diagnostic(.error, "manifest without \(missing)\(named(value))", at: position))
      return
    }
    if type.kind.hasSuffix("List"), let items = object["items"]?.arrayValue {
      for item in items { add(item, at: position) }
      return
    }
    append(value, at: position)
  }

  private mutating func append(_ value: Value, at position: SourcePosition) {
    guard let identity = value.objectIdentity else {
      let generated = value[at: "metadata", "generateName"]?.stringValue ?? ""
      guard generated.isEmpty else {
        objects.append(RenderedObject(value: value, position: position))
        return
      }
      diagnostics.append(Diagnostic(.error, "\(value.groupVersionKind?.kind ?? "manifest") without metadata.name", at: position))
      return
    }
    let object = RenderedObject(value: value, position: position)
    if let earlier = places[identity] {
      // As in Argo CD, the last one wins; which one that is should not be left to the order of file names.
      warn("\(identity) stands at \(objects[earlier].position) too; this one is used", at: position)
      objects[earlier] = object
      return
    }
    places[identity] = objects.count
    objects.append(object)
  }

  private func named(_ value: Value) -> String {
    value[at: "metadata", "name"]?.stringValue.map { " (metadata.name is \"\($0)\")" } ?? ""
  }

  private func place(_ error: DocumentError, in path: String) -> SourcePosition {
    var position = error.position ?? SourcePosition(file: path, line: 1, column: 1)
    position.file = path
    return position
  }

  private func looksLikeManifest(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.contains("apiVersion:") && text.contains("kind:") && text.contains("metadata:")
  }
}
