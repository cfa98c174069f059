import Document
import FleetModel
import Foundation
import Scheduling

@testable import StateStore

/// A folder of its own for one test, removed afterwards.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "flotilla-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of the state file.
  var file: String { path + "/state.db" }

  /// Copies the files as they are on disk now, as a crash would leave them.
  func crash(to name: String) throws -> String {
    let copy = "\(path)/\(name).db"
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: file + suffix) {
      try FileManager.default.copyItem(atPath: file + suffix, toPath: copy + suffix)
    }
    return copy
  }
}

func time(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_800_000_000 + seconds) }

func id(_ name: String) -> InstanceID { InstanceID(namespace: "argocd", set: "web", element: name) }

func target(_ digest: String) -> SyncTarget { SyncTarget(revision: "r-\(digest)", digest: digest) }

/// An instance `name` on a cluster; `image` makes documents differ.
func entry(_ name: String, cluster: String = "c1", image: String = "1", called: String? = nil, dependsOn: [Dependency] = [])
  -> EvaluationRecord.Entry
{
  let application: Value = [
    "apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": ["name": .string(called ?? name), "namespace": "argocd"],
    "spec": ["source": ["repoURL": "https://example.com/web.git", "kustomize": ["images": [.string("web:\(image)")]]]],
  ]
  return EvaluationRecord.Entry(
    ApplicationInstance(
      id: id(name), name: called ?? name, namespace: "argocd", application: application, dependsOn: dependsOn,
      provenance: Provenance(
        applicationSet: "argocd/web", generator: "list", element: "element \(name)", files: ["a.yaml"], commit: "c0ffee",
        position: SourcePosition(file: "fleet/web.yaml", line: 7, column: 5))),
    cluster: cluster)
}

func syncStart(_ name: String, _ digest: String = "1", attempt: Int = 1) -> SyncStart {
  SyncStart(instance: id(name), cluster: "c1", target: target(digest), cause: .firstSync, attempt: attempt)
}

func object(_ name: String, uid: String = "u1", digest: String = "d1") -> InventoryEntry {
  InventoryEntry(identity: ObjectIdentity(group: "apps", kind: "Deployment", namespace: "web", name: name), uid: uid, digest: digest)
}

extension StateStore {
  /// The instances of these names, evaluated and rendered.
  func seed(_ names: String...) async throws {
    try await recordEvaluation(EvaluationRecord(revision: "d1", instances: names.map { entry($0) }), at: time(0))
    try await recordDesired(names.map { RenderRecord(id($0), target: target("1")) }, at: time(1))
  }

  /// `Kind name from→to` of every event after a number.
  func told(after seq: Int64 = 0) async throws -> [String] {
    try await events(EventQuery(after: seq, limit: 1_000_000, newest: false)).map { stored in
      let event = stored.event
      var words = [stored.kindName]
      if let name = event.name ?? event.cluster { words.append(name) }
      if event.from != nil || event.to != nil { words.append("\(event.from ?? "")→\(event.to ?? "")") }
      return words.joined(separator: " ")
    }
  }

  /// The number of the last event.
  func mark() async throws -> Int64 { try await load().lastEvent }

  /// How many pages the write-ahead log has had: it stands still where nothing is written.
  func written() async throws -> Int64 {
    try await read { db in
      try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0
    }
  }
}
