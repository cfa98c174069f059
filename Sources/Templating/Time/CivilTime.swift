/// The proleptic Gregorian calendar: seconds since 1970 to and from year, month, day and time of day.
struct CivilTime: Sendable, Hashable {
  var year: Int
  /// 1 to 12.
  var month: Int
  /// 1 to 31.
  var day: Int
  var hour: Int
  var minute: Int
  var second: Int
  /// 0 is Sunday.
  var weekday: Int
  /// 1 to 366.
  var yearDay: Int

  private static let secondsPerDay: Int64 = 86_400
  private static let daysPerEra = 146_097

  /// The reading of a clock that shows so many seconds since 1970.
  init(seconds: Int64) {
    var days = Int(seconds / CivilTime.secondsPerDay)
    var rest = Int(seconds % CivilTime.secondsPerDay)
    if rest < 0 {
      rest += Int(CivilTime.secondsPerDay)
      days -= 1
    }
    hour = rest / 3600
    minute = rest / 60 % 60
    second = rest % 60
    weekday = CivilTime.floorMod(days + 4, 7)
    // Years that begin in March put the leap day at their end; 400 of them are an era.
    let shifted = days + 719_468
    let era = CivilTime.floorDiv(shifted, CivilTime.daysPerEra)
    let dayOfEra = shifted - era * CivilTime.daysPerEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    yearDay = 0
    yearDay = CivilTime.daysBefore(month: month, year: year) + day
  }

  /// Seconds since 1970 of a reading; months and all smaller units may be out of range and then carry over.
  static func seconds(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) -> Int64 {
    let months = year &* 12 &+ (month &- 1)
    let year = floorDiv(months, 12)
    let month = floorMod(months, 12) + 1
    let days = daysSince1970(year: year, month: month) &+ (day &- 1)
    return Int64(days) &* secondsPerDay &+ Int64(hour) &* 3600 &+ Int64(minute) &* 60 &+ Int64(second)
  }

  /// Days from 1970 to the first of a month.
  private static func daysSince1970(year: Int, month: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDiv(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era &* daysPerEra &+ dayOfEra &- 719_468
  }

  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func days(inMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The days of a year before a month.
  static func daysBefore(month: Int, year: Int) -> Int {
    var sum = 0
    var current = 1
    while current < month {
      sum += days(inMonth: current, year: year)
      current += 1
    }
    return sum
  }

  private static func floorDiv(_ value: Int, _ divisor: Int) -> Int {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  private static func floorMod(_ value: Int, _ divisor: Int) -> Int {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }
}
