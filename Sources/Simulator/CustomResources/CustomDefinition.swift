import Document

/// Reading CustomResourceDefinitions.
enum CustomDefinition {
  static func storedVersions(_ definition: Value) -> Value {
    let versions = definition[at: "spec", "versions"]?.arrayValue ?? []
    return .array(versions.filter { $0["storage"] == true }.compactMap { $0["name"] })
  }

  /// What the API server fills in.
  static func applyDefaults(to object: inout Value) {
    Defaults.edit(&object, "spec") { spec in
      Defaults.edit(&spec, "conversion") { $0.fill("strategy", "None") }
      Defaults.edit(&spec, "names") { names in
        if let kind = names["kind"]?.stringValue {
          names.fill("singular", .string(kind.lowercased()))
          names.fill("listKind", .string(kind + "List"))
        }
      }
    }
  }

  /// The kinds that a definition serves, one for each served version; the stored version comes first.
  static func types(_ definition: Value) -> [ResourceType] {
    guard let group = definition[at: "spec", "group"]?.stringValue, let names = definition[at: "spec", "names"],
      let kind = names["kind"]?.stringValue, let plural = names["plural"]?.stringValue
    else { return [] }
    let name = definition[at: "metadata", "name"]?.stringValue ?? ""
    let isNamespaced = definition[at: "spec", "scope"] == "Namespaced"
    func strings(_ key: String) -> [String] { (names[key]?.arrayValue ?? []).compactMap(\.stringValue) }
    let versions = (definition[at: "spec", "versions"]?.arrayValue ?? []).filter { $0["served"] == true }
    let ordered = versions.filter { $0["storage"] == true } + versions.filter { $0["storage"] != true }
    return ordered.compactMap { version in
      guard let versionName = version["name"]?.stringValue else { return nil }
      var subresources: [String] = []
      if version[at: "subresources", "status"] != nil { subresources.append("status") }
      if version[at: "subresources", "scale"] != nil { subresources.append("scale") }
      let builder = StructuralSchema(version[at: "schema", "openAPIV3Schema"] ?? .null)
      var type = ResourceType(
        group: group, version: versionName, kind: kind, plural: plural, singular: names["singular"]?.stringValue ?? kind.lowercased(),
        namespaced: isNamespaced, shortNames: strings("shortNames"), categories: strings("categories"), subresources: subresources,
        schema: builder.root)
      var info = CustomResourceInfo(definition: name, listKind: names["listKind"]?.stringValue ?? kind + "List")
      info.columns = (version["additionalPrinterColumns"]?.arrayValue ?? []).map(column)
      info.selectableFields = (version["selectableFields"]?.arrayValue ?? []).compactMap { $0["jsonPath"]?.stringValue }.map {
        String($0.dropFirst())
      }
      if version["deprecated"] == true {
        info.deprecationWarning =
          version["deprecationWarning"]?.stringValue ?? "\(group)/\(versionName) \(kind) is deprecated"
      }
      if let scale = version[at: "subresources", "scale"] {
        func path(_ key: String) -> String? { scale[key]?.stringValue.map { String($0.dropFirst()) } }
        info.scale = CustomResourceInfo.ScalePaths(
          spec: path("specReplicasPath") ?? "spec.replicas", status: path("statusReplicasPath") ?? "status.replicas",
          selector: path("labelSelectorPath"))
      }
      info.hasRules = JSON.string(version["schema"] ?? .null).contains("\"x-kubernetes-validations\"")
      info.isTerminating = definition[at: "metadata", "deletionTimestamp"] != nil
      type.verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
      type.custom = info
      return type
    }
  }

  private static func column(_ value: Value) -> CustomResourceInfo.PrinterColumn {
    CustomResourceInfo.PrinterColumn(
      name: value["name"]?.stringValue ?? "", type: value["type"]?.stringValue ?? "string", format: value["format"]?.stringValue ?? "",
      description: value["description"]?.stringValue
        ?? "Custom resource definition column (in JSONPath format): \(value["jsonPath"]?.stringValue ?? "")",
      priority: value["priority"]?.intValue ?? 0,
      path: String((value["jsonPath"]?.stringValue ?? "").drop { $0 == "." }))
  }
}
