import Kernel
import Language
import Screen
import Workbench

/// What is measured: each line gives the best, the median and the 99th percentile of several runs (of a few: the worst).
/// `benchmarks frames [NAME]` and `benchmarks schemes [NAME]` measure the screen alone, or the replication schemes, or of those the
/// lines whose names have NAME in them: for a profiler.
@main enum Benchmarks {
  static func main() throws {
    print("benchmark                                            best      median         p99")
    switch CommandLine.arguments.dropFirst().first {
    case "frames": return try measureFrames()
    case "schemes": return try measureSchemes()
    default: break
    }
    try measure("300,000 writes at QUORUM, nine replicas", unit: "s", runs: 5) {
      _ = try play("load 1000/s for 300s write 100% keys 1000 at QUORUM\nrun 301s")
    }
    try measure("300,000 operations, half of them reads", unit: "s", runs: 3) {
      _ = try play("load 1000/s for 300s keys 1000 zipf 1.1 at LOCAL_QUORUM\nrun 301s")
    }
    measure("1,000,000 pushes and pops of the queue", unit: "s", runs: 5) { churn(1_000_000) }
    let session = try play("load 1000/s for 100s keys 1000 at QUORUM\nrun 101s")
    measure("back 1,000 events of a million and on again", unit: "s", runs: 5) {
      var copy = session
      copy.travel("back 1000")
      copy.travel("step 1000")
    }
    try measureSchemes()
    try measureFrames()
  }

  /// The same writes under each scheme, at its own default level.
  private static func measureSchemes() throws {
    for (scheme, size) in [("leaderless", 3), ("streams", 3), ("log", 3), ("primary-cache", 4)] {
      let regions = ["us-east-1", "eu-west-1", "ap-south-1"].map { "\($0):\(size)" }.joined(separator: " ")
      try measure("300,000 writes under \(scheme)", unit: "s", runs: 3) {
        _ = try play("cluster \(regions) scheme=\(scheme)\nload 1000/s for 300s write 100% keys 1000\nrun 301s")
      }
    }
  }

  private static func measureFrames() throws {
    let set = """
      cluster us-east-1:10 us-west-2:10 eu-west-1:10 ap-south-1:10 sa-east-1:10 rf=3
      load 10000/s for 10s keys 1000 at QUORUM
      run 1s
      """
    // As in the workbench, the latest messages are kept.
    let session = try play(set, isTracing: true)
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)] {
      let model = ScreenModel(session, size: size)
      measure("a frame of \(size.columns)x\(size.rows), 50 replicas under load", unit: "ms", runs: 501) {
        _ = ScreenView.render(model)
      }
    }
    for view in ViewName.allCases {
      var model = ScreenModel(session, size: Size(columns: 200, rows: 60))
      model.turn(to: view)
      _ = model.update(.key(.character("z")))
      measure("the same, \(view.rawValue) alone at 200x60", unit: "ms", runs: 501) {
        _ = ScreenView.render(model)
      }
    }
    try measureAnswers()
  }

  /// How soon a key is answered while much happens, and how soon the screen is back from afar.
  private static func measureAnswers() throws {
    let session = try play("load 10000/s for 60s keys 1000 at QUORUM\nrun 1s\nspeed max", isTracing: true)
    var model = ScreenModel(session, size: Size(columns: 200, rows: 60))
    _ = model.update(.key(.character(" ")))
    measure("a key's answer while 10,000 operations a second play", unit: "ms", runs: 501) {
      // What is being played may just have begun its share; then comes the key, and the frame that answers it.
      _ = model.update(.tick(nanoseconds: 33_000_000))
      _ = model.update(.key(.character("j")))
      _ = ScreenView.render(model)
    }
    let far = try play("load 10000/s for 10s keys 1000 at QUORUM\nrun 10s", isTracing: true)
    for name in ["the first time", "again"] {
      var model = ScreenModel(far, size: Size(columns: 200, rows: 60))
      if name == "again" { _ = model.travel("back 100000") }
      measure("100,000 events back, \(name)", unit: "ms", runs: 5) {
        var copy = model
        _ = copy.travel(name == "again" ? "step 100000" : "back 100000")
      }
    }
  }

  /// Plays commands on a fresh session, as the workbench does.
  private static func play(_ commands: String, isTracing: Bool = false) throws -> Session {
    var session = Session(isTracing: isTracing)
    for command in commands.split(separator: "\n") {
      try session.execute(.prompt(String(command)), isPrompt: true) { _ in }
    }
    return session
  }

  /// A queue that holds ten thousand events, from which the first goes while a new one comes.
  private static func churn(_ count: Int) {
    var queue = EventQueue<Int>()
    let randomness = Randomness(seed: 1)
    for index in 0..<10_000 { queue.push(index, at: Instant(microseconds: Int64(index))) }
    for index in 0..<count {
      guard queue.pop(notAfter: .end) != nil else { break }
      let span = Int64(randomness.word(.delay, owner: 0, number: UInt64(index)) % 100_000)
      queue.push(index, at: queue.now + TimeSpan(microseconds: span))
    }
  }

  private static func measure(_ name: String, unit: String, runs: Int, _ body: () throws -> Void) rethrows {
    if let wanted = CommandLine.arguments.dropFirst(2).first, !name.contains(wanted) { return }
    var times: [Double] = []
    for _ in 0..<runs {
      let time = try ContinuousClock().measure(body)
      let (seconds, attoseconds) = time.components
      times.append((Double(seconds) + Double(attoseconds) / 1e18) * (unit == "ms" ? 1_000 : 1))
    }
    times.sort()
    let figures = [times[0], times[times.count / 2], times[(times.count * 99 + 99) / 100 - 1]]
    let columns = figures.map { TextWidth.padLeft("\(Quantity.number($0, decimals: 3)) \(unit)", 12) }
    print(TextWidth.pad(name, 44) + columns.joined())
  }
}

extension Session {
  /// Carries out a command that can't go wrong.
  fileprivate mutating func travel(_ command: String) {
    try? execute(.prompt(command), isPrompt: true) { _ in }
  }
}

extension ScreenModel {
  /// Types a command and presses Enter.
  fileprivate mutating func travel(_ command: String) -> Frame {
    for key in [Key.escape, .character(":")] + command.map({ Key.character($0) }) + [.enter] { _ = update(.key(key)) }
    return ScreenView.render(self)
  }
}
