import Document
import Templating

extension GeneratorRunner {
  /// Elements as they stand, then those of `elementsYaml`.
  func list(_ list: ListGenerator, _ path: [PathComponent]) throws(RenderError) -> GeneratorOutput {
    var elements = list.elements
    if !renderer.goTemplate, !list.outer.isEmpty {
      for index in elements.indices {
        elements[index] = try JSONTemplates.rendered(elements[index]) { text throws(RenderError) in
          try GeneratorText.bound(text, list.outer).settled(self.renderer)
        }
      }
    }
    let direct = elements.count
    var problem: RenderError?
    if let yaml = list.elementsYaml {
      do throws(RenderError) {
        elements += try yamlElements(yaml)
      } catch {
        problem = error
      }
    }
    let keys = ElementKeys.keys(elements)
    var output = GeneratorOutput()
    output.sets.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      let place = index < direct ? path + ["elements", .index(index)] : path + ["elementsYaml"]
      do {
        let values = try parameters(of: element, flat: index < direct && !renderer.goTemplate)
        output.sets.append(ParameterSet(values, key: keys[index].key, element: keys[index].text))
      } catch {
        output.problems.append(GeneratorProblem(message: error.message, element: keys[index].key, path: place))
      }
    }
    // What is wrong with the elements themselves is said first.
    if let problem { output.problems.append(GeneratorProblem(message: problem.message, path: path + ["elementsYaml"])) }
    return output
  }

  private func parameters(of element: Value, flat: Bool) throws(RenderError) -> TemplateMap {
    guard !element.isNull else { return TemplateMap() }
    guard case .object(let object) = element else {
      throw RenderError(
        "error unmarshling list element json: cannot unmarshal \(GoJSON.kind(element)) into Go value of type map[string]interface {}")
    }
    guard flat else {
      guard case .map(let map) = TemplateValue(element) else { return TemplateMap() }
      return map
    }
    var entries: [(String, TemplateValue)] = []
    for member in object {
      if member.key == "values" {
        guard let values = member.value.objectValue else { throw RenderError("error parsing values map") }
        for value in values { entries.append(("values.\(value.key)", try text(value.value))) }
      } else {
        entries.append((member.key, try text(member.value)))
      }
    }
    return TemplateMap(entries)
  }

  private func text(_ value: Value) throws(RenderError) -> TemplateValue {
    // The odd ending is Argo CD's: it formats an error that is nil.
    guard let text = value.stringValue else { throw RenderError("error parsing value as string %!w(<nil>)") }
    return .string(text)
  }

  private func yamlElements(_ text: GeneratorText) throws(RenderError) -> [Value] {
    let value: Value
    do {
      value = try YAML.decode(try text.settled(renderer))
    } catch let error as DocumentError {
      throw RenderError("error unmarshling decoded ElementsYaml error converting YAML to JSON: yaml: \(error.message)")
    } catch let error as RenderError {
      throw error
    } catch {
      throw RenderError("\(error)")
    }
    if value.isNull { return [] }
    do {
      return try GoJSON.objects(value)
    } catch {
      throw error.within("error unmarshling decoded ElementsYaml error unmarshaling JSON: while decoding JSON: ")
    }
  }
}

/// Go's words for JSON that does not fit a type.
enum GoJSON {
  static func kind(_ value: Value) -> String {
    switch value {
    case .bool: "bool"
    default: value.kindName
    }
  }

  /// A list of objects, or Go's error for what is none.
  static func objects(_ value: Value) throws(RenderError) -> [Value] {
    guard let elements = value.arrayValue else {
      throw RenderError("json: cannot unmarshal \(kind(value)) into Go value of type []map[string]interface {}")
    }
    for (index, element) in elements.enumerated() where element.objectValue == nil && !element.isNull {
      throw RenderError("json: cannot unmarshal \(kind(element)) into .\(index) of type map[string]interface {}")
    }
    return elements
  }
}
