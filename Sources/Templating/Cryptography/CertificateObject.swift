import Document

/// A certificate with its key, as Sprig hands them out: two texts.
struct CertificateObject: TemplateObject {
  let certificate: String
  let key: String

  var type: GoType { .certificate }
  var text: String { "{\(certificate) \(key)}" }

  func field(_ name: String) -> TemplateValue? {
    switch name {
    case "Cert": .string(certificate)
    case "Key": .string(key)
    default: nil
    }
  }

  func jsonValue() throws(FunctionError) -> Value { .object(["Cert": .string(certificate), "Key": .string(key)]) }

  func isEqual(_ other: any TemplateObject) -> Bool {
    guard let other = other as? CertificateObject else { return false }
    return certificate == other.certificate && key == other.key
  }
}
