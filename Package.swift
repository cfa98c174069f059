// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A library of the house; its tests stand in `Tests/<name>Tests`.
func module(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: exclude, swiftSettings: strict)
}

/// Fuzzers for libFuzzer, which bring a main function of their own: `make fuzz` builds them.
let fuzzers: [Target] =
  Context.environment["FLOTILLA_FUZZERS"] == nil
  ? []
  : [("Template", "Templating"), ("YAML", "Document"), ("Definitions", "Generators")].map { name, module in
    .executableTarget(
      name: "fuzz-\(name.lowercased())", dependencies: [.byName(name: module)], path: "Tests/Fuzz/\(name)",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
  }

// The order of the targets is the order of imports: nothing imports what stands below it.
let package = Package(
  name: "flotilla",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "flotilla", targets: ["flotilla"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    module("Document", ["CYAML"]),
    // Sprig's genCA, genPrivateKey, encryptAES and the like.
    module(
      "Templating",
      [
        "Document", .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "X509", package: "swift-certificates"), .product(name: "SwiftASN1", package: "swift-asn1"),
      ]),
    module("Expressions", ["Templating"]),
    module("FleetModel", ["Document"]),
    module("Transport", ["CCurl", "Document"]),
    module("Git", ["CGit2", "Transport"]),
    module("Generators", ["Templating", "FleetModel", "Git", "Transport"]),
    module("Rendering", ["Git", "FleetModel"]),
    module("Kubernetes", ["Transport", "Document"]),
    module("Syncing", ["Kubernetes", "FleetModel", "Templating"]),
    module("Scheduling", ["FleetModel"]),
    module("StateStore", ["Scheduling", .product(name: "GRDB", package: "GRDB.swift")]),
    module(
      "Hub",
      [
        "Expressions", "Generators", "Rendering", "Syncing", "Scheduling", "StateStore",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    module("Console", ["Hub", .product(name: "Hummingbird", package: "hummingbird")]),
    module("Simulator", ["Document", .product(name: "Hummingbird", package: "hummingbird")]),
    .executableTarget(
      name: "flotilla",
      dependencies: ["Console", "Simulator", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),
    .executableTarget(
      name: "flotilla-bench", dependencies: ["Hub", "Simulator"], path: "Benchmarks", exclude: ["Templates"], swiftSettings: strict),
    tests("Document"),
    tests(
      "Templating",
      [
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      exclude: ["known-failures.txt", "recorded"]),
    tests("Expressions"),
    tests("FleetModel"),
    tests("Transport"),
    tests("Git"),
    tests("Generators", exclude: ["known-failures.txt"]),
    tests("Rendering"),
    tests("Kubernetes"),
    tests("Syncing", ["Simulator"]),
    tests("Scheduling"),
    tests("StateStore"),
    tests("Simulator"),
    tests("Hub", ["Simulator", .product(name: "Hummingbird", package: "hummingbird")]),
    .testTarget(name: "CommandLineTests", dependencies: ["flotilla"], swiftSettings: strict),
  ] + fuzzers,
  swiftLanguageModes: [.v6]
)
