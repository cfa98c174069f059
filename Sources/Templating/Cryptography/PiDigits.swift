/// The binary digits of π behind the point, from which Blowfish takes its tables.
enum PiDigits {
  /// The first 1042 words of 32 bits.
  static let words: [UInt32] = {
    // Machin: π = 16 arctan(1/5) − 4 arctan(1/239), in fixed point with two words to spare for the errors of rounding.
    let count = 1042
    var sum = arctangent(5, times: 16, words: count + 3)
    let other = arctangent(239, times: 4, words: count + 3)
    var borrow: Int64 = 0
    for index in sum.indices.reversed() {
      let difference = Int64(sum[index]) - Int64(other[index]) - borrow
      borrow = difference < 0 ? 1 : 0
      sum[index] = UInt32(truncatingIfNeeded: difference)
    }
    return Array(sum[1...count])
  }()

  /// `factor · arctan(1/divisor)`: the whole part, then the fraction.
  private static func arctangent(_ divisor: UInt32, times factor: UInt32, words count: Int) -> [UInt32] {
    var sum = [UInt32](repeating: 0, count: count)
    var power = sum
    var term = sum
    power[0] = factor
    divide(&power, by: divisor, from: 0)
    var start = 0
    var number: UInt32 = 1
    var adds = true
    while true {
      while start < count && power[start] == 0 { start += 1 }
      if start == count { return sum }
      term.withUnsafeMutableBufferPointer { term in
        power.withUnsafeBufferPointer { power in
          var rest: UInt64 = 0
          var index = start
          while index < count {
            let value = rest << 32 | UInt64(power[index])
            term[index] = UInt32(truncatingIfNeeded: value / UInt64(number))
            rest = value % UInt64(number)
            index += 1
          }
        }
      }
      combine(&sum, term, from: start, adds: adds)
      divide(&power, by: divisor * divisor, from: start)
      number += 2
      adds.toggle()
    }
  }

  private static func divide(_ value: inout [UInt32], by divisor: UInt32, from start: Int) {
    value.withUnsafeMutableBufferPointer { value in
      var rest: UInt64 = 0
      var index = start
      while index < value.count {
        let current = rest << 32 | UInt64(value[index])
        value[index] = UInt32(truncatingIfNeeded: current / UInt64(divisor))
        rest = current % UInt64(divisor)
        index += 1
      }
    }
  }

  /// Adds or subtracts a term whose words before `start` are zero.
  private static func combine(_ sum: inout [UInt32], _ term: [UInt32], from start: Int, adds: Bool) {
    var carry: Int64 = 0
    var index = sum.count
    while index > 0 {
      index -= 1
      if index < start && carry == 0 { return }
      let change = index < start ? 0 : Int64(term[index])
      let value = Int64(sum[index]) + (adds ? change : -change) + carry
      sum[index] = UInt32(truncatingIfNeeded: value)
      carry = value >> 32
    }
  }
}
