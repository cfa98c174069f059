import Crypto
import CryptoExtras
import Document
import X509

/// Sprig: passwords, keys, certificates and encryption. Everything random comes from the environment, so that it can be pinned,
/// save for one thing: a signature by an elliptic curve key differs each time that it is made.
extension Sprig {
  static let cryptography: [Function] = passwords + encryption + keys + certificates

  /// What a function may cost in the steps of the limits: a step is about a tenth of a microsecond.
  private enum Cost {
    static let bcrypt = 1_000_000
    static let derivation = 1_500_000
    static let shortKey = 2_000_000
    static let longKey = 8_000_000
    static let signature = 50_000
  }

  private static let passwords: [Function] = [
    Function("bcrypt", [.string], .nondeterministic) { call throws(FunctionError) in .string(try bcrypt(call.string(0), &call)) },
    Function("htpasswd", [.string, .string], .nondeterministic) { call throws(FunctionError) in
      let user = call.string(0)
      if user.contains(":") { return .string("invalid username: \(user)") }
      return .string(user + ":" + (try bcrypt(call.string(1), &call)))
    },
    Function("derivePassword", [.uint32, .string, .string, .string, .string]) { call throws(FunctionError) in
      try call.budget.spend(Cost.derivation)
      return .string(
        try DerivedPassword.make(
          counter: UInt32(truncatingIfNeeded: call.int(0)), kind: call.string(1), password: call.string(2), user: call.string(3),
          site: call.string(4)))
    },
  ]

  private static func bcrypt(_ password: String, _ call: inout Call) throws(FunctionError) -> String {
    try call.budget.spend(Cost.bcrypt)
    do {
      return try Bcrypt.hash(password, salt: call.world.withRandomness { $0.bytes(16) })
    } catch {
      return "failed to encrypt string with bcrypt: \(error.message)"
    }
  }

  // MARK: - Encryption

  private static let encryption: [Function] = [
    Function("encryptAES", [.string, .string], .nondeterministic) { call throws(FunctionError) in
      let plain = Array(call.string(1).utf8)
      if plain.isEmpty { return .string("") }
      try call.budget.spend(bytes: plain.count * 2)
      let vector = call.world.withRandomness { $0.bytes(16) }
      do {
        let sealed = try AES._CBC.encrypt(plain, using: key(call.string(0)), iv: AES._CBC.IV(ivBytes: vector))
        return .string(Base64.encode(vector + Array(sealed)))
      } catch {
        throw FunctionError("\(error)")
      }
    },
    Function("decryptAES", [.string, .string]) { call throws(FunctionError) in
      if call.string(1).isEmpty { return .string("") }
      try call.budget.spend(bytes: call.string(1).utf8.count)
      let sealed = try Base64Strict.bytes(call.string(1)).get()
      guard sealed.count >= 16 else {
        throw FunctionError("runtime error: slice bounds out of range [:16] with capacity \(sealed.count)")
      }
      guard sealed.count > 16 else { throw FunctionError("runtime error: index out of range [-1]") }
      guard sealed.count % 16 == 0 else { throw FunctionError("crypto/cipher: input not full blocks") }
      do {
        let vector = try AES._CBC.IV(ivBytes: sealed[..<16])
        let plain = Array(try AES._CBC.decrypt(sealed[16...], using: key(call.string(0)), iv: vector, noPadding: true))
        // Sprig trusts the last byte, whatever stands before it.
        let padding = Int(plain.last ?? 0)
        guard padding <= plain.count else { throw FunctionError("runtime error: slice bounds out of range [:\(plain.count - padding)]") }
        return .string(GoStrings.decode(plain.dropLast(padding)))
      } catch let error as FunctionError {
        throw error
      } catch {
        throw FunctionError("\(error)")
      }
    },
  ]

  /// A password cut or filled up to 32 bytes.
  private static func key(_ password: String) -> SymmetricKey {
    let bytes = password.utf8.prefix(32)
    return SymmetricKey(data: Array(bytes) + [UInt8](repeating: 0, count: 32 - bytes.count))
  }

  // MARK: - Keys

  private static let keys: [Function] = [
    Function("genPrivateKey", [.string], .nondeterministic) { call throws(FunctionError) in
      switch call.string(0) {
      case "", "rsa":
        try call.budget.spend(Cost.longKey)
        return .string(PEMBlock("RSA PRIVATE KEY", call.world.withRandomness { RSAKey.generate(bits: 4096, &$0) }).text)
      case "dsa":
        try call.budget.spend(Cost.longKey)
        return .string(PEMBlock("DSA PRIVATE KEY", call.world.withRandomness { DSAKey.generate(&$0) }).text)
      case "ecdsa":
        try call.budget.spend(Cost.signature)
        // A number that is no key of the curve is as rare as a guess at one.
        while true {
          let bytes = call.world.withRandomness { $0.bytes(32) }
          if let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes) { return .string(PrivateKeyFile(key).text) }
          try call.budget.spend(Cost.signature)
        }
      case "ed25519":
        try call.budget.spend(Cost.signature)
        let bytes = call.world.withRandomness { $0.bytes(32) }
        do {
          return .string(PrivateKeyFile(try Curve25519.Signing.PrivateKey(rawRepresentation: bytes)).text)
        } catch {
          return .string("failed to generate private key: \(error)")
        }
      case let kind: return .string("Unknown type \(kind)")
      }
    }
  ]

  /// A new key for a certificate.
  private static func newKey(_ call: inout Call) throws(FunctionError) -> PrivateKeyFile {
    try call.budget.spend(Cost.shortKey)
    do {
      return PrivateKeyFile(try _RSA.Signing.PrivateKey(derRepresentation: call.world.withRandomness { RSAKey.generate(bits: 2048, &$0) }))
    } catch {
      throw FunctionError("error generating rsa key: \(error)")
    }
  }

  private static func givenKey(_ text: String, _ call: inout Call) throws(FunctionError) -> PrivateKeyFile {
    try call.budget.spend(Cost.signature)
    do {
      return try PrivateKeyFile(text)
    } catch {
      throw FunctionError("parsing private key: \(error.message)")
    }
  }

  // MARK: - Certificates

  private static let certificates: [Function] = [
    Function("genCA", [.string, .int], .nondeterministic) { call throws(FunctionError) in
      let request = CertificateMaker.Request(commonName: call.string(0), days: call.int(1), isAuthority: true)
      return .object(try CertificateMaker.make(request, key: newKey(&call), call.world))
    },
    Function("genCAWithKey", [.string, .int, .string], .nondeterministic) { call throws(FunctionError) in
      let request = CertificateMaker.Request(commonName: call.string(0), days: call.int(1), isAuthority: true)
      return .object(try CertificateMaker.make(request, key: givenKey(call.string(2), &call), call.world))
    },
    Function("genSelfSignedCert", [.string, .anyList, .anyList, .int], .nondeterministic) { call throws(FunctionError) in
      .object(try CertificateMaker.make(request(call), key: newKey(&call), call.world))
    },
    Function("genSelfSignedCertWithKey", [.string, .anyList, .anyList, .int, .string], .nondeterministic) { call throws(FunctionError) in
      .object(try CertificateMaker.make(request(call), key: givenKey(call.string(4), &call), call.world))
    },
    Function("genSignedCert", [.string, .anyList, .anyList, .int, .certificate], .nondeterministic) { call throws(FunctionError) in
      let signer = try CertificateMaker.Signer(certificate(call[4]))
      return .object(try CertificateMaker.make(request(call), key: newKey(&call), signer: signer, call.world))
    },
    Function("genSignedCertWithKey", [.string, .anyList, .anyList, .int, .certificate, .string], .nondeterministic) {
      call throws(FunctionError) in
      let signer = try CertificateMaker.Signer(certificate(call[4]))
      return .object(try CertificateMaker.make(request(call), key: givenKey(call.string(5), &call), signer: signer, call.world))
    },
    Function("buildCustomCert", [.string, .string]) { call throws(FunctionError) in
      guard case .success(let certificate) = Base64Strict.bytes(call.string(0)) else {
        throw FunctionError("unable to decode base64 certificate")
      }
      guard case .success(let key) = Base64Strict.bytes(call.string(1)) else { throw FunctionError("unable to decode base64 private key") }
      let pair = CertificateObject(certificate: String(decoding: certificate, as: UTF8.self), key: String(decoding: key, as: UTF8.self))
      guard let block = PEMBlock(pair.certificate) else { throw FunctionError("unable to decode certificate") }
      do {
        _ = try Certificate(derEncoded: block.bytes)
      } catch {
        throw FunctionError("error parsing certificate: decodedCert.Bytes: \(error)")
      }
      do throws(FunctionError) {
        _ = try PrivateKeyFile(pair.key)
      } catch {
        throw FunctionError("error parsing private key: \(error.message)")
      }
      return .object(pair)
    },
  ]

  private static func request(_ call: Call) -> CertificateMaker.Request {
    CertificateMaker.Request(commonName: call.string(0), addresses: call.list(1), names: call.list(2), days: call.int(3))
  }

  private static func certificate(_ value: TemplateValue) -> CertificateObject {
    if case .object(let box) = value, let certificate = box.object as? CertificateObject { return certificate }
    return CertificateObject(certificate: "", key: "")
  }
}
