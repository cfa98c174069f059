import Document

/// One thing that an account must be allowed to do.
public struct AccessNeed: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Such as `list`.
  public var verb: String
  /// The API group; empty for the core group, `*` for all.
  public var group: String
  /// The plural, `plural/subresource`, or `*`.
  public var resource: String
  /// The namespace; nil for the whole cluster.
  public var namespace: String?
  /// The one object; nil for all.
  public var name: String?

  /// Makes a need.
  public init(_ verb: String, _ resource: String, group: String = "", namespace: String? = nil, name: String? = nil) {
    self.verb = verb
    self.group = group
    self.resource = resource
    self.namespace = namespace
    self.name = name
  }

  /// `list deployments.apps in the cluster`.
  public var description: String { "\(verb) \(target) \(place)" }

  /// `deployments.apps`, or `configmaps a`.
  var target: String { (group.isEmpty ? resource : "\(resource).\(group)") + (name.map { " \($0)" } ?? "") }

  var place: String { namespace.map { "in namespace \($0)" } ?? "in the cluster" }

  /// By place, group, resource and verb.
  public static func < (left: AccessNeed, right: AccessNeed) -> Bool {
    (left.namespace ?? "", left.group, left.resource, left.verb, left.name ?? "")
      < (right.namespace ?? "", right.group, right.resource, right.verb, right.name ?? "")
  }

  /// A list for a person: `list, watch configmaps, secrets in the cluster`; needs that differ in one word only are put together.
  public static func summary(_ needs: [AccessNeed]) -> [String] {
    var verbsOfTarget: [[String]: [String]] = [:]
    for need in needs.sorted() { verbsOfTarget[[need.place, need.target], default: []].append(need.verb) }
    var targetsOfVerbs: [[String]: [String]] = [:]
    for (key, verbs) in verbsOfTarget { targetsOfVerbs[[key[0], verbs.joined(separator: ", ")], default: []].append(key[1]) }
    return targetsOfVerbs.map { "\($0.key[1]) \($0.value.sorted().joined(separator: ", ")) \($0.key[0])" }.sorted()
  }

  /// The `resourceAttributes` of a `SelfSubjectAccessReview`.
  var attributes: Value {
    let parts = resource.split(separator: "/", maxSplits: 1)
    var value: Value = ["verb": .string(verb), "group": .string(group), "resource": .string(String(parts.first ?? ""))]
    if parts.count == 2 { value["subresource"] = .string(String(parts[1])) }
    if let namespace { value["namespace"] = .string(namespace) }
    if let name { value["name"] = .string(name) }
    return value
  }
}

extension AccessRules {
  /// Whether the rules allow what is needed.
  public func allows(_ need: AccessNeed) -> Bool {
    let parts = need.resource.split(separator: "/", maxSplits: 1)
    return rules.contains { rule in
      (rule.verbs.contains("*") || rule.verbs.contains(need.verb)) && (rule.groups.contains("*") || rule.groups.contains(need.group))
        && (rule.resources.contains("*") || rule.resources.contains(need.resource)
          || (parts.count == 2 && rule.resources.contains("*/\(parts[1])")))
        && (rule.names.isEmpty || need.name.map { rule.names.contains($0) } ?? false)
    }
  }
}

extension ClusterClient {
  /// Asks whether the account may do one thing. Unlike ``accessRules(namespace:)``, the answer is certain with every authorizer.
  public func may(_ need: AccessNeed) async throws(KubernetesError) -> Bool {
    var call = Call("ask for the permission to \(need)", "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
    call.isIdempotent = true
    call.contentType = "application/json"
    let review: Value = [
      "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": ["resourceAttributes": need.attributes],
    ]
    call.body = JSON.encode(review)
    let answer = try await decode(try await perform(call), operation: call.operation)
    guard let allowed = answer[at: "status", "allowed"]?.boolValue else {
      throw failure("the answer does not say whether it is allowed", call.operation)
    }
    return allowed
  }

  /// Which of these needs are not granted, in order. Asks for all rules of a place at once, and singly only for what they do not show.
  public func missing(of needs: [AccessNeed]) async throws(KubernetesError) -> [AccessNeed] {
    var open: [AccessNeed] = []
    for (place, needs) in Dictionary(grouping: needs, by: \.namespace).sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
      do throws(KubernetesError) {
        // In a namespace that does not exist, nothing holds but what holds in the whole cluster.
        let rules = try await accessRules(namespace: place ?? ClusterClient.nowhere)
        open += needs.filter { !rules.allows($0) }
      } catch {
        guard error.isForbidden || error.isNotFound else { throw error }
        open += needs
      }
    }
    let asked = open
    let outcome = await withTaskGroup(of: (AccessNeed, Result<Bool, KubernetesError>).self) { group in
      for need in asked {
        group.addTask { [self] in
          do throws(KubernetesError) { return (need, .success(try await may(need))) } catch { return (need, .failure(error)) }
        }
      }
      return await group.reduce(into: [AccessNeed: Result<Bool, KubernetesError>]()) { $0[$1.0] = $1.1 }
    }
    var missing: [AccessNeed] = []
    for (need, answer) in outcome { if try !answer.get() { missing.append(need) } }
    return missing.sorted()
  }

  /// A namespace that nobody has.
  private static var nowhere: String { "flotilla-no-such-namespace" }
}
