import Foundation
import Generators
import Transport

/// Secrets as Kubernetes mounts them into a pod: `folder/secret/key`, or `folder/namespace/secret/key`, a file for each key.
///
/// The files are read each time they are needed, so that a secret that is rotated is used from then on.
struct SecretFolder: Sendable {
  private static let maximumBytes = 1 << 20
  private let folder: String?
  private let pool: BlockingPool

  /// - Parameter folder: nil: there are no secrets.
  init(_ folder: String?, pool: BlockingPool) {
    self.folder = folder
    self.pool = pool
  }

  /// The content of a key without the line feeds at its end; nil where there is none.
  func text(namespace: String, secret: String, key: String) async -> String? {
    guard let folder, ![namespace, secret, key].contains(where: SecretFolder.escapes) else { return nil }
    return await pool.run { () -> String? in
      for path in ["\(folder)/\(namespace)/\(secret)/\(key)", "\(folder)/\(secret)/\(key)"] {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: SecretFolder.maximumBytes) else {
          continue
        }
        var text = Substring(decoding: data, as: UTF8.self)
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
      }
      return nil
    }
  }

  /// Names come from definitions: they must not lead anywhere else.
  private static func escapes(_ name: String) -> Bool { name.isEmpty || name.contains("/") || name == "." || name == ".." }
}
