import Document

/// The rules for names, labels and keys, with the server's own texts.
enum NameRules {
  static let subdomainText =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
  static let labelText =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  static let configKeyText =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

  private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  static func isLabel<Text: Collection>(_ text: Text) -> Bool where Text.Element == UInt8 {
    guard let first = text.first, isLowerAlphanumeric(first) else { return false }
    var last = first
    for byte in text {
      guard isLowerAlphanumeric(byte) || byte == UInt8(ascii: "-") else { return false }
      last = byte
    }
    return isLowerAlphanumeric(last)
  }

  static func isSubdomain(_ text: String) -> Bool {
    text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
  }

  static func isQualifiedName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.last, name.utf8.count <= 63, let first = name.utf8.first, let last = name.utf8.last,
      isAlphanumeric(first), isAlphanumeric(last), name.utf8.allSatisfy({ isAlphanumeric($0) || "-_.".utf8.contains($0) })
    else { return false }
    return parts.count < 2 || isSubdomain(String(parts[0]))
  }

  static func isLabelValue(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return true }
    return text.utf8.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
      && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  static func isConfigKey(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  /// What is wrong with an object's name.
  static func errors(name: String, resource: ResourceType) -> [FieldError] {
    let field = "metadata.name"
    if resource.group == "rbac.authorization.k8s.io" {
      let bad = name.isEmpty || name == "." || name == ".." || name.contains("/") || name.contains("%")
      return bad ? [.invalid(field, .string(name), "may not contain '/'")] : []
    }
    let isLabelKind =
      resource.key == ResourceKey(group: "", plural: "namespaces") || resource.key == ResourceKey(group: "", plural: "services")
    if isLabelKind {
      if name.utf8.count > 63 { return [.invalid(field, .string(name), "must be no more than 63 characters")] }
      return isLabel(name.utf8) ? [] : [.invalid(field, .string(name), labelText)]
    }
    if name.utf8.count > 253 { return [.invalid(field, .string(name), "must be no more than 253 characters")] }
    return isSubdomain(name) ? [] : [.invalid(field, .string(name), subdomainText)]
  }
}
