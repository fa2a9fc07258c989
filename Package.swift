// swift-tools-version: 6.2
import PackageDescription

// One target a floor; imports run down only (a test reads the import lines and says so when they stray).
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// What is tested, but not the tests: `make test` has it optimized with its assertions, as those take a quarter of the time then.
let tested =
  Context.environment["OPTIMIZED"] == nil
  ? strict : strict + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

let package = Package(
  name: "eventually",
  platforms: [.macOS(.v14)],
  products: [
    .executable(name: "eventually", targets: ["eventually"]),
    // What the benchmarks, a package of their own, measure.
    .library(name: "Kernel", targets: ["Kernel"]),
    .library(name: "Language", targets: ["Language"]),
    .library(name: "Screen", targets: ["Screen"]),
    .library(name: "Workbench", targets: ["Workbench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-algorithms", exact: "1.2.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    .target(
      name: "Kernel", dependencies: [.product(name: "Algorithms", package: "swift-algorithms")], swiftSettings: tested),
    .target(
      name: "Replication",
      dependencies: [
        "Kernel",
        .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: tested),
    .target(
      name: "Insight",
      dependencies: [
        "Kernel", "Replication",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ],
      swiftSettings: tested),
    .target(
      name: "Language",
      dependencies: [
        "Kernel", "Replication", "Insight", "Profiles",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ],
      swiftSettings: tested),
    .target(
      name: "Analysis",
      dependencies: [
        "Kernel", "Replication", "Insight", "Profiles", "Language",
        .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: tested),
    .target(
      name: "Workbench",
      dependencies: [
        "Kernel", "Replication", "Insight", "Profiles", "Pages", "Language", "Analysis",
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: tested),
    .target(
      name: "Screen",
      dependencies: ["Kernel", "Language", "Analysis", "Workbench"],
      swiftSettings: tested),
    // Text files that are compiled in: a target that uses the plugin has them in its folder `Files`.
    .executableTarget(name: "embed-files", swiftSettings: tested),
    .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),
    .target(name: "Profiles", exclude: ["Files"], swiftSettings: tested, plugins: ["EmbedFiles"]),
    .target(name: "Lessons", exclude: ["Files"], swiftSettings: tested, plugins: ["EmbedFiles"]),
    .target(name: "Pages", exclude: ["Files"], swiftSettings: tested, plugins: ["EmbedFiles"]),
    .target(name: "Experiments", exclude: ["Files"], swiftSettings: tested, plugins: ["EmbedFiles"]),
    .target(name: "Drills", exclude: ["Files"], swiftSettings: tested, plugins: ["EmbedFiles"]),
    .target(
      name: "CNcurses",
      linkerSettings: [
        .linkedLibrary("ncursesw", .when(platforms: [.linux])),
        .linkedLibrary("tinfo", .when(platforms: [.linux])),
        .linkedLibrary("ncurses", .when(platforms: [.macOS])),
      ]),
    .target(
      name: "CursesDriver",
      dependencies: ["CNcurses", "Screen"],
      swiftSettings: tested),
    // Commit and day, which `make release` states; without them the program says its version alone.
    .target(
      name: "CBuild",
      cSettings: [
        .define("EVENTUALLY_COMMIT", to: "\"\(Context.environment["EVENTUALLY_COMMIT"] ?? "")\""),
        .define("EVENTUALLY_DATE", to: "\"\(Context.environment["EVENTUALLY_DATE"] ?? "")\""),
      ]),
    .executableTarget(
      name: "eventually",
      dependencies: [
        "Analysis", "CBuild", "CursesDriver", "Drills", "Experiments", "Insight", "Kernel", "Language", "Lessons",
        "Replication", "Screen", "Workbench",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: tested),
    .testTarget(name: "EventuallyTests", dependencies: ["eventually"], swiftSettings: strict),
    // What the tests of several floors use.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .target(name: "CPseudoTerminal", path: "Tests/CPseudoTerminal"),
    .testTarget(
      name: "InsightTests",
      dependencies: [
        "Kernel", "Insight", "Replication", "TestSupport",
        // What spans are counted by comes to the same.
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      resources: [.copy("Fixtures")],
      swiftSettings: strict),
    .testTarget(
      name: "AnalysisTests", dependencies: ["Kernel", "Replication", "Insight", "Language", "Analysis", "TestSupport"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "LanguageTests", dependencies: ["Kernel", "Replication", "Language", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "KernelTests", dependencies: ["Kernel", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ReplicationTests", dependencies: ["Kernel", "Replication", "TestSupport"], resources: [.copy("Fixtures")],
      swiftSettings: strict),
    .testTarget(
      name: "ScreenTests", dependencies: ["Kernel", "Language", "Analysis", "Screen", "TestSupport", "Workbench"],
      exclude: ["Golden"],
      swiftSettings: strict),
    .testTarget(
      name: "TerminalTests",
      dependencies: ["CPseudoTerminal", "Language", "Screen", "TestSupport", "Workbench", "eventually"],
      swiftSettings: strict),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Kernel", "Replication", "Insight", "Language", "Analysis", "Drills", "Pages", "TestSupport", "Workbench",
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
