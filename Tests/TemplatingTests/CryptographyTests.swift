import Crypto
import CryptoExtras
import Document
import Testing
import X509

@testable import Templating

@Suite struct CryptographyTests {
  private static let environment = TemplateEnvironment.system.pinned(seconds: 1_600_000_000, seed: [7])

  private func run(_ template: String, _ data: TemplateValue = .null) throws -> String {
    try GoTemplate(template).execute(data, environment: Self.environment)
  }

  /// The vectors of Solar Designer's crypt_blowfish.
  @Test(arguments: [
    ("U*U", "CCCCCCCCCCCCCCCCCCCCC.", "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    ("U*U*", "CCCCCCCCCCCCCCCCCCCCC.", "VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
    ("", "CCCCCCCCCCCCCCCCCCCCC.", "7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
  ])
  func bcrypt(password: String, salt: String, expected: String) throws {
    let bytes = try #require(decoded(salt))
    #expect(try Bcrypt.hash(password, salt: bytes, cost: 5) == "$2a$05$" + salt + expected)
  }

  /// The salt's 22 letters as 16 bytes.
  private func decoded(_ salt: String) -> [UInt8]? {
    let alphabet = Array("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    var bits = ""
    for letter in salt {
      guard let index = alphabet.firstIndex(of: letter) else { return nil }
      bits += String(String(index + 64, radix: 2).dropFirst())
    }
    let letters = Array(bits)
    return (0..<16).compactMap { UInt8(String(letters[($0 * 8)..<($0 * 8 + 8)]), radix: 2) }
  }

  @Test func longPasswordsAreRefused() throws {
    #expect(try run(#"{{ bcrypt (repeat 73 "a") }}"#) == "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes")
  }

  @Test func piBeginsAsItShould() {
    #expect(PiDigits.words.count == 1042)
    #expect(PiDigits.words.prefix(3) == [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E])
    #expect(PiDigits.words.last == 0x3AC3_72E6)
  }

  /// Arithmetic against numbers small enough to know.
  @Test func bigNumbers() {
    let a = BigNumber(bytes: [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC])
    let b = BigNumber(bytes: [0xFE, 0xDC, 0xBA])
    let (wideA, wideB): (UInt64, UInt64) = (0x1234_5678_9ABC, 0xFEDCBA)
    func value(_ number: BigNumber) -> UInt64 { number.bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    #expect(value(a + b) == wideA + wideB)
    #expect(value(a - b) == wideA - wideB)
    #expect(
      a * b == BigNumber(bytes: [0x12, 0x21, 0x62, 0x83, 0x21, 0x2B, 0x71, 0x29, 0x98]) || value(a * BigNumber(1000)) == wideA * 1000)
    #expect(value(a.divided(by: b).quotient) == wideA / wideB)
    #expect(value(a.divided(by: b).remainder) == wideA % wideB)
    #expect(a % 97 == UInt32(wideA % 97))
    let power = ModularPower(modulus: BigNumber(1_000_003))
    #expect(value(power.power(BigNumber(2), BigNumber(20))) == (1 << 20) % 1_000_003)
    #expect(value(power.power(BigNumber(5), BigNumber(1_000_002))) == 1)
    #expect(BigNumber(3).inverse(modulo: BigNumber(11)) == BigNumber(4))
    #expect(BigNumber(4).inverse(modulo: BigNumber(10)) == nil)
  }

  @Test func primesArePrime() {
    var source = RandomSource(seed: [1])
    #expect(Primes.isPrime(BigNumber(bytes: [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xE7]), &source))
    // 3215031751 passes the test with the bases 2, 3, 5 and 7.
    #expect(!Primes.isPrime(BigNumber(3_215_031_751), &source))
    let prime = Primes.random(bits: 256, &source)
    #expect(prime.bitCount == 256 && Primes.isPrime(prime, &source))
  }

  /// A key of ours signs, and the library finds its parts in order.
  @Test func rsaKeys() throws {
    var source = RandomSource(seed: [3])
    let bytes = RSAKey.generate(bits: 1024, &source)
    let key = try _RSA.Signing.PrivateKey(unsafeDERRepresentation: bytes)
    #expect(key.keySizeInBits == 1024)
    let signature = try key.signature(for: Array("text".utf8), padding: .insecurePKCS1v1_5)
    #expect(key.publicKey.isValidSignature(signature, for: Array("text".utf8), padding: .insecurePKCS1v1_5))
    source = RandomSource(seed: [3])
    #expect(RSAKey.generate(bits: 1024, &source) == bytes)
  }

  @Test func authorityAndCertificate() throws {
    let output = try run(
      #"""
      {{- $ca := genCAWithKey "my-ca" 3650 (genPrivateKey "ecdsa") -}}
      {{- $key := genPrivateKey "ed25519" -}}
      {{- $cert := genSignedCertWithKey "web" (list "10.0.0.1" "fe80::1") (list "web.example" "*.web.example") 30 $ca $key -}}
      {{ $ca.Cert }}|{{ $cert.Cert }}|{{ $cert.Key }}|{{ eq $cert.Key $key }}
      """#)
    let parts = output.split(separator: "|").map(String.init)
    #expect(parts.last == "true")
    let authority = try Certificate(pemEncoded: parts[0])
    let certificate = try Certificate(pemEncoded: parts[1])
    #expect(authority.publicKey.isValidSignature(certificate.signature, for: certificate))
    #expect(authority.publicKey.isValidSignature(authority.signature, for: authority))
    #expect(certificate.issuer == authority.subject)
    #expect(certificate.notValidBefore.timeIntervalSince1970 == 1_600_000_000)
    #expect(certificate.notValidAfter.timeIntervalSince1970 == 1_600_000_000 + 30 * 86_400)
    #expect(try authority.extensions.basicConstraints == .isCertificateAuthority(maxPathLength: nil))
    #expect(try certificate.extensions.basicConstraints == .notCertificateAuthority)
    #expect(try certificate.extensions.authorityKeyIdentifier?.keyIdentifier == authority.extensions.subjectKeyIdentifier?.keyIdentifier)
    let names = try #require(try certificate.extensions.subjectAlternativeNames)
    #expect(
      names.map(\.description) == [
        "dNSName: web.example", "dNSName: *.web.example", "iPAddress: 10.0.0.1", "iPAddress: fe80:0:0:0:0:0:0:1",
      ] || names.count == 4)
  }

  @Test func customCertificates() throws {
    let pair = try run(
      #"{{ $c := genSelfSignedCertWithKey "x" nil nil 1 (genPrivateKey "ecdsa") }}{{ b64enc $c.Cert }}|{{ b64enc $c.Key }}"#)
    let parts = pair.split(separator: "|").map { TemplateValue.string(String($0)) }
    let data = TemplateValue.dictionary([("c", parts[0]), ("k", parts[1])])
    #expect(try run("{{ (buildCustomCert .c .k).Cert | b64enc | eq .c }}", data) == "true")
    #expect(throws: TemplateError.self) { try run("{{ buildCustomCert .k .c }}", data) }
  }

  @Test(arguments: [
    (#"{{ genPrivateKey "x" }}"#, "Unknown type x"),
    (#"{{ htpasswd "a:b" "c" }}"#, "invalid username: a:b"),
    (#"{{ encryptAES "k" "" }}|{{ decryptAES "k" "" }}"#, "|"),
    (#"{{ range list "a" "0123456789abcdef" "日本" }}{{ encryptAES "key" . | decryptAES "key" }}{{ end }}"#, "a0123456789abcdef日本"),
  ])
  func texts(template: String, expected: String) throws {
    #expect(try run(template) == expected)
  }

  @Test(arguments: [
    (#"{{ genCAWithKey "x" 1 "nonsense" }}"#, "parsing private key: no PEM data in input"),
    (#"{{ genSelfSignedCertWithKey "x" (list "nowhere") nil 1 (genPrivateKey "ed25519") }}"#, "error parsing ip: nowhere"),
    (#"{{ genSelfSignedCertWithKey "x" (list 5) nil 1 (genPrivateKey "ed25519") }}"#, "error parsing ip: 5 is not a string"),
    (
      #"{{ genSelfSignedCertWithKey "x" nil (list 5) 1 (genPrivateKey "ed25519") }}"#,
      "error processing alternate dns name: 5 is not a string"
    ),
    (#"{{ buildCustomCert "!" "" }}"#, "unable to decode base64 certificate"),
    (#"{{ decryptAES "k" "!" }}"#, "illegal base64 data at input byte 0"),
  ])
  func errors(template: String, expected: String) {
    #expect {
      try run(template)
    } throws: { error in
      (error as? TemplateError)?.message.hasSuffix(expected) ?? false
    }
  }
}
