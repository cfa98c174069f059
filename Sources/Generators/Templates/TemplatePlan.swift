import Document
import FleetModel
import Templating

/// An application template, compiled once and rendered for each parameter set.
final class TemplatePlan: Sendable {
  /// A rendered application with what it depends on.
  struct Rendered: Sendable {
    var application: Value
    var dependsOn: [Value]
  }

  /// The finalizer that Argo CD gives to applications that name none.
  static let resourcesFinalizer = "resources-finalizer.argocd.argoproj.io"

  let texts: [PlanText]
  /// Whether a text stands in more than one place, and is worth being remembered.
  let isRepeated: [Bool]
  let slots: SlotTable
  let limits: TemplateLimits
  /// What is wrong with the set's template options.
  private let optionError: RenderError?
  private let namespace: String
  private let root: PlanNode
  private let dependsOn: [PlanNode]
  private let patch: PlanText?
  /// The application for elements without parameters, which Argo CD does not render at all.
  private let unrendered: Rendered

  /// - Parameter template: The set's template with the generator's own one over it, normalised.
  init(_ template: Value, _ set: ApplicationSet, _ renderer: TextRenderer) {
    limits = renderer.limits
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
    var compiler = PlanCompiler(renderer)
    root = compiler.object(document, ApplicationSchema.application)
    var dependencies: [PlanNode] = []
    for entry in set.dependsOn + ownDependencies { dependencies.append(compiler.json(entry)) }
    dependsOn = dependencies
    texts = compiler.texts
    isRepeated = compiler.isRepeated
    var slots = compiler.slots
    patch = set.templatePatch.map { PlanText(renderer.compile($0), &slots) }
    self.slots = slots
  }

  func render(_ parameters: ParameterSet) throws(RenderError) -> Rendered {
    var rendered = unrendered
    if !parameters.isEmpty {
      if let optionError { throw optionError }
      var cache = TextCache(self, parameters)
      do {
        rendered.application = try cache.value(root)
      } catch {
        var check = TextCache(self, parameters)
        try check.check(root)
        throw error
      }
      rendered.dependsOn = []
      for node in dependsOn {
        do {
          rendered.dependsOn.append(try cache.value(node))
        } catch {
          throw error.within("dependsOn: ")
        }
      }
    }
    guard let patch else { return rendered }
    if let optionError { throw optionError.within("error replacing values in templatePatch: ") }
    let text: String
    do {
      text = try patch.render(parameters, slots.values(parameters.values), limits)
    } catch {
      throw error.within("error replacing values in templatePatch: ")
    }
    let patched = try TemplatePatch.apply(text, to: rendered.application)
    rendered.application = patched.application
    rendered.application[at: "metadata", "namespace"] = .string(namespace)
    rendered.dependsOn += patched.dependsOn
    return rendered
  }
}
