import Document
import FleetModel
import Templating

extension GeneratorRunner {
  /// One element for each object that the plugin answers.
  func plugin(_ generator: PluginGenerator, _ path: [PathComponent]) throws(RenderError) -> GeneratorOutput {
    let parameters = try generator.parameters.settled(renderer).objectValue ?? Object()
    let query: PluginQuery
    do throws(RenderError) {
      query = try pluginQuery(try generator.configMapName.settled(renderer), parameters)
    } catch {
      return .failed("error getting plugin from generator: \(error.message)", path + ["configMapRef"])
    }
    switch answer(.plugin(query)) {
    case .plugin(let reply):
      guard let objects = reply.parameters else {
        // To Argo CD this is an empty list, and every application of the set is removed.
        return .silent("the answer of the \(query) has no output.parameters: none of the set is removed while it is so", path)
      }
      return elements(objects, parameters, generator.values, path)
    case .none: return .waiting("waiting for the \(query)", path)
    case .failed(let reason), .notFound(let reason): return .failed("error listing params: \(reason)", path)
    case .repositories, .pullRequests: return .failed("error listing params: the answer is none of a plugin", path)
    }
  }

  private func pluginQuery(_ name: String, _ parameters: Object) throws(RenderError) -> PluginQuery {
    noteObjects()
    guard let settings = configMaps.first(where: { $0[at: "metadata", "name"]?.stringValue == name }) else {
      throw RenderError("error fetching ConfigMap: configmaps \"\(name)\" not found")
    }
    let data = StringMaps.strings(settings["data"])
    guard let url = data["baseUrl"], !url.isEmpty else { throw RenderError("error fetching ConfigMap: baseUrl not found in ConfigMap") }
    guard let text = data["token"], !text.isEmpty else { throw RenderError("error fetching ConfigMap: token not found in ConfigMap") }
    guard let token = PluginQuery.TokenReference(text) else {
      throw RenderError("error fetching Secret token: token is empty, or does not reference a secret key starting with '$': \(text)")
    }
    var timeout = PluginQuery.standardTimeoutSeconds
    if let text = data["requestTimeout"] {
      guard let seconds = Int(text) else {
        throw RenderError("error set requestTimeout : strconv.Atoi: parsing \(JSON.string(.string(text))): invalid syntax")
      }
      if seconds > 0 { timeout = seconds }
    }
    return PluginQuery(
      applicationSetName: setName, namespace: namespace, baseURL: url, token: token, timeoutSeconds: timeout, parameters: parameters)
  }

  private func elements(
    _ objects: [Object], _ parameters: Object, _ values: [ValueText], _ path: [PathComponent]
  ) -> GeneratorOutput {
    let input = TemplateValue(["input": ["parameters": .object(parameters)]])
    let keys = ElementKeys.keys(objects.map { .object($0) }, kind: "plugin")
    var output = GeneratorOutput()
    for (object, key) in zip(objects, keys) {
      var entries: [(String, TemplateValue)] = []
      if case .map(let map) = TemplateValue(.object(object)) {
        if renderer.goTemplate {
          entries = map.entries.map { ($0.key, $0.value) }
        } else {
          entries = Flatten.entries(map).map { ($0.0, .string(GoText.text($0.1))) }
        }
      }
      let set = ParameterSet(TemplateMap(entries + [("generator", input)]), key: key.key, element: key.text)
      do {
        output.sets.append(try addingValues(values, to: set))
      } catch {
        let message = "error generating params: \(error.message)"
        output.problems.append(GeneratorProblem(message: message, element: key.key, path: path + ["values"]))
      }
    }
    return output
  }
}
