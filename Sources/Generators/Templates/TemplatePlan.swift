import Document
import FleetModel

/// An application template, compiled once and rendered for each parameter set.
struct TemplatePlan {
  /// A rendered application with what it depends on.
  struct Rendered {
    var application: Value
    var dependsOn: [Value]
  }

  /// The finalizer that Argo CD gives to applications that name none.
  static let resourcesFinalizer = "resources-finalizer.argocd.argoproj.io"

  private let renderer: TextRenderer
  private let namespace: String
  private let root: PlanNode
  private let dependsOn: [PlanNode]
  private let texts: [CompiledText]
  private let patch: CompiledText?
  /// The application for elements without parameters, which Argo CD does not render at all.
  private let unrendered: Rendered

  /// - Parameter template: The set's template with the generator's own one over it, normalised.
  init(_ template: Value, _ set: ApplicationSet, _ renderer: TextRenderer) {
    self.renderer = renderer
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
    patch = set.templatePatch.map { renderer.compile($0) }
  }

  func render(_ parameters: ParameterSet) throws(RenderError) -> Rendered {
    var rendered = unrendered
    if !parameters.isEmpty {
      if let problem = renderer.optionError { throw problem }
      var cache = TextCache(texts, parameters, renderer)
      do {
        rendered.application = try cache.value(root)
      } catch {
        var check = TextCache(texts, parameters, renderer)
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
    if let problem = renderer.optionError { throw problem.within("error replacing values in templatePatch: ") }
    let text: String
    do {
      text = try patch.render(parameters, renderer.limits)
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
