import Document
import FleetModel
import Templating

/// An application template, compiled once and rendered for each parameter set.
final class TemplatePlan: Sendable {
  /// A rendered application with what it depends on.
  struct Rendered: Sendable {
    var application: Value
    var dependsOn: [Value]
    /// Classic tags that stay as they are because the element has no such parameter.
    var missing: [String] = []
    /// What is said of fields of the patch that no Application has.
    var unknown: [String] = []
  }

  /// The finalizer that Argo CD gives to applications that name none.
  static let resourcesFinalizer = "resources-finalizer.argocd.argoproj.io"

  let texts: [PlanText]
  /// Whether a text stands in more than one place, and is worth being remembered.
  let isRepeated: [Bool]
  let slots: SlotTable
  /// What is wrong with the set's template options.
  private let optionError: RenderError?
  private let namespace: String
  /// Whether the template has a namespace of its own with tags in it.
  private let rendersNamespace: Bool
  private let root: PlanNode
  private let application: PlanRecipe
  private let dependsOn: [PlanRecipe]
  private let patch: PlanText?
  /// The slots of classic tags that look like names of parameters, and not like another language's braces.
  private let tags: [(slot: Int, name: String)]
  /// The application for elements without parameters, which Argo CD does not render at all.
  private let unrendered: Rendered

  /// - Parameter template: The set's template with the generator's own one over it, normalised.
  init(_ template: Value, _ set: ApplicationSet, _ renderer: TextRenderer) {
    optionError = renderer.optionError
    namespace = set.namespace
    var spec = template["spec"] ?? .null
    let ownDependencies = spec["dependsOn"]?.arrayValue ?? []
    spec["dependsOn"] = nil
    var metadata = template["metadata"] ?? .object(Object())
    metadata["namespace"] = .string(set.namespace)
    var document: Value = ["apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata, "spec": spec]
    unrendered = Rendered(application: Normalizer.application(document), dependsOn: set.dependsOn + ownDependencies)
    if metadata["finalizers"] == nil && !set.syncPolicy.preserveResourcesOnDeletion {
      document[at: "metadata", "finalizers"] = [.string(TemplatePlan.resourcesFinalizer)]
    }
    // Argo CD renders the namespace of the template as well, before the set's own takes its place: what is broken in it is an error.
    let written = template["metadata"]?["namespace"]?.stringValue ?? ""
    rendersNamespace = !renderer.isLiteral(written)
    if rendersNamespace { document[at: "metadata", "namespace"] = .string(written) }
    var compiler = PlanCompiler(renderer)
    root = compiler.object(document, ApplicationSchema.application)
    application = PlanRecipe(root)
    var dependencies: [PlanRecipe] = []
    for entry in set.dependsOn + ownDependencies { dependencies.append(PlanRecipe(compiler.json(entry))) }
    dependsOn = dependencies
    texts = compiler.texts
    isRepeated = compiler.isRepeated
    var slots = compiler.slots
    patch = set.templatePatch.map { PlanText(renderer.compile($0), &slots) }
    self.slots = slots
    tags =
      renderer.goTemplate
      ? []
      : slots.paths.enumerated().compactMap { slot, path in
        path.count == 1 && TemplatePlan.isParameterName(path[0]) ? (slot, path[0]) : nil
      }
  }

  func render(_ parameters: ParameterSet, _ scope: RenderScope) throws(RenderError) -> Rendered {
    var rendered = unrendered
    if !parameters.isEmpty {
      if let optionError { throw optionError }
      var cache = TextCache(self, parameters, scope)
      do {
        rendered.application = try cache.value(application)
      } catch {
        var check = TextCache(self, parameters, scope)
        try check.check(root)
        throw error
      }
      if rendersNamespace { rendered.application[at: "metadata", "namespace"] = .string(namespace) }
      rendered.missing = missing(cache.slots)
      rendered.dependsOn = []
      for recipe in dependsOn {
        do {
          rendered.dependsOn.append(try cache.value(recipe))
        } catch {
          throw error.within("dependsOn: ")
        }
      }
    }
    guard let patch else { return rendered }
    if let optionError { throw optionError.within("error replacing values in templatePatch: ") }
    let text: String
    do {
      text = try patch.render(parameters, slots.values(parameters.values), scope)
    } catch {
      throw error.within("error replacing values in templatePatch: ")
    }
    let patched = try TemplatePatch.apply(text, to: rendered.application)
    rendered.application = patched.application
    rendered.application[at: "metadata", "namespace"] = .string(namespace)
    rendered.dependsOn += patched.dependsOn
    rendered.unknown = patched.unknown
    return rendered
  }

  /// Classic tags that stay as they are for an element.
  func missing(_ parameters: ParameterSet) -> [String] {
    tags.isEmpty || parameters.isEmpty ? [] : missing(slots.values(parameters.values))
  }

  private func missing(_ values: SlotValues) -> [String] {
    guard !tags.isEmpty, values.texts.contains(nil) else { return [] }
    return tags.compactMap { slot, name in values.texts[slot] == nil ? name : nil }
  }

  private static func isParameterName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"):
          true
        default: false
        }
      }
  }
}
