import Document

/// What libFuzzer calls with one input: YAML as it comes, JSON as it comes, and whatever was read written out and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzYAML(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes, count > 0 else { return 0 }
  let input = UnsafeBufferPointer(start: bytes, count: count)
  if let value = try? YAML.decode(String(decoding: input, as: UTF8.self)) {
    let text = YAML.encode(value)
    // A key `<<` is written as Go writes it, which reads it as a merge.
    if text.contains("<<") { return 0 }
    guard let again = try? YAML.decode(text) else { fatalError("what was written as YAML cannot be read: \(text)") }
    if YAML.encode(again) != text { fatalError("YAML reads its own output as something else: \(text)") }
  }
  if let value = try? JSON.decode(Array(input)) {
    let text = JSON.string(value)
    guard let again = try? JSON.decode(text) else { fatalError("what was written as JSON cannot be read: \(text)") }
    if JSON.string(again) != text { fatalError("JSON reads its own output as something else: \(text)") }
  }
  return 0
}
