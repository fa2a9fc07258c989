/// Which processes of a history are one session.
///
/// A process has one operation in flight at a time; a client with several is written as `alice`, `alice/2`, `alice/3` …, each
/// operation by the first of them that is free. So `alice/3` belongs to `alice` if whenever it began something, `alice` and
/// `alice/2` were busy, and `alice/2` belongs to her too. Any other process is a session of its own.
struct ProcessSessions {
  /// The processes that come before one in that row; nil for one that stands for itself.
  private var lower: [[Int]?] = []
  private var numbers: [String: Int] = [:]

  /// Adds a process, which is about to begin something.
  mutating func add(_ process: Int, named name: String?) {
    lower.append(nil)
    guard let name else { return }
    numbers[name] = process
    guard let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
    let digits = name.utf8[name.utf8.index(after: slash)...]
    // As they are written: no sign, no leading 0.
    guard let slot = Int(Substring(digits)), slot >= 2, String(slot).utf8.elementsEqual(digits), slot <= process + 1
    else {
      return
    }
    let base = String(name[..<slash])
    var before = numbers[base].map { [$0] } ?? []
    for other in 2..<max(2, slot) { if let known = numbers["\(base)/\(other)"] { before.append(known) } }
    if before.count == slot - 1 { lower[process] = before }
  }

  /// A process begins something while others have something in flight.
  mutating func invoke(_ process: Int, isBusy: (Int) -> Bool) {
    guard let before = lower[process], !before.allSatisfy(isBusy) else { return }
    lower[process] = nil
  }

  /// For each process its session, which is the number of the session's first process.
  var sessions: [Int] {
    lower.indices.map { process in
      guard let before = lower[process], let base = before.first else { return process }
      return before.dropFirst().allSatisfy { lower[$0] != nil } ? base : process
    }
  }
}
