/// Revisions as people read them.
public enum Revisions {
  /// The first digits of a commit, of each where there are several; `folder` for files that are read as they are and have none.
  public static func short(_ revision: String) -> String {
    revision.split(separator: ",").map { $0.hasPrefix("folder-") ? "folder" : String($0.prefix(7)) }.joined(separator: ",")
  }
}
