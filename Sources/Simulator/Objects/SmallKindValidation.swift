import Document

/// Checks of kinds that have but a few of them here.
enum SmallKindValidation {
  static func cronJob(_ object: Value) -> [FieldError] {
    var errors: [FieldError] = []
    let schedule = object[at: "spec", "schedule"]?.stringValue ?? ""
    let fields = schedule.split(separator: " ")
    if schedule.isEmpty {
      errors.append(.required("spec.schedule"))
    } else if fields.count != 5, !schedule.hasPrefix("@"), !schedule.hasPrefix("TZ="), !schedule.hasPrefix("CRON_TZ=") {
      errors.append(
        .invalid(
          "spec.schedule", .string(schedule),
          "expected exactly 5 fields, found \(fields.count): [\(fields.joined(separator: " "))]"))
    }
    let policy = object[at: "spec", "jobTemplate", "spec", "template", "spec", "restartPolicy"]
    if policy != "OnFailure", policy != "Never" {
      errors.append(
        .required("spec.jobTemplate.spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""))
    }
    return errors
  }

  static func ingress(_ object: Value) -> [FieldError] {
    var errors: [FieldError] = []
    for (ruleIndex, rule) in (object[at: "spec", "rules"]?.arrayValue ?? []).enumerated() {
      for (index, path) in (rule[at: "http", "paths"]?.arrayValue ?? []).enumerated() {
        let place = "spec.rules[\(ruleIndex)].http.paths[\(index)]"
        guard let type = path["pathType"] else {
          errors.append(.required("\(place).pathType", "pathType must be specified"))
          continue
        }
        if !["Exact", "Prefix", "ImplementationSpecific"].contains(type) {
          errors.append(.notSupported("\(place).pathType", type, ["Exact", "ImplementationSpecific", "Prefix"]))
        }
      }
    }
    return errors
  }
}
