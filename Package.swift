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

// The order of the targets is the order of imports: nothing imports what stands below it. Each names all that it imports: a module that is
// only known by way of another one is not compiled again when the first one changes.
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
    module("Expressions", ["Document", "Templating"]),
    module("FleetModel", ["Document"]),
    module("Transport", ["CCurl", "Document"]),
    module("Git", ["CGit2", "Document", "Transport"]),
    module("Generators", ["Document", "Templating", "FleetModel", "Git", "Transport"]),
    module("Rendering", ["Document", "Git", "FleetModel"]),
    module("Kubernetes", ["Transport", "Document"]),
    module("Syncing", ["Document", "Kubernetes", "FleetModel", "Templating"]),
    module("Scheduling", ["Document", "FleetModel"]),
    module("StateStore", ["Document", "FleetModel", "Scheduling", .product(name: "GRDB", package: "GRDB.swift")]),
    module(
      "Hub",
      [
        "Document", "Expressions", "FleetModel", "Generators", "Git", "Kubernetes", "Rendering", "Scheduling", "StateStore", "Syncing",
        "Transport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    module(
      "Console",
      ["Document", "FleetModel", "Generators", "Hub", "StateStore", "Syncing", .product(name: "Hummingbird", package: "hummingbird")]),
    module("Simulator", ["Document", .product(name: "Hummingbird", package: "hummingbird")]),
    .executableTarget(
      name: "flotilla",
      dependencies: [
        "Console", "Document", "FleetModel", "Generators", "Git", "Hub", "Kubernetes", "Simulator", "Templating", "Transport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "flotilla-bench",
      dependencies: [
        "Document", "FleetModel", "Generators", "Git", "Hub", "Kubernetes", "Simulator", "Syncing", "Templating", "Transport",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Benchmarks", exclude: ["Templates"], swiftSettings: strict),
    tests("Document"),
    tests(
      "Templating",
      [
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "X509", package: "swift-certificates"),
      ]),
    tests("Expressions", ["Document"]),
    tests("FleetModel", ["Document"]),
    tests("Transport"),
    tests("Git", ["Transport"]),
    tests("Generators", ["Document", "FleetModel", "Git", "Transport"]),
    // Runs recorded cases of Argo CD, Go, Sprig and Helm; `make conformance` and the tests do it with the same code.
    .target(
      name: "Conformance", dependencies: ["Document", "FleetModel", "Generators", "Git", "Templating"], path: "Tests/Conformance",
      swiftSettings: strict),
    .executableTarget(
      name: "flotilla-conformance",
      dependencies: ["Conformance", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/ConformanceRunner", swiftSettings: strict),
    .testTarget(
      name: "ConformanceTests", dependencies: ["Conformance", "Document", "Generators", "flotilla-conformance"], exclude: ["corpus"],
      swiftSettings: strict),
    tests("Rendering", ["Document", "FleetModel", "Git"]),
    tests("Kubernetes", ["Document", "Transport"]),
    tests("Syncing", ["Document", "FleetModel", "Kubernetes", "Simulator", "Templating", "Transport"]),
    tests("Scheduling", ["Document", "FleetModel"]),
    tests("StateStore", ["Document", "FleetModel", "Scheduling"]),
    tests("Simulator", ["Document"]),
    tests(
      "Hub",
      [
        "Document", "FleetModel", "Generators", "Kubernetes", "Simulator", "StateStore", "Syncing", "Transport",
        .product(name: "Hummingbird", package: "hummingbird"),
      ]),
    // Against etcd and kube-apiserver where KUBEBUILDER_ASSETS names them; skipped elsewhere (docs/testing.md).
    .testTarget(
      name: "RealClusterTests",
      dependencies: [
        "Document", "FleetModel", "Hub", "Kubernetes", "StateStore", "Syncing", "Transport",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
        .product(name: "SwiftASN1", package: "swift-asn1"), .product(name: "X509", package: "swift-certificates"),
      ], exclude: ["Manifests"], swiftSettings: strict),
    .testTarget(name: "CommandLineTests", dependencies: ["flotilla"], swiftSettings: strict),
  ] + fuzzers,
  swiftLanguageModes: [.v6]
)
