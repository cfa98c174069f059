import Foundation

/// A folder of recorded cases.
///
/// A case is found by what it is, not by what its folder is called: every line of a `.jsonl` file is a case of a template, every folder
/// with one of the files of an ApplicationSet case is one of those. So a corpus with one topic only, or with names of its own, is read
/// like any other. What cannot be read is a case too: one that fails.
public struct Corpus: Sendable {
  /// The folder as it was given.
  public let folder: String
  /// All cases: those of templates by file and line, then those of ApplicationSets by folder.
  public let cases: [ConformanceCase]
  /// Files that no case uses, so that nobody takes them for cases that passed.
  public let notices: [String]

  /// Reads a corpus.
  ///
  /// - Throws: ``CorpusError`` when there is no such folder, or no case in it.
  public init(_ folder: String) throws(CorpusError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw CorpusError("there is no folder \(folder)")
    }
    let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
    var walk = Walk(root: folder)
    walk.visit("", siblingsAreCases: false)
    guard !walk.templates.isEmpty || !walk.sets.isEmpty else {
      throw CorpusError("\(folder) holds no case: neither a .jsonl file nor a folder with an applicationset.yaml")
    }
    self.folder = folder
    cases = walk.templates + walk.sets
    notices = walk.notices
  }

  /// The topics, each with its cases, in the order of the cases.
  public var topics: [(topic: Topic, cases: [ConformanceCase])] {
    var order: [Topic] = []
    var byTopic: [Topic: [ConformanceCase]] = [:]
    for test in cases {
      if byTopic[test.topic] == nil { order.append(test.topic) }
      byTopic[test.topic, default: []].append(test)
    }
    return order.map { (topic: $0, cases: byTopic[$0] ?? []) }
  }
}

/// Why there is nothing to run.
public struct CorpusError: Error, CustomStringConvertible {
  /// The reason.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The way through a corpus folder.
private struct Walk {
  let root: String
  var templates: [ConformanceCase] = []
  var sets: [ConformanceCase] = []
  var notices: [String] = []

  init(root: String) { self.root = root }

  private func absolute(_ path: String) -> String { path.isEmpty ? root : "\(root)/\(path)" }

  /// Goes through a folder. What stands beside a case, or in a folder named `applicationsets`, is a case as well, whatever it lacks.
  mutating func visit(_ path: String, siblingsAreCases: Bool) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: absolute(path)) else {
      return sets.append(.broken(.applicationSets, name: path, file: path, "the folder cannot be read"))
    }
    let entries = names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var folders: [String] = []
    for name in entries {
      let below = path.isEmpty ? name : "\(path)/\(name)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: absolute(below), isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        if !isSharedInput(below, name: name) { folders.append(below) }
      } else if name.hasSuffix(".jsonl") {
        readLines(below, topic: String(name.dropLast(6)))
      } else if !name.hasSuffix(".md") {
        notices.append("\(below): not read: neither cases of templates (.jsonl) nor part of a folder with an applicationset.yaml")
      }
    }
    let hasCases = siblingsAreCases || path.split(separator: "/").last == "applicationsets" || folders.contains(where: isCase)
    for folder in folders {
      if isCase(folder) || (hasCases && !hasFolders(folder)) {
        readCase(folder)
      } else {
        visit(folder, siblingsAreCases: hasCases)
      }
    }
  }

  /// Whether a folder holds what cases share, and is no topic that happens to be called so.
  private func isSharedInput(_ path: String, name: String) -> Bool {
    guard name == "repos" || name == "clusters" else { return false }
    let children = (try? FileManager.default.contentsOfDirectory(atPath: absolute(path))) ?? []
    return !children.contains { child in
      ["applicationset.yaml", "expected.json"].allSatisfy { FileManager.default.fileExists(atPath: "\(absolute(path))/\(child)/\($0)") }
    }
  }

  private func isCase(_ path: String) -> Bool {
    ApplicationSetCase.files.contains { FileManager.default.fileExists(atPath: "\(absolute(path))/\($0)") }
  }

  private func hasFolders(_ path: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: absolute(path))) ?? []
    return names.contains { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(absolute(path))/\(name)", isDirectory: &isFolder) && isFolder.boolValue
    }
  }

  private mutating func readLines(_ path: String, topic: String) {
    guard let content = FileManager.default.contents(atPath: absolute(path)) else {
      return templates.append(.broken(.templates, topic: topic, name: path, file: path, "the file cannot be read"))
    }
    let bytes = [UInt8](content)
    var found = false
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      found = true
      templates.append(.template(line: Array(line), topic: topic, file: path, number: index + 1))
    }
    if !found { templates.append(.broken(.templates, topic: topic, name: path, file: path, "the file holds no case")) }
  }

  private mutating func readCase(_ path: String) {
    // Names are those below `applicationsets`, so that a case is called the same from wherever the corpus is read.
    var steps = path.split(separator: "/").map(String.init)
    if let top = steps.firstIndex(of: "applicationsets"), top + 1 < steps.count { steps.removeFirst(top + 1) }
    sets.append(.applicationSet(name: steps.joined(separator: "/"), folder: absolute(path), file: path, root: root))
  }
}
