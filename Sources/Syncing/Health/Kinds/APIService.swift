import Document

extension Health {
  /// An APIService is Healthy while the API behind it answers.
  static func apiService(_ object: Value) -> Health {
    guard let available = object.condition("Available") else { return Health(.progressing, "waiting to be processed") }
    if available.status == "True" { return Health(.healthy, available.text) }
    return Health(.progressing, available.text)
  }
}
