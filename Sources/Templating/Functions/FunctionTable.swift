/// The functions that a template may call, by name.
public struct FunctionTable: Sendable {
  private var functions: [String: Function]

  init(_ lists: [[Function]], without removed: Set<String> = []) {
    functions = [:]
    for list in lists {
      for function in list where !removed.contains(function.name) { functions[function.name] = function }
    }
  }

  subscript(name: String) -> Function? { functions[name] }

  /// All names, sorted.
  public var names: [String] { functions.keys.sorted() }

  /// Go's own functions and nothing else.
  public static let go = FunctionTable([Builtins.functions])

  /// What Helm 4 gives to charts: Sprig without the functions that read the environment, and Helm's own.
  public static let helm = FunctionTable([Builtins.functions] + Sprig.all + Helm.all)

  /// What Argo CD gives to ApplicationSets: Sprig without the three functions that read the controller's environment, and its own five.
  public static let argoCD = FunctionTable([Builtins.functions] + Sprig.all + [ArgoFunctions.functions])
}
