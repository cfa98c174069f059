import Foundation

/// What the random texts of templates are derived from: a file beside the state that only the hub's user may read.
///
/// It stands in a file of its own because the state file holds no secret. Whoever restores a hub from Git alone and still has this file
/// gets the same passwords and certificates out of templates as before.
enum PinSecret {
  static let fileName = "templates.key"
  private static let byteCount = 32

  /// Reads the secret of a folder, or makes one at the first start.
  static func load(from folder: String) throws -> [UInt8] {
    let path = folder + "/" + fileName
    if let content = FileManager.default.contents(atPath: path) {
      guard let secret = Data(base64Encoded: content.split(separator: UInt8(ascii: "\n")).first ?? Data()), secret.count >= byteCount else {
        throw CocoaError(
          .fileReadCorruptFile,
          userInfo: [
            NSLocalizedDescriptionKey:
              "\(path) does not hold a key: restore it; without it, what templates make at random becomes something else"
          ])
      }
      return Array(secret)
    }
    let secret = (0..<byteCount).map { _ in UInt8.random(in: 0...255) }
    let content = Data((Data(secret).base64EncodedString() + "\n").utf8)
    // In one step: a hub that is killed here must not leave half a key behind.
    let draft = path + ".new"
    guard FileManager.default.createFile(atPath: draft, contents: content, attributes: [.posixPermissions: 0o600]), rename(draft, path) == 0
    else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSLocalizedDescriptionKey: "\(path) cannot be written"])
    }
    return secret
  }
}
