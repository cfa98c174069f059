import Document

/// One object as an application wants it in one cluster: normalised, stamped, and ready to be sent.
///
/// Nothing of it changes; it is a class because sets, plans and the index hand it around by the thousand.
public final class DesiredObject: Sendable, Hashable {
  /// Which object it is.
  public let identity: ObjectIdentity
  /// In which version it is written.
  public let type: GroupVersionKind
  /// What is applied. Trees below `metadata` are shared with the render they came from.
  public let manifest: Value
  /// The digest of ``manifest``.
  public let digest: Digest
  /// Its wave.
  public let wave: Int
  /// Set for hooks, which are no part of the application's state.
  public let hook: Hook?
  /// Its sync options, over those of the application.
  public let options: SyncOptions
  /// For a hook without a name: what its name begins with. ``identity`` then ends in `*`, and every run makes an object of its own.
  let generateName: String?

  init(
    identity: ObjectIdentity, type: GroupVersionKind, manifest: Value, digest: Digest, wave: Int, hook: Hook?, options: SyncOptions,
    generateName: String?
  ) {
    self.identity = identity
    self.type = type
    self.manifest = manifest
    self.digest = digest
    self.wave = wave
    self.hook = hook
    self.options = options
    self.generateName = generateName
  }

  /// The same object with the same content and options. Wave and hook are read from the content.
  public static func == (left: DesiredObject, right: DesiredObject) -> Bool {
    left === right
      || left.digest == right.digest && left.identity == right.identity && left.options == right.options
        && left.generateName == right.generateName
  }

  /// By identity and content.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(digest)
    hasher.combine(identity)
  }
}

extension DesiredObject {
  /// The kind that it defines, if it is a CustomResourceDefinition.
  var defines: GroupKind? {
    guard type.kind == "CustomResourceDefinition", let group = manifest[at: "spec", "group"]?.stringValue,
      let kind = manifest[at: "spec", "names", "kind"]?.stringValue
    else { return nil }
    return GroupKind(group: group, kind: kind)
  }

  /// A hook with a generated name as one run makes it: `<generateName><7 of revision>-<phase>-<seconds since 1970>`, as Argo CD names them.
  func named(revision: String, phase: String, seconds: Int64, owner: Owner) -> DesiredObject {
    guard let generateName else { return self }
    var name = "\(generateName)\(revision.prefix(7))-\(phase)-\(seconds)".lowercased()
    if name.utf8.count > 253 { name = String(name.suffix(253)) }
    var identity = identity
    identity.name = name
    var manifest = manifest
    manifest[at: "metadata", "name"] = .string(name)
    manifest[at: "metadata", "generateName"] = Value?.none
    let stamped = Tracking.stamp(manifest, identity, owner)
    return DesiredObject(
      identity: identity, type: type, manifest: stamped, digest: Digest(of: stamped), wave: wave, hook: hook, options: options,
      generateName: nil)
  }
}

/// Something about a manifest that its author should know.
public struct ObjectProblem: Sendable, Hashable, CustomStringConvertible {
  /// Whether the object is left out because of it.
  public var isError: Bool
  /// The object as its author knows it: `apps/v1 Deployment web`, or its place in the list.
  public var object: String
  /// What is wrong and what to do.
  public var message: String

  /// Makes a problem.
  public init(isError: Bool, object: String, message: String) {
    self.isError = isError
    self.object = object
    self.message = message
  }

  /// `object: message`.
  public var description: String { "\(object): \(message)" }
}

/// All that an application wants in one cluster.
public struct DesiredSet: Sendable, Hashable {
  /// Whose objects they are.
  public let owner: Owner
  /// What the caller calls this state, usually the commit; handed back with every status.
  public let revision: String
  /// The namespace of namespaced objects that name none.
  public let namespace: String
  /// The objects, hooks included, in the order of their identities.
  public let objects: [DesiredObject]
  /// The options of the application.
  public let options: SyncOptions
  /// Labels and annotations of a namespace made by `CreateNamespace=true`.
  public let namespaceMetadata: Value?
  /// The digest of all objects: equal sets have equal digests.
  public let digest: Digest
  /// What is wrong with the manifests.
  public let problems: [ObjectProblem]
  /// Which differences are not counted.
  public let ignoring: IgnoreRules
  /// What the project does not allow: while there is any, nothing is sent.
  public let refusals: [String]

  /// Normalises manifests.
  ///
  /// Server-side fields and `status` are left out, namespaces filled in or removed as the kind wants it, `stringData` of Secrets turned
  /// into `data` (so that a key that leaves Git leaves the cluster), label and annotation added. A manifest that cannot be applied
  /// becomes a problem and stops no other.
  public init(
    owner: Owner, revision: String = "", manifests: [Value], namespace: String, options: SyncOptions = SyncOptions(),
    namespaceMetadata: Value? = nil, scopes: Scopes = Scopes(), ignoring: IgnoreRules = IgnoreRules([]), policy: ProjectPolicy? = nil
  ) {
    var scopes = scopes
    scopes.learn(definitionsIn: manifests)
    var problems: [ObjectProblem] = []
    var refusals: [String] = []
    var byIdentity: [ObjectIdentity: DesiredObject] = [:]
    for (index, manifest) in manifests.enumerated() {
      let title = DesiredSet.title(manifest, index)
      switch DesiredSet.normalise(manifest, namespace: namespace, scopes: scopes) {
      case .failure(let refusal): problems.append(ObjectProblem(isError: true, object: title, message: refusal.message))
      case .success(let normal):
        let object = DesiredSet.object(normal.manifest, normal.type, normal.identity, owner, options)
        if let refusal = policy?.refusal(of: normal.identity, isNamespaced: scopes.isNamespaced(normal.type.groupKind)) {
          refusals.append("\(normal.identity): \(refusal)")
        }
        for option in object.options.unknown {
          problems.append(ObjectProblem(isError: false, object: title, message: "unknown sync option \(option)"))
        }
        for option in object.options.unsupported {
          problems.append(ObjectProblem(isError: false, object: title, message: DesiredSet.withoutEffect(option)))
        }
        for word in object.hook?.unknown ?? [] {
          problems.append(ObjectProblem(isError: false, object: title, message: "unknown hook or hook-delete-policy \(word)"))
        }
        if byIdentity.updateValue(object, forKey: normal.identity) != nil {
          problems.append(ObjectProblem(isError: false, object: title, message: "appears more than once: the last one is used"))
        }
      }
    }
    for option in options.unknown {
      problems.append(ObjectProblem(isError: false, object: owner.name, message: "unknown sync option \(option)"))
    }
    for option in options.unsupported {
      problems.append(ObjectProblem(isError: false, object: owner.name, message: DesiredSet.withoutEffect(option)))
    }
    for problem in ignoring.problems { problems.append(ObjectProblem(isError: false, object: owner.name, message: problem)) }
    if options.createNamespace, let refusal = policy?.namespaceRefusal(namespace) { refusals.append("Namespace/\(namespace): \(refusal)") }
    self.owner = owner
    self.revision = revision
    self.namespace = namespace
    self.options = options
    self.namespaceMetadata = namespaceMetadata
    self.problems = problems
    self.ignoring = ignoring
    self.refusals = refusals
    objects = byIdentity.values.sorted { $0.identity < $1.identity }
    digest = Digest(of: objects.map(\.digest))
  }

  /// The objects that make up the application's state: all but hooks.
  public var stateObjects: [DesiredObject] { objects.filter { $0.hook == nil } }

  /// Where an object stands in ``objects``; nil when it is not wanted.
  func position(of identity: ObjectIdentity) -> Int? {
    var (low, high) = (0, objects.count)
    while low < high {
      let middle = (low + high) / 2
      if objects[middle].identity < identity { low = middle + 1 } else { high = middle }
    }
    return low < objects.count && objects[low].identity == identity ? low : nil
  }

  /// Whether a manifest could not be used: then nothing is pruned, since the set is not known to be whole.
  public var isIncomplete: Bool { problems.contains(where: \.isError) }

  private static func object(
    _ manifest: Value, _ type: GroupVersionKind, _ identity: ObjectIdentity, _ owner: Owner, _ options: SyncOptions
  ) -> DesiredObject {
    let stamped = Tracking.stamp(manifest, identity, owner)
    let annotation = manifest[at: "metadata", "annotations", "argocd.argoproj.io/sync-options"]?.stringValue
    return DesiredObject(
      identity: identity, type: type, manifest: stamped, digest: Digest(of: stamped), wave: SyncWave.of(manifest), hook: Hook(manifest),
      options: SyncOptions(annotation: annotation, over: options),
      generateName: identity.name.hasSuffix("*") ? manifest[at: "metadata", "generateName"]?.stringValue : nil)
  }

  private static func withoutEffect(_ option: String) -> String {
    "sync option \(option) has no effect\(SyncOptions.reasons[option].map { ": \($0)" } ?? "")"
  }

  private static func title(_ manifest: Value, _ index: Int) -> String {
    let name = manifest[at: "metadata", "name"]?.stringValue ?? manifest[at: "metadata", "generateName"]?.stringValue
    switch (manifest.groupVersionKind, name) {
    case (.some(let type), .some(let name)): return "\(type) \(name)"
    case (.some(let type), nil): return "\(type) (manifest \(index + 1))"
    case (nil, .some(let name)): return "manifest \(index + 1) (\(name))"
    case (nil, nil): return "manifest \(index + 1)"
    }
  }
}
