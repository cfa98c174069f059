import FleetModel
import Templating

/// What templates are told that ask for the time or for something random: the same for the same element at every evaluation.
///
/// Argo CD renders `{{ now }}` and `{{ randAlphaNum 8 }}` anew each time, so that an application that calls them never comes to rest.
/// Here each instance has a time, that of its first evaluation, and a seed of its own.
public struct TemplatePins: Sendable {
  /// What one instance is pinned to.
  public struct Pin: Sendable, Hashable {
    /// What `now` gives: seconds since 1970.
    public var seconds: Int64
    /// What random bytes are made of; who knows it knows what the instance's templates make at random.
    public var seed: [UInt8]

    /// Makes a pin.
    public init(seconds: Int64, seed: [UInt8]) {
      self.seconds = seconds
      self.seed = seed
    }
  }

  /// The time for instances that were not there before: seconds since 1970.
  public var now: Int64
  /// When the others were first made, and the sets that made them: seconds since 1970.
  public private(set) var created: [InstanceID: Int64]
  /// Pins that somebody else holds, whole: they go before everything else.
  public var known: [InstanceID: Pin]
  /// What seeds are derived from.
  private let secret: [UInt8]

  /// Makes pins.
  ///
  /// - Parameter secret: What seeds are derived from; where there is none, who knows an instance's name knows what is made at random
  ///   for it.
  public init(now: Int64 = 0, secret: [UInt8] = [], created: [InstanceID: Int64] = [:], known: [InstanceID: Pin] = [:]) {
    self.now = now
    self.secret = secret
    self.known = known
    self.created = created
    for (id, seconds) in created {
      guard let set = id.set else { continue }
      let own = TemplatePins.id(ofSet: set, in: id.namespace)
      self.created[own] = min(self.created[own] ?? seconds, seconds)
    }
  }

  /// The name under which a set itself is pinned, for the texts of its generators; its time is that of its oldest instance.
  public static func id(ofSet name: String, in namespace: String) -> InstanceID {
    InstanceID(namespace: namespace, set: name, element: "")
  }

  /// The pin of an instance, or of a set.
  public func pin(of id: InstanceID) -> Pin {
    known[id] ?? Pin(seconds: created[id] ?? now, seed: TemplateEnvironment.seed(secret: secret, parts: id.rawValue))
  }
}
