import Crypto
import CryptoExtras
import X509

/// A private key that stands in a text, and what certificates need of it.
struct PrivateKeyFile {
  /// The key as Sprig writes it.
  let text: String
  let key: Certificate.PrivateKey
  /// The bits of the public key, from which its identifier is made.
  let publicBits: [UInt8]
  let algorithm: Certificate.SignatureAlgorithm

  /// Reads what `genPrivateKey` and OpenSSL write.
  init(_ text: String) throws(FunctionError) {
    guard let block = PEMBlock(text) else { throw FunctionError("no PEM data in input") }
    do {
      switch block.label {
      case "PRIVATE KEY": self = try PrivateKeyFile.pkcs8(block)
      case "RSA PRIVATE KEY": self.init(try _RSA.Signing.PrivateKey(unsafeDERRepresentation: block.bytes))
      case "EC PRIVATE KEY": self = try PrivateKeyFile.elliptic(block)
      case "DSA PRIVATE KEY": throw FunctionError("x509: only RSA, ECDSA and Ed25519 keys supported")
      default:
        if !block.label.hasSuffix(" PRIVATE KEY") { throw FunctionError("no private key data in PEM block of type \(block.label)") }
        throw FunctionError("invalid private key type \(block.label.dropLast(12))")
      }
    } catch let error as FunctionError {
      throw error
    } catch {
      throw FunctionError("parsing private key from PEM: \(error)")
    }
  }

  init(_ key: _RSA.Signing.PrivateKey) {
    text = PEMBlock("RSA PRIVATE KEY", Array(key.derRepresentation)).text
    publicBits = Array(key.publicKey.pkcs1DERRepresentation)
    self.key = Certificate.PrivateKey(key)
    algorithm = .sha256WithRSAEncryption
  }

  init(_ key: P256.Signing.PrivateKey) {
    publicBits = Array(key.publicKey.x963Representation)
    // The object identifier of prime256v1.
    let curve: [UInt8] = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    let bytes = DERWriter.sequence(
      DERWriter.integer(BigNumber(1)), DERWriter.octets(Array(key.rawRepresentation)), DERWriter.element(0xA0, curve),
      DERWriter.element(0xA1, DERWriter.bits(publicBits)))
    text = PEMBlock("EC PRIVATE KEY", bytes).text
    self.key = Certificate.PrivateKey(key)
    algorithm = .ecdsaWithSHA256
  }

  init(_ key: Curve25519.Signing.PrivateKey) {
    publicBits = Array(key.publicKey.rawRepresentation)
    // The object identifier of Ed25519 (RFC 8410).
    let algorithm: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]
    let bytes = DERWriter.sequence(
      DERWriter.integer(BigNumber(0)), DERWriter.element(0x30, algorithm), DERWriter.octets(DERWriter.octets(Array(key.rawRepresentation))))
    text = PEMBlock("PRIVATE KEY", bytes).text
    self.key = Certificate.PrivateKey(key)
    self.algorithm = .ed25519
  }

  private init(_ text: String, _ key: Certificate.PrivateKey, _ bits: [UInt8], _ algorithm: Certificate.SignatureAlgorithm) {
    (self.text, self.key, publicBits, self.algorithm) = (text, key, bits, algorithm)
  }

  private static func elliptic(_ block: PEMBlock) throws -> PrivateKeyFile {
    if let key = try? P256.Signing.PrivateKey(pemRepresentation: block.text) { return PrivateKeyFile(key) }
    if let key = try? P384.Signing.PrivateKey(pemRepresentation: block.text) {
      return PrivateKeyFile(block.text, Certificate.PrivateKey(key), Array(key.publicKey.x963Representation), .ecdsaWithSHA384)
    }
    let key = try P521.Signing.PrivateKey(pemRepresentation: block.text)
    return PrivateKeyFile(block.text, Certificate.PrivateKey(key), Array(key.publicKey.x963Representation), .ecdsaWithSHA512)
  }

  private static func pkcs8(_ block: PEMBlock) throws -> PrivateKeyFile {
    if let key = try? _RSA.Signing.PrivateKey(unsafePEMRepresentation: block.text) { return PrivateKeyFile(key) }
    if let key = try? elliptic(block) { return key }
    // Ed25519: the seed is the end of the block, in an octet string in an octet string.
    guard block.bytes.count == 48, block.bytes[9...11].elementsEqual([0x2B, 0x65, 0x70]) else {
      throw FunctionError("decoding PEM as PKCS#8: unknown kind of key")
    }
    return PrivateKeyFile(try Curve25519.Signing.PrivateKey(rawRepresentation: block.bytes.suffix(32)))
  }
}
