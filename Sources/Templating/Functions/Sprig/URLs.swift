/// Sprig: URLs.
extension Sprig {
  static let urls: [Function] = [
    Function("urlParse", [.string]) { call throws(FunctionError) in
      let url: GoURL
      do throws(FunctionError) {
        url = try GoURL(call.string(0))
      } catch {
        throw FunctionError("unable to parse url: parse \(GoQuote.quoted(call.string(0))): \(error.message)")
      }
      return .dictionary([
        ("fragment", .string(url.fragment)), ("host", .string(url.host)), ("hostname", .string(url.hostname)),
        ("opaque", .string(url.opaque)), ("path", .string(url.path)), ("query", .string(url.query)), ("scheme", .string(url.scheme)),
        ("userinfo", .string(url.userinfo)),
      ])
    },
    Function("urlJoin", [.anyMap]) { call throws(FunctionError) in
      let map = call.map(0)
      var url = GoURL()
      url.scheme = try part("scheme", of: map)
      url.host = try part("host", of: map)
      url.path = try part("path", of: map)
      url.query = try part("query", of: map)
      url.opaque = try part("opaque", of: map)
      url.fragment = try part("fragment", of: map)
      let user = try part("userinfo", of: map)
      if !user.isEmpty {
        do throws(FunctionError) {
          url.user = try GoURL("proto://\(user)@host").user
        } catch {
          let text = "proto://\(user)@host"
          throw FunctionError("unable to parse userinfo in dict: parse \(GoQuote.quoted(text)): \(error.message)")
        }
      }
      return .string(url.text)
    },
  ]

  private static func part(_ name: String, of map: TemplateMap) throws(FunctionError) -> String {
    switch map[name] {
    case nil: return ""
    case .string(let text): return text
    case let value?:
      if value.isNil { throw FunctionError("runtime error: invalid memory address or nil pointer dereference") }
      throw FunctionError("unable to parse \(name) key, must be of type string, but \(kind(value)) found")
    }
  }
}
