import Document
import Foundation

/// The file in which `flotilla simulate` says where its clusters are.
enum SimulatorEndpoints {
  /// Addresses by the names of clusters.
  static func read(_ path: String) throws -> [String: String] {
    guard let data = FileManager.default.contents(atPath: NSString(string: path).expandingTildeInPath) else {
      throw CommandFailure("\(path) does not exist: start the clusters with `flotilla simulate -f DEFINITIONS --endpoints \(path)`")
    }
    return (try JSON.decode(Array(data)).objectValue ?? [:]).reduce(into: [:]) { $0[$1.key] = $1.value.stringValue }
  }
}
