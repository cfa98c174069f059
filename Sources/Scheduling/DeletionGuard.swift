import FleetModel

/// Whether instances that an evaluation no longer produces may be removed.
///
/// A wrong commit and an answer that came back too short look the same as a wish to delete. The guard lets small removals
/// through and holds large ones, whole, until somebody approves them.
public enum DeletionGuard {
  /// What is to happen with the removals of one application set.
  public enum Verdict: Sendable, Hashable {
    /// They may be removed.
    case allow
    /// Nothing of it is removed; the message says why and what to do.
    case hold(String)
  }

  /// Judges the removals of one application set.
  ///
  /// - Parameters:
  ///   - set: the name of the set, for the message.
  ///   - existing: how many instances of the set there are now, those to be removed among them.
  ///   - removals: how many of them the new evaluation no longer produces.
  ///   - removedInLastHour: how many instances of the whole fleet were removed within the last hour.
  ///   - guards: the limits.
  ///   - isApproved: whether somebody approved exactly these removals.
  public static func judge(
    set: String, existing: Int, removals: Int, removedInLastHour: Int, guards: Fleet.Guards, isApproved: Bool
  ) -> Verdict {
    guard removals > 0, !isApproved else { return .allow }
    let release = "look at `flotilla holds`; `flotilla approve \(set)` releases it"
    if removals >= existing, existing >= 2 {
      return .hold("would remove all \(existing) applications of the set; \(release)")
    }
    let percent = existing == 0 ? 0 : removals * 100 / existing
    if removals > guards.maxRemovals, removals * 100 > guards.maxRemovalPercent * existing {
      return .hold(
        "would remove \(removals) of \(existing) applications (\(percent) %), more than \(guards.maxRemovals) and more than "
          + "\(guards.maxRemovalPercent) %; \(release)")
    }
    if removedInLastHour + removals > guards.maxRemovalsPerHour {
      return .hold(
        "would remove \(removals) applications after \(removedInLastHour) in the last hour, more than the fleet's limit of "
          + "\(guards.maxRemovalsPerHour) an hour; \(release)")
    }
    return .allow
  }
}
