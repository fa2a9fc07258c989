import Testing

/// The shape of the sources: what SwiftPM would let pass, and what review forgets.
@Suite struct TidyTests {
  /// The floors of the house, from the ground up; a module imports only from below.
  private static let floors = [
    "Kernel", "Replication", "Insight", "Profiles", "Pages", "Language", "Analysis", "Workbench", "Screen",
    "CursesDriver", "Experiments", "Lessons", "Drills", "eventually",
  ]
  /// The floors where a run is decided: no clock but the virtual one, no chance but the seed's.
  private static let pure: Set = ["Kernel", "Replication", "Insight"]
  /// Where the simulated state lives.
  private static let state: Set = ["Kernel", "Replication"]
  private static let systemModules: Set = ["Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch"]

  private static let sources = SourceFile.all(in: "Sources")
  private static let tests = SourceFile.all(in: "Tests")

  @Test func theSourcesAreFound() {
    #expect(Self.sources.count > 70 && Self.tests.count > 20)
    for floor in Self.floors.prefix(7) + ["eventually"] {
      #expect(Self.sources.contains { $0.module == floor }, "nothing of \(floor)")
    }
  }

  // MARK: Imports

  private func strayImports(_ file: SourceFile) -> [String] {
    guard let own = Self.floors.firstIndex(of: file.module) else { return [] }
    return file.imports.filter { _, module in
      if let floor = Self.floors.firstIndex(of: module) { return floor >= own }
      if module == "CNcurses" { return file.module != "CursesDriver" }
      return Self.pure.contains(file.module) && Self.systemModules.contains(module)
    }.map { "\(file.path):\($0.number) imports \($0.module)" }
  }

  @Test func importsRunDownOnly() {
    for file in Self.sources {
      #expect(strayImports(file).isEmpty, "\(strayImports(file).joined(separator: "\n"))")
    }
  }

  @Test(arguments: [
    ("Kernel", "import Replication"), ("Workbench", "@preconcurrency import Screen"), ("Screen", "import CNcurses"),
    ("Screen", "public import CursesDriver"), ("Insight", "import Foundation"), ("Kernel", "internal import Glibc"),
    ("Replication", "import struct Foundation.Date"), ("Insight", "@testable import Workbench"),
    ("eventually", "import CNcurses"), ("Language", "import Analysis"),
    ("Analysis", "import Workbench"),
  ]) func aStrayImportIsSeen(module: String, line: String) {
    #expect(strayImports(SourceFile(path: "Sources/\(module)/A.swift", text: "// words\n\(line)\n")).count == 1)
  }

  @Test(arguments: [
    ("Replication", "import Kernel"), ("Replication", "import DequeModule"), ("CursesDriver", "import CNcurses"),
    ("Workbench", "import Foundation"), ("eventually", "import ArgumentParser"), ("Kernel", "// import Foundation"),
  ]) func anImportFromBelowIsFine(module: String, line: String) {
    #expect(strayImports(SourceFile(path: "Sources/\(module)/A.swift", text: line)).isEmpty)
  }

  @Test func noModuleHasTheNameOfATypeInIt() {
    for file in Self.sources {
      for (number, text) in file.code where text.contains(" \(file.module)") || text.hasPrefix(file.module) {
        let name = text.firstMatch(of: #/\b(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)/#)?.1
        #expect(name.map(String.init) != file.module, "\(file.path):\(number)")
      }
    }
  }

  // MARK: Size

  @Test func noFileIsLongerThanThreeHundredAndFiftyLines() {
    for file in Self.sources + Self.tests {
      let count = file.lines.count - (file.lines.last?.isEmpty == true ? 1 : 0)
      #expect(count <= 350, "\(file.path) has \(count) lines: what is its second idea?")
    }
  }

  // MARK: Determinism

  /// Members whose type is a hashed collection: equal ones may iterate differently.
  private func hashedState(_ file: SourceFile) -> [String] {
    file.members.filter { _, text in
      text.contains("[") || text.contains("Set") || text.contains("Dictionary")
    }.filter { _, text in
      text.contains(#/\b(?:var|let)\s+\w+/#)
        && text.contains(#/\b(?:Set|Dictionary)<|:\s*\[[\w.<>\[\]?]+\s*:|=\s*\[:\]|=\s*Set\(/#)
    }.map { "\(file.path):\($0.number)\($0.text)" }
  }

  @Test func noSimulatedStateIsHashed() {
    for file in Self.sources where Self.state.contains(file.module) {
      #expect(hashedState(file).isEmpty, "\(hashedState(file).joined(separator: "\n"))")
    }
  }

  @Test(arguments: [
    "  var names: [String: Int] = [:]", "  private let seen: Set<Int>", "  public private(set) var a = Set([1])",
    "  var map: Dictionary<KeyID, [Int]>", "  var b: [KeyID: [VersionID]]?", "  static var c: [Int: Int] { [:] }",
  ]) func hashedStateIsSeen(member: String) {
    let file = SourceFile(path: "Sources/Kernel/A.swift", text: "struct A: Sendable {\n\(member)\n}\n")
    #expect(hashedState(file).count == 1)
  }

  @Test(arguments: [
    "  var names: OrderedSet<String> = []", "  var rows: [(key: Int, value: Int)]", "  let table: Table<KeyID, Int>",
    "  // var seen: Set<Int>", "  func f() {\n    var seen: Set<Int> = []\n  }", "  func f(_ a: [Int]) -> Int? { nil }",
  ]) func whatIsNotHashedStateIsNot(member: String) {
    let file = SourceFile(path: "Sources/Kernel/A.swift", text: "struct A: Sendable {\n\(member)\n}\n")
    #expect(hashedState(file).isEmpty)
  }

  /// What a run must not depend on: the system's chance and clock, hashes, addresses, other threads.
  private static let impure = [
    ".random(", ".shuffled(", ".shuffle(", ".randomElement(", "SystemRandomNumberGenerator", "Date(", "ContinuousClock",
    "SuspendingClock", "DispatchTime", "clock_gettime", "gettimeofday", ".hashValue", "Hasher(", "ObjectIdentifier(",
    "Task {", "Task.", "Mutex<", "nonisolated(unsafe)", "@unchecked", "ProcessInfo", "getenv",
  ]

  private func impurities(_ file: SourceFile) -> [String] {
    file.code.filter { line in Self.impure.contains { line.text.contains($0) } }
      .map { "\(file.path):\($0.number)\($0.text)" }
  }

  @Test func thePureFloorsKnowNoClockAndNoChanceOfTheSystem() {
    for file in Self.sources where Self.pure.contains(file.module) {
      #expect(impurities(file).isEmpty, "\(impurities(file).joined(separator: "\n"))")
    }
  }

  // MARK: Copies

  /// Which copies are to agree is the scheme's to say: nobody looks for the newest of copies but ``CopyGroup``, which goes by it.
  @Test func copiesAreComparedWithinTheirGroupsOnly() {
    let newest = Self.sources.filter { file in file.code.contains { $0.text.contains(".newest(of:") } }
    #expect(newest.map(\.path).allSatisfy { $0.hasSuffix("Cluster+CopyGroups.swift") }, "\(newest.map(\.path))")
  }

  // MARK: Model and view

  private func callsOfViews(_ file: SourceFile) -> [String] {
    file.code.filter { $0.text.contains("ScreenView.") || $0.text.contains("Panel.") }
      .map { "\(file.path):\($0.number)\($0.text)" }
  }

  /// The loop draws; the model changes by messages and knows what was seen from the last frame.
  @Test func theScreensModelCallsNoView() {
    let model = Self.sources.filter { $0.path.contains("Screen/Model/") }
    #expect(model.count > 10)
    for file in model where !file.path.hasSuffix("/ScreenLoop.swift") {
      #expect(callsOfViews(file).isEmpty, "\(callsOfViews(file).joined(separator: "\n"))")
    }
    let caller = SourceFile(path: "Sources/Screen/Model/A.swift", text: "let a = LessonPanel.furthest(self)")
    #expect(callsOfViews(caller).count == 1)
  }

  @Test(arguments: [
    "let a = Int.random(in: 1...6)", "let b = list.shuffled()", "let c = list.randomElement()", "let now = Date()",
    "let d = ContinuousClock().now", "let e = name.hashValue", "Task { await f() }", "let f = ProcessInfo.processInfo",
  ]) func anImpurityIsSeen(line: String) {
    #expect(impurities(SourceFile(path: "Sources/Kernel/A.swift", text: line)).count == 1)
    #expect(impurities(SourceFile(path: "Sources/Kernel/A.swift", text: "// \(line)")).isEmpty)
  }
}
