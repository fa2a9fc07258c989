// swift-tools-version: 6.2
import PackageDescription

// One target a floor; imports run down only (a test reads the import lines and says so when they stray).
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// The tests themselves are not optimized where what they test is (`make test`): that would take longer than it saves.
let testing = strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

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
      name: "Kernel", dependencies: [.product(name: "Algorithms", package: "swift-algorithms")], swiftSettings: strict),
    .target(
      name: "Replication",
      dependencies: [
        "Kernel",
        .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "Insight",
      dependencies: [
        "Kernel", "Replication",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ],
      swiftSettings: strict),
    .target(
      name: "Language",
      dependencies: [
        "Kernel", "Replication", "Insight", "Profiles",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ],
      swiftSettings: strict),
    .target(
      name: "Analysis",
      dependencies: [
        "Kernel", "Replication", "Insight", "Profiles", "Language",
        .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "Workbench",
      dependencies: [
        "Kernel", "Replication", "Insight", "Profiles", "Pages", "Language", "Analysis",
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "Screen",
      dependencies: ["Kernel", "Language", "Analysis", "Workbench"],
      swiftSettings: strict),
    // Text files that are compiled in: a target that uses the plugin has them in its folder `Files`.
    .executableTarget(name: "embed-files", swiftSettings: strict),
    .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),
    .target(name: "Profiles", exclude: ["Files"], swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(name: "Lessons", exclude: ["Files"], swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(name: "Pages", exclude: ["Files"], swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(name: "Experiments", exclude: ["Files"], swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(name: "Drills", exclude: ["Files"], swiftSettings: strict, plugins: ["EmbedFiles"]),
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
      swiftSettings: strict),
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
      swiftSettings: strict),
    .testTarget(name: "EventuallyTests", dependencies: ["eventually"], swiftSettings: testing),
    // What the tests of several floors use.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: testing),
    .target(name: "CPseudoTerminal", path: "Tests/CPseudoTerminal"),
    .testTarget(
      name: "InsightTests",
      dependencies: [
        "Kernel", "Insight", "Replication", "TestSupport",
        // What spans are counted by comes to the same.
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      resources: [.copy("Fixtures")],
      swiftSettings: testing),
    .testTarget(
      name: "AnalysisTests", dependencies: ["Kernel", "Replication", "Insight", "Language", "Analysis", "TestSupport"],
      resources: [.copy("Fixtures")], swiftSettings: testing),
    .testTarget(
      name: "LanguageTests", dependencies: ["Kernel", "Replication", "Language", "TestSupport"], swiftSettings: testing),
    .testTarget(name: "KernelTests", dependencies: ["Kernel", "TestSupport"], swiftSettings: testing),
    .testTarget(
      name: "ReplicationTests", dependencies: ["Kernel", "Replication", "TestSupport"], resources: [.copy("Fixtures")],
      swiftSettings: testing),
    .testTarget(
      name: "ScreenTests",
      dependencies: ["Drills", "Kernel", "Language", "Lessons", "Analysis", "Screen", "TestSupport", "Workbench"],
      exclude: ["Golden"],
      swiftSettings: testing),
    .testTarget(
      name: "TerminalTests",
      dependencies: ["CPseudoTerminal", "Language", "Screen", "TestSupport", "Workbench", "eventually"],
      swiftSettings: testing),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Kernel", "Replication", "Insight", "Language", "Analysis", "Drills", "Pages", "TestSupport", "Workbench",
      ],
      resources: [.copy("Fixtures")], swiftSettings: testing),
  ],
  swiftLanguageModes: [.v6]
)
