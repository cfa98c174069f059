/// The pattern dialects in one place, for single questions; compile a ``GlobPattern`` or ``Pathspec`` to ask many.
public enum Globs {
  /// Go's `path.Match`; nil for a malformed pattern, where Go returns `ErrBadPattern`.
  public static func pathMatch(_ pattern: String, _ name: String) -> Bool? {
    GlobPattern(pattern, dialect: .goPath)?.matches(name)
  }

  /// doublestar v4's `Match`; nil for a malformed pattern.
  public static func doublestar(_ pattern: String, _ name: String) -> Bool? {
    GlobPattern(pattern, dialect: .doublestar)?.matches(name)
  }

  /// gobwas/glob without separators, as Argo CD matches `directory.include` and `exclude`; nil for a malformed pattern.
  public static func braces(_ pattern: String, _ name: String) -> Bool? {
    GlobPattern(pattern, dialect: .braces)?.matches(name)
  }

  /// The paths of a listing that `git ls-files -- <pathspec>` would name.
  public static func pathspec(_ pathspec: String, in paths: [String]) throws(GitError) -> [String] {
    Pathspec.select([try Pathspec(pathspec)], from: paths)
  }
}
