// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "eventually", path: "..")],
  targets: [
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        .product(name: "Kernel", package: "eventually"),
        .product(name: "Language", package: "eventually"),
        .product(name: "Screen", package: "eventually"),
        .product(name: "Workbench", package: "eventually"),
      ],
      path: "Sources/Benchmarks")
  ],
  swiftLanguageModes: [.v6]
)
