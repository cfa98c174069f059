import Document

extension ServerAccess {
  /// Reads `spec` of a Cluster.
  init(_ spec: FieldReader) throws(DefinitionError) {
    self.init(url: try spec.required("server"))
    let auth = try spec.object("auth")
    bearerToken = try auth.optionalString("bearerToken").map { Secret($0) }
    bearerTokenFile = try auth.optionalString("bearerTokenFile")
    let basic = try auth.object("basic")
    username = try basic.optionalString("username")
    password = try basic.optionalString("password").map { Secret($0) }
    if auth.has("exec") { exec = try ExecCredential(try auth.object("exec")) }
    if auth.has("aws") { aws = try AWSAuthentication(try auth.object("aws")) }
    tls = try TLSSettings(try spec.object("tls"))
    proxyURL = try spec.optionalString("proxyURL")
    disableCompression = try spec.bool("disableCompression") ?? false
    try checkAddress(spec.path + ["server"])
  }

  /// Reads the `config` of an Argo CD cluster Secret.
  init(url: String, config: FieldReader) throws(DefinitionError) {
    self.init(url: url)
    bearerToken = try config.optionalString("bearerToken").map { Secret($0) }
    username = try config.optionalString("username")
    password = try config.optionalString("password").map { Secret($0) }
    if config.has("execProviderConfig") { exec = try ExecCredential(try config.object("execProviderConfig")) }
    if config.has("awsAuthConfig") { aws = try AWSAuthentication(try config.object("awsAuthConfig")) }
    tls = try TLSSettings(try config.object("tlsClientConfig"))
    proxyURL = try config.optionalString("proxyUrl")
    disableCompression = try config.bool("disableCompression") ?? false
  }

  private func checkAddress(_ path: [PathComponent]) throws(DefinitionError) {
    guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
      throw DefinitionError("\"\(url)\" is no address: write it as https://host:port", path: path)
    }
  }
}

extension ExecCredential {
  init(_ field: FieldReader) throws(DefinitionError) {
    let version = try field.string("apiVersion")
    self.init(
      command: try field.required("command"), args: try field.strings("args"), env: try field.stringMap("env"),
      apiVersion: version.isEmpty ? "client.authentication.k8s.io/v1" : version, installHint: try field.optionalString("installHint"))
  }
}

extension AWSAuthentication {
  init(_ field: FieldReader) throws(DefinitionError) {
    self.init(
      clusterName: try field.required("clusterName"), roleARN: try field.optionalString("roleARN"),
      profile: try field.optionalString("profile"))
  }
}

extension TLSSettings {
  init(_ field: FieldReader) throws(DefinitionError) {
    self.init()
    caData = try TLSSettings.certificate(field, "caData")
    certData = try TLSSettings.certificate(field, "certData")
    keyData = try TLSSettings.certificate(field, "keyData").map { Secret($0) }
    caFile = try field.optionalString("caFile")
    certFile = try field.optionalString("certFile")
    keyFile = try field.optionalString("keyFile")
    serverName = try field.optionalString("serverName")
    insecure = try field.bool("insecure") ?? false
    if insecure, caData != nil || caFile != nil {
      throw DefinitionError("insecure and a CA exclude each other: remove one of them", path: field.path + ["insecure"])
    }
  }

  /// PEM as it is, or in base64 as kubeconfig and Argo CD write it.
  private static func certificate(_ field: FieldReader, _ key: String) throws(DefinitionError) -> [UInt8]? {
    guard let text = try field.optionalString(key) else { return nil }
    if text.utf8.starts(with: "-----BEGIN".utf8) { return Array(text.utf8) }
    guard let bytes = Base64.decode(text.utf8) else {
      throw DefinitionError("is neither PEM nor base64", path: field.path + [.key(key)])
    }
    return bytes
  }
}
