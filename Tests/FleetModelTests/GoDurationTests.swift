import FleetModel
import Testing

@Suite struct GoDurationTests {
  @Test(arguments: [
    ("0", Duration.zero), ("5s", .seconds(5)), ("3m0s", .seconds(180)), ("1h30m", .seconds(5400)), ("500ms", .milliseconds(500)),
    ("1.5h", .seconds(5400)), ("-2s", .seconds(-2)), ("100us", .microseconds(100)), ("100µs", .microseconds(100)), ("7ns", .nanoseconds(7)),
    (".5s", .milliseconds(500)), ("+1m", .seconds(60)),
  ])
  func reads(_ text: String, _ expected: Duration) { #expect(GoDuration.parse(text) == expected) }

  @Test(arguments: ["", "5", "s", "5 s", "1d", "1h-5m", "--1s", ".", "99999999999999h", "1e3s"])
  func refuses(_ text: String) { #expect(GoDuration.parse(text) == nil) }

  @Test(arguments: [
    (Duration.seconds(5400), "1h30m0s"), (.seconds(180), "3m0s"), (.seconds(5), "5s"), (.milliseconds(500), "500ms"),
    (.milliseconds(1500), "1.5s"), (.zero, "0s"), (.seconds(-2), "-2s"), (.microseconds(15), "15µs"), (.nanoseconds(7), "7ns"),
    (.seconds(3605), "1h0m5s"),
  ])
  func writes(_ duration: Duration, _ expected: String) { #expect(GoDuration.string(duration) == expected) }
}
