import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority for one run of the tests.
struct TestAuthority {
  /// A certificate with its key, both as PEM.
  struct Identity: Sendable {
    let certificate: String
    let key: String
  }

  private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
  private let name: DistinguishedName
  /// The authority's own certificate as PEM.
  let certificate: String

  init() throws {
    name = try DistinguishedName { CommonName("flotilla-tests") }
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
      Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
    }
    certificate = try TestAuthority.sign(key.publicKey, subject: name, issuer: name, extensions, with: key)
  }

  /// A server's certificate for `127.0.0.1`.
  func server() throws -> Identity {
    try issue(
      DistinguishedName { CommonName("kube-apiserver") },
      try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])), .dnsName("localhost")])
      })
  }

  /// A client's certificate: the API server takes the common name for the user and the organization for the group.
  func client(user: String, group: String) throws -> Identity {
    try issue(
      DistinguishedName {
        CommonName(user)
        OrganizationName(group)
      },
      try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        try ExtendedKeyUsage([.clientAuth])
      })
  }

  private func issue(_ subject: DistinguishedName, _ extensions: Certificate.Extensions) throws -> Identity {
    let own = P256.Signing.PrivateKey()
    let certificate = try TestAuthority.sign(
      Certificate.PrivateKey(own).publicKey, subject: subject, issuer: name, extensions, with: key)
    return Identity(certificate: certificate, key: own.pemRepresentation)
  }

  private static func sign(
    _ key: Certificate.PublicKey, subject: DistinguishedName, issuer: DistinguishedName, _ extensions: Certificate.Extensions,
    with issuerKey: Certificate.PrivateKey
  ) throws -> String {
    let now = Date()
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key, notValidBefore: now - 3600, notValidAfter: now + 86400,
      issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: issuerKey)
    return try certificate.serializeAsPEM().pemString
  }
}
