import Foundation
import Language

extension Sweep {
  /// A line of a part's results.
  private struct Kind: Codable { let kind: String }

  /// Puts the parts of a sweep together that were run elsewhere.
  ///
  /// - Parameter files: the names of the parts' results, as `--shard … --json` prints them, and their texts.
  /// - Throws: a ``ScriptError`` if one is no such result, or they don't make one whole.
  public static func merge(_ files: [(name: String, text: String)]) throws -> Sweep {
    var plans: [(name: String, plan: SweepPlan)] = []
    var runs: [UInt64: SweepRun] = [:]
    for file in files {
      var plan: SweepPlan?
      for (number, line) in file.text.split(separator: "\n").enumerated() {
        do {
          let data = Data(line.utf8)
          let decoder = JSONDecoder()
          switch try decoder.decode(Kind.self, from: data).kind {
          case "sweep": plan = try decoder.decode(SweepPlan.self, from: data)
          case "run":
            let run = try decoder.decode(SweepRun.self, from: data)
            guard runs.updateValue(run, forKey: run.seed) == nil else {
              throw ScriptError.unreadable(file.name, reason: "seed \(run.seed) is in another part as well")
            }
          case "summary": continue
          default: throw ScriptError.unreadable(file.name, reason: "line \(number + 1) is no line of a sweep")
          }
        } catch is DecodingError {
          throw ScriptError.unreadable(
            file.name, reason: "line \(number + 1) is no line that `chaos --seeds … --json` prints")
        }
      }
      guard let plan else {
        throw ScriptError.unreadable(file.name, reason: "it doesn't begin as `chaos --seeds … --json` does")
      }
      if let first = plans.first, first.plan.whole != plan.whole {
        throw ScriptError.unreadable(
          file.name,
          reason:
            "it is of another sweep than \(Printable.escaped(first.name)): the file, the seeds or the way of drawing differ"
        )
      }
      plans.append((file.name, plan))
    }
    guard let plan = plans.first?.plan.whole else {
      throw ScriptError.unreadable("merge", reason: "there is nothing to merge")
    }
    let missing = (plan.from...plan.to).filter { runs[$0] == nil }
    guard missing.isEmpty else {
      throw ScriptError.unreadable(
        plans[0].name,
        reason:
          "\(CountedNoun("seed").text(missing.count)) of \(plan.from) to \(plan.to) is in no part, the first \(missing[0])"
      )
    }
    return Sweep(plan, runs.values.sorted { $0.seed < $1.seed })
  }
}

extension Experiment {
  /// What fails under a seed with as few faults as that takes, as a script: of the first scenario that fails, faults are left
  /// out one by one for as long as the same assertion fails.
  ///
  /// - Returns: nil if nothing fails under it.
  /// - Throws: a ``ScriptError`` if a command can't be carried out.
  public func shrunk(seed: UInt64, isSwarm: Bool) throws -> [String]? {
    for number in scenarios.indices {
      var run = try ScenarioRun(self, number: number, seed: seed, isSwarm: isSwarm)
      var best = try run.play { _ in }
      guard best.isTested, !best.isHeld else { continue }
      let claims = Self.failures(of: best)
      var leftOut = Set<Int>()
      for index in scenarios[number].actions.indices where scenarios[number].actions[index].kind.isFault {
        var trial = try ScenarioRun(
          self, number: number, seed: seed, isSwarm: isSwarm, leavingOut: leftOut.union([index]))
        let result = try trial.play { _ in }
        if result.isTested, !Self.failures(of: result).isDisjoint(with: claims) {
          leftOut.insert(index)
          best = result
        }
      }
      let failing = Self.failures(of: best).intersection(claims).sorted()
      return ["# Fails: \(failing.joined(separator: ", "))"] + best.script
    }
    return nil
  }

  private static func failures(of result: ScenarioResult) -> Set<String> {
    Set(
      result.verdicts.filter { !$0.isHeld }.map(\.assertion.metric.name)
        + (result.agreement == nil ? ["agreement"] : []))
  }
}
