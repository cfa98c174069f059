/// Sprig: semantic versions.
extension Sprig {
  static let versions: [Function] = [
    Function("semver", [.string]) { call throws(FunctionError) in
      .object(VersionObject(version: try SemanticVersion(call.string(0))))
    },
    Function("semverCompare", [.string, .string]) { call throws(FunctionError) in
      // Finding ranges takes time in proportion to the square of the length.
      guard call.string(0).utf8.count <= 4096 else { throw FunctionError("improper constraint: longer than 4096 bytes") }
      let constraint = try VersionConstraint(call.string(0))
      return .bool(constraint.allows(try SemanticVersion(call.string(1))))
    },
  ]
}
