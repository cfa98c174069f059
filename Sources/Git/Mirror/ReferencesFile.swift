import Document

/// The `packed-refs` file of a mirror, which is all that the mirror knows about its remote: the references, what `HEAD` stands for, and a
/// checksum of both.
///
/// Renaming one into place changes everything at once. `HEAD` and the checksum stand in the header, as traits that Git does not know and
/// passes over; a file that was cut off or changed by others is found out and never taken for a repository with fewer branches.
extension References {
  /// The text of the file.
  var packed: String {
    var body = ""
    for name in targets.keys.sorted(by: TreePaths.less) {
      guard let target = targets[name] else { continue }
      body += "\(target) \(name)\n"
      if let commit = peeled[name] { body += "^\(commit)\n" }
    }
    let head = headName ?? head?.description ?? "none"
    return "\(Self.header)\(head) \(Self.sum)\(Digest(of: head + "\n" + body)) \n" + body
  }

  /// Reads the text of the file; nil when it is not one that ``packed`` has made.
  init?(packed text: String) {
    guard let lineEnd = text.utf8.firstIndex(of: UInt8(ascii: "\n")), text.hasPrefix(Self.header) else { return nil }
    let words = text[..<lineEnd].dropFirst(Self.header.count).split(separator: " ")
    let body = text[text.utf8.index(after: lineEnd)...]
    guard words.count == 2, words[1].hasPrefix(Self.sum),
      words[1].dropFirst(Self.sum.count) == Digest(of: words[0] + "\n" + body).description
    else { return nil }
    var last: String?
    for line in body.split(separator: "\n") {
      if line.hasPrefix("^") {
        guard let last, let commit = ObjectID(hex: line.dropFirst()) else { return nil }
        peeled[last] = commit
        continue
      }
      guard let target = ObjectID(hex: line.prefix(40)), line.dropFirst(40).first == " " else { return nil }
      let name = String(line.dropFirst(41))
      targets[name] = target
      last = name
    }
    if let id = ObjectID(hex: words[0]) {
      head = id
    } else if words[0] != "none" {
      let name = String(words[0])
      headName = name
      head = targets[name]
    }
  }

  private static let header = "# pack-refs with: peeled fully-peeled sorted flotilla-head="
  private static let sum = "flotilla-sum="
}
