import Document
import Foundation
import Testing
import Transport

@testable import Kubernetes

/// Recordings of a real API server. They lie outside the repository, or in the folder that `FLOTILLA_TRANSCRIPTS` names.
enum Recordings {
  struct Exchange: Sendable {
    var line: Int
    var method: String
    var path: String
    var accept: String
    var status: Int
    var contentType: String
    var body: String
  }

  static let folder: String? = {
    let candidates = [ProcessInfo.processInfo.environment["FLOTILLA_TRANSCRIPTS"], "/work/shared/kubernetes/transcripts"]
    return candidates.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0 + "/01-discovery.jsonl") }
  }()

  static func read(_ name: String) throws -> [Exchange] {
    guard let folder else { return [] }
    let text = try String(contentsOfFile: "\(folder)/\(name).jsonl", encoding: .utf8)
    return try text.split(separator: "\n").enumerated().map { index, line in
      let value = try JSON.decode(String(line))
      return Exchange(
        line: index + 1, method: value[at: "request", "method"]?.stringValue ?? "", path: value[at: "request", "path"]?.stringValue ?? "",
        accept: value[at: "request", "headers", "accept"]?.stringValue ?? "",
        status: Int(value[at: "response", "status"]?.intValue ?? 0),
        contentType: value[at: "response", "headers", "content-type"]?.stringValue ?? "",
        body: value[at: "response", "body"]?.stringValue ?? "")
    }
  }
}

/// Resources that several tests use.
enum Kinds {
  static let configMaps = APIResource(
    groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), plural: "configmaps", singular: "configmap",
    namespaced: true, verbs: ["get", "list"])
  static let deployments = APIResource(
    groupVersionKind: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"), plural: "deployments", namespaced: true)
  static let nodes = APIResource(
    groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Node"), plural: "nodes", namespaced: false)
}
