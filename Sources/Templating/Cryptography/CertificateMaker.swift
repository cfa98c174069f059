import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes certificates as Sprig does: valid from now on, for servers and clients.
enum CertificateMaker {
  /// What a certificate is to say.
  struct Request {
    var commonName: String
    var addresses: [TemplateValue] = []
    var names: [TemplateValue] = []
    var days: Int
    var isAuthority = false
  }

  /// Who signs: a name and a key. Nil means that the certificate signs itself.
  struct Signer {
    let certificate: Certificate
    let key: PrivateKeyFile

    /// Reads a certificate and a key.
    init(_ pair: CertificateObject) throws(FunctionError) {
      guard let block = PEMBlock(pair.certificate) else { throw FunctionError("unable to decode certificate") }
      do {
        certificate = try Certificate(derEncoded: block.bytes)
      } catch {
        throw FunctionError("error parsing certificate: decodedSignerCert.Bytes: \(error)")
      }
      do {
        key = try PrivateKeyFile(pair.key)
      } catch {
        throw FunctionError("error parsing private key: \(error.message)")
      }
    }
  }

  /// Makes a certificate for a key.
  static func make(
    _ request: Request, key: PrivateKeyFile, signer: Signer? = nil, _ world: World
  ) throws(FunctionError) -> CertificateObject {
    let alternatives = try alternativeNames(request)
    let serial = world.withRandomness { $0.bytes(16) }
    let now = world.now
    let limit = 253_402_300_799  // The end of the year 9999, beyond which X.509 has no dates.
    let end = min(Int(now.seconds) &+ 86_400 &* max(-100_000_000, min(request.days, 100_000_000)), limit)
    do {
      let subject = try DistinguishedName { CommonName(request.commonName) }
      var extensions = Certificate.Extensions()
      try extensions.append(
        Certificate.Extension(
          KeyUsage(digitalSignature: true, keyEncipherment: true, keyCertSign: request.isAuthority), critical: true))
      try extensions.append(Certificate.Extension(ExtendedKeyUsage([.serverAuth, .clientAuth]), critical: false))
      let constraints: BasicConstraints = request.isAuthority ? .isCertificateAuthority(maxPathLength: nil) : .notCertificateAuthority
      try extensions.append(Certificate.Extension(constraints, critical: true))
      if request.isAuthority {
        let identifier = Array(Insecure.SHA1.hash(data: key.publicBits))
        try extensions.append(Certificate.Extension(SubjectKeyIdentifier(keyIdentifier: identifier[...]), critical: false))
      }
      if let signer, signer.certificate.subject != subject, let parent = try signer.certificate.extensions.subjectKeyIdentifier {
        try extensions.append(Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: parent.keyIdentifier), critical: false))
      }
      if !alternatives.isEmpty {
        try extensions.append(Certificate.Extension(SubjectAlternativeNames(alternatives), critical: false))
      }
      let certificate = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(bytes: BigNumber(bytes: serial).bytes), publicKey: key.key.publicKey,
        notValidBefore: Date(timeIntervalSince1970: Double(now.seconds)), notValidAfter: Date(timeIntervalSince1970: Double(end)),
        issuer: signer?.certificate.subject ?? subject, subject: subject,
        signatureAlgorithm: signer?.key.algorithm ?? key.algorithm, extensions: extensions,
        issuerPrivateKey: signer?.key.key ?? key.key)
      var serializer = DER.Serializer()
      try serializer.serialize(certificate)
      return CertificateObject(certificate: PEMBlock("CERTIFICATE", serializer.serializedBytes).text, key: key.text)
    } catch {
      throw FunctionError("error creating certificate: \(error)")
    }
  }

  private static func alternativeNames(_ request: Request) throws(FunctionError) -> [GeneralName] {
    var result: [GeneralName] = []
    for name in request.names {
      guard case .string(let text) = name else {
        throw FunctionError("error processing alternate dns name: \(GoFormat.text(name)) is not a string")
      }
      result.append(.dnsName(text))
    }
    for address in request.addresses {
      guard case .string(let text) = address else { throw FunctionError("error parsing ip: \(GoFormat.text(address)) is not a string") }
      guard let bytes = text.contains("%") ? nil : IPAddress(text)?.bytes else { throw FunctionError("error parsing ip: \(text)") }
      // An address of version 4 in the dress of version 6 is one of version 4.
      let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
      result.append(.ipAddress(ASN1OctetString(contentBytes: bytes.starts(with: mapped) && bytes.count == 16 ? bytes[12...] : bytes[...])))
    }
    return result
  }
}
