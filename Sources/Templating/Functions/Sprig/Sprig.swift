/// Sprig 3.3.0, one list of functions for each topic; a new function is a row in one of them.
enum Sprig {
  static let all: [[Function]] = [strings, defaults]
}
