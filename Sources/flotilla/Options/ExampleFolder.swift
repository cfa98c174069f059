import Foundation

/// A folder that holds a worked example, as those in `generators/` do: `applicationset.yaml`, `expected.yaml`, the files that the
/// generator reads, and a folder `repository` that stands for every Git repository.
struct ExampleFolder {
  let path: String

  /// Nil where the folder is none.
  init?(_ path: String) {
    let files = FileManager.default
    guard files.fileExists(atPath: path + "/applicationset.yaml"), files.fileExists(atPath: path + "/expected.yaml") else { return nil }
    self.path = path
  }

  /// The folder that stands for repositories; nil where the example has none.
  var repository: String? {
    var isFolder: ObjCBool = false
    let folder = path + "/repository"
    return FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) && isFolder.boolValue ? folder : nil
  }

  /// Whether a file of the folder is a definition, and not the answer or content of the repository.
  func holdsDefinition(_ name: String) -> Bool { name != "expected.yaml" && !name.contains("/") }
}
