/// Integer types that print themselves by name or unit.
enum Stringers {
  static func text(_ value: Int64, _ type: GoType) -> String? {
    switch type {
    case .duration: GoDuration.text(value)
    case .month: GoCalendar.monthName(Int(value))
    case .weekday: GoCalendar.weekdayName(Int(value))
    default: nil
    }
  }
}
