/// How large a value is, counted when it is made, so that nothing has to walk over it to know.
///
/// Templates can make values that are small in memory and endless to print, by putting a value into itself twice over and over.
struct Extent: Sendable, Hashable {
  /// The elements and entries of all levels, and one for each 16 bytes of text; what is used in two places counts twice.
  var size: Int
  /// The levels of lists and maps.
  var height: Int

  /// What an empty list or map has.
  init(size: Int = 1, height: Int = 1) {
    self.size = size
    self.height = height
  }

  /// How deeply lists and maps may be nested in what a function makes.
  static let maximumHeight = 64
  /// How often in a row a map may be put into one that was put into another.
  static let maximumRank = 16

  /// Takes in an element or an entry.
  mutating func include(_ element: Extent) {
    let (sum, overflow) = size.addingReportingOverflow(element.size)
    size = overflow ? .max : sum
    height = max(height, element.height + 1)
  }
}
