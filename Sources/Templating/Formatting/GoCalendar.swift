/// Names of months and days.
enum GoCalendar {
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
  static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  static func monthName(_ number: Int) -> String {
    number >= 1 && number <= 12 ? months[number - 1] : "%!Month(\(number))"
  }

  static func weekdayName(_ number: Int) -> String {
    number >= 0 && number <= 6 ? weekdays[number] : "%!Weekday(\(number))"
  }
}
