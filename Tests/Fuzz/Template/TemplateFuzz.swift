import Document
import Templating

/// What libFuzzer calls with one input: the first byte chooses functions and options, the rest is a template.
///
/// A template ends with a text or an error, within its limits; anything else (a trap, a hang, memory without end) is libFuzzer's to report.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTemplate(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes, count > 1 else { return 0 }
  let choice = bytes[0]
  let text = String(decoding: UnsafeBufferPointer(start: bytes + 1, count: count - 1), as: UTF8.self)
  let data = TemplateValue.dictionary([
    ("a", .string("value {{ .s }}")), ("l", .array([.int(1), .string("two"), .null, .float(2.5), .array([])])),
    ("m", .dictionary([("k", .string("v")), ("n", .dictionary([]))])), ("n", .float(7)), ("s", .string("日本\u{0}text\n")), ("z", .null),
  ])
  let limits = TemplateLimits(outputBytes: 1 << 16, steps: 20_000, depth: 20)
  let environment = TemplateEnvironment.system.pinned(seconds: 1_600_000_000, seed: [1])
  if choice & 1 == 1 {
    _ = try? ClassicTemplate(text).execute { name in name.utf8.count % 2 == 0 ? name : nil }
  }
  let options = TemplateOptions(missingKey: choice & 2 == 2 ? .error : .invalid)
  if let template = try? GoTemplate(text, functions: choice & 4 == 4 ? .helm : .argoCD, options: options) {
    _ = try? template.execute(data, limits: limits, environment: environment)
  }
  return 0
}
