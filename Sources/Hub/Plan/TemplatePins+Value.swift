import Document
import FleetModel
import Foundation
import Generators

extension FleetController {
  /// What the instances are pinned to whose templates ask for the time or for something random: `flotilla plan` needs it to see what
  /// the hub sees.
  public func pinned() -> [InstanceID: TemplatePins.Pin] {
    guard let evaluation = latest?.evaluated.evaluation else { return [:] }
    let sets = Set(evaluation.sets.filter(\.isPinned).map(\.id))
    guard !sets.isEmpty else { return [:] }
    let pins = pins()
    var result: [InstanceID: TemplatePins.Pin] = [:]
    for id in board.entries.keys {
      guard let set = id.set, sets.contains("\(id.namespace)/\(set)") else { continue }
      result[id] = pins.pin(of: id)
      let own = TemplatePins.id(ofSet: set, in: id.namespace)
      result[own] = pins.pin(of: own)
    }
    return result
  }
}

extension TemplatePins {
  /// The form in which the hub hands pins to `flotilla plan`.
  public static func value(_ pins: [InstanceID: Pin]) -> Value {
    .array(
      pins.sorted { $0.key < $1.key }.map { id, pin in
        ["id": .string(id.rawValue), "seconds": .int(pin.seconds), "seed": .string(Data(pin.seed).base64EncodedString())]
      })
  }

  /// Reads what ``value(_:)`` wrote, leaving out what is of another form.
  public static func pins(_ value: Value?) -> [InstanceID: Pin] {
    var result: [InstanceID: Pin] = [:]
    for entry in value?.arrayValue ?? [] {
      guard let id = entry["id"]?.stringValue, let seconds = entry["seconds"]?.intValue,
        let seed = entry["seed"]?.stringValue.flatMap({ Data(base64Encoded: $0) })
      else { continue }
      result[InstanceID(rawValue: id)] = Pin(seconds: seconds, seed: Array(seed))
    }
    return result
  }
}
