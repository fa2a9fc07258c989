import Kernel
import Language
import Replication

/// A script that does by commands what an adversary has done to another one.
struct BreakScript: Sendable {
  /// The commands, each with what is said of it.
  var lines: [String] = []
  let claim: BreakPlan.Claim

  /// The script of a run in which a claim did not hold, from its beginning on.
  ///
  /// - Parameter seed: the seed, where it is not the script's own.
  init(_ run: BreakSearch.Run, _ plan: BreakPlan, seed: UInt64?) {
    claim = plan.claim
    // A new seed begins the cluster anew, so that the ones that the script sets have to go.
    let sets: (SourceLine) -> Bool = { $0.command.lowercased().hasPrefix("seed ") }
    if let seed { lines.append("seed \(seed)") }
    var deeds = run.play.deeds[...]
    for (number, line) in plan.lines.enumerated() {
      while let deed = deeds.first, deed.line == number, deed.events == nil {
        lines.append(Self.text(deed))
        deeds.removeFirst()
      }
      let during = deeds.prefix { $0.line == number }
      deeds = deeds.dropFirst(during.count)
      if seed != nil, sets(line) { continue }
      if during.isEmpty { lines.append(line.command) } else { interrupt(line, number, Array(during), run) }
    }
    lines += deeds.map(Self.text)
  }

  private static func text(_ deed: AdversaryPlay.Deed) -> String {
    switch deed.fault.act {
    case .lose, .delay: "\(deed.command)   # \(deed.words)"
    case .crash, .wipe, .restart, .skew, .destroy: deed.command
    }
  }

  /// A command in whose time something is done: it is begun, played event by event up to there, and gone on with.
  private mutating func interrupt(
    _ line: SourceLine, _ number: Int, _ deeds: [AdversaryPlay.Deed], _ run: BreakSearch.Run
  ) {
    let start = run.play.starts[number]
    let names = run.play.session.names(carryingOut: line)
    guard let command = try? CommandParser.parse(line.text, in: names) else { return lines.append(line.command) }
    let rest: String
    switch command {
    case .operate, .repair:
      lines.append("async \(line.command)")
      rest = Self.events(run.play.rests[number])
    case .await: rest = Self.events(run.play.rests[number])
    case .run(let span):
      let left = start + span - (deeds.last?.at ?? start)
      rest = left > .zero ? "run \(Quantity.text(left))" : ""
    case .runUntil(_, let span, let text):
      let left = max(TimeSpan(microseconds: 1), start + span - (deeds.last?.at ?? start))
      rest = "run until \(text) within \(Quantity.text(left))"
    case .step(let count):
      rest = Self.events(count - deeds.reduce(0) { $0 + ($1.events ?? 0) })
    default: rest = line.command
    }
    for deed in deeds {
      lines += [Self.events(deed.events ?? 0), Self.text(deed)].filter { !$0.isEmpty }
    }
    if !rest.isEmpty { lines.append(rest) }
  }

  /// The command that plays so many events and no more; nothing for none.
  private static func events(_ count: Int) -> String { count > 0 ? "step \(count)" : "" }
}
