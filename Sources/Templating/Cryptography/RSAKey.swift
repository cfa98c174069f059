/// Makes RSA keys of given randomness, which no library does, so that a template's keys can be pinned.
enum RSAKey {
  private static let exponent: UInt32 = 65_537

  /// A private key as PKCS #1 has it.
  static func generate(bits: Int, _ source: inout RandomSource) -> [UInt8] {
    let one = BigNumber(1)
    let exponent = BigNumber(exponent)
    while true {
      let fits: (BigNumber) -> Bool = { ($0 - one) % RSAKey.exponent != 0 }
      var p = Primes.random(bits: bits / 2, &source, where: fits)
      var q = Primes.random(bits: bits / 2, &source, where: fits)
      if p == q { continue }
      if p < q { (p, q) = (q, p) }
      let (pLast, qLast) = (p - one, q - one)
      let totient = pLast * qLast
      guard let secret = exponent.inverse(modulo: totient), let coefficient = q.inverse(modulo: p) else { continue }
      return DERWriter.sequence(
        DERWriter.integer(BigNumber(0)), DERWriter.integer(p * q), DERWriter.integer(exponent), DERWriter.integer(secret),
        DERWriter.integer(p), DERWriter.integer(q), DERWriter.integer(secret.divided(by: pLast).remainder),
        DERWriter.integer(secret.divided(by: qLast).remainder), DERWriter.integer(coefficient))
    }
  }
}

/// Makes DSA keys (2048 and 256 bits), for the templates that still ask for one.
enum DSAKey {
  /// A private key as OpenSSL has it.
  static func generate(_ source: inout RandomSource) -> [UInt8] {
    let one = BigNumber(1)
    while true {
      let q = Primes.random(bits: 256, &source)
      let step = q + q
      for _ in 0..<8192 {
        var bytes = source.bytes(256)
        bytes[0] |= 0x80
        let start = BigNumber(bytes: bytes)
        // The next number below that is 1 modulo 2q.
        let p = start - start.divided(by: step).remainder + one
        guard p.bitCount == 2048, !Primes.hasSmallFactor(p), Primes.isPrime(p, &source) else { continue }
        let power = ModularPower(modulus: p)
        let generator = power.power(BigNumber(2), (p - one).divided(by: q).quotient)
        if generator == one { continue }
        let secret = BigNumber(bytes: source.bytes(40)).divided(by: q - one).remainder + one
        return DERWriter.sequence(
          DERWriter.integer(BigNumber(0)), DERWriter.integer(p), DERWriter.integer(q), DERWriter.integer(generator),
          DERWriter.integer(power.power(generator, secret)), DERWriter.integer(secret))
      }
    }
  }
}
