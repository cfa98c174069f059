import Crypto
import CryptoExtras

/// The "master password" algorithm of Lyndir: a password for a site from one that a person remembers.
enum DerivedPassword {
  private static let name = "com.lyndir.masterpassword"

  /// What passwords of a kind look like; a letter stands for a class of characters.
  private static let templates: [String: [String]] = [
    "maximum": ["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
    "long": [
      "CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv", "CvccCvcvCvcvno", "CvcvnoCvccCvcv",
      "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno", "CvccnoCvccCvcv", "CvccCvccnoCvcv",
      "CvccCvccCvcvno", "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc", "CvccCvcvCvccno",
    ],
    "medium": ["CvcnoCvc", "CvcCvcno"],
    "short": ["Cvcn"],
    "basic": ["aaanaaan", "aannaaan", "aaannaaa"],
    "pin": ["nnnn"],
  ]

  private static let classes: [Character: String] = [
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
    "a": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
  ]

  /// A password; for an unknown kind a text that says so, as in Sprig.
  static func make(counter: UInt32, kind: String, password: String, user: String, site: String) throws(FunctionError) -> String {
    guard let templates = templates[kind] else { return "cannot find password template \(kind)" }
    let salt = Array(name.utf8) + bytes(UInt32(user.utf8.count)) + Array(user.utf8)
    let key: SymmetricKey
    do {
      key = try KDF.Scrypt.deriveKey(
        from: Array(password.utf8), salt: salt, outputByteCount: 64, rounds: 32_768, blockSize: 8, parallelism: 2, maxMemory: 64 << 20)
    } catch {
      throw FunctionError("failed to derive password: \(error)")
    }
    let message = Array(name.utf8) + bytes(UInt32(site.utf8.count)) + Array(site.utf8) + bytes(counter)
    let seed = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    var result = ""
    for (index, letter) in templates[Int(seed[0]) % templates.count].enumerated() {
      let characters = Array(classes[letter] ?? "")
      if !characters.isEmpty { result.append(characters[Int(seed[index + 1]) % characters.count]) }
    }
    return result
  }

  private static func bytes(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) } }
}
