import CGit2

/// Full names of references, such as `refs/heads/main`, and the patterns that choose among them.
enum ReferenceName {
  /// What every mirror holds.
  static let always = ["refs/heads/*", "refs/tags/*"]

  /// Whether a pattern with at most one `*`, which stands for anything, chooses the name.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return pattern == name }
    return name.utf8.count >= pattern.utf8.count - 1 && name.hasPrefix(parts[0]) && name.hasSuffix(parts[1])
  }

  /// A name with, say, a line break in it must not reach the file of references.
  static func isValid(_ name: String) -> Bool {
    guard GitLibrary.isReady else { return false }
    var valid: Int32 = 0
    return git_reference_name_is_valid(&valid, name) == 0 && valid == 1
  }
}
