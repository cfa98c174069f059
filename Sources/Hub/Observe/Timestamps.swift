import Foundation

/// Times as the API and the log show them.
public enum Timestamps {
  /// RFC 3339 in UTC with milliseconds.
  public static func text(_ date: Date) -> String {
    date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
  }

  /// RFC 3339 in UTC with seconds, as Kubernetes writes times.
  static func seconds(_ date: Date) -> String { date.formatted(.iso8601) }
}
