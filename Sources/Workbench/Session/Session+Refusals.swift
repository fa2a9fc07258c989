import Analysis
import Insight
import Kernel
import Language
import Replication

/// What can't be done now, though it reads well.
extension Session {
  /// Throws a ``LanguageError`` unless a command can be carried out at this instant.
  func check(_ command: Command, _ line: SourceLine) throws {
    func refuse(_ reason: String) throws -> Never {
      throw LanguageError(.refused(reason), at: line.whole)
    }
    switch command {
    case .input(let input):
      if let refusal = world.refusal(of: input) { try refuse(refusal) }
    case .killLeader(let partition, let region) where cluster.leader(of: partition, in: region) == nil:
      try refuse("nobody leads it in \(cluster.topology.name(of: region)) now; `show roles` says who leads what")
    case .moveLeader(let partition, let region, let heir):
      if let refusal = cluster.refusal(toMove: partition, in: region, to: heir) { try refuse(refusal) }
    case .operate(let plan, _):
      if let refusal = world.refusal(of: plan) { try refuse(refusal) }
    case .play(to: let position, at: _) where position < timeline.position:
      try refuse(
        "event \(position) lies in the past: time stands after event \(timeline.position); `goto event` goes back")
    case .back(let count) where sceneLength > 0 && timeline.position - count < sceneLength:
      let left = timeline.position - sceneLength
      try refuse(
        left > 0 ? "the step's scene begins \(CountedNoun("event").text(left)) back" : "here the step's scene begins")
    case .gotoEvent(let position, at: _) where position < sceneLength:
      try refuse("the step's scene begins after event \(sceneLength)")
    case .undo where undoable.isEmpty: try refuse("there is no command to undo")
    case .redo where redoable.isEmpty: try refuse("there is nothing to redo")
    case .switchTo(let name) where !timeline.branchNames.contains(name):
      try refuse(noBranch(name))
    case .predict(let plan):
      if let refusal = cluster.refusal(of: plan) { try refuse(refusal) }
    case .why(let number):
      if let refusal = timeline.refusal(toExplain: number) { try refuse(refusal) }
    case .whyNot(let question):
      if let refusal = timeline.refusal(toExplain: question) { try refuse(refusal) }
    case .diff(let first, let second):
      for name in [first, second] where !timeline.branchNames.contains(name) {
        try refuse(noBranch(name))
      }
    case .fork(let name) where timeline.branchNames.contains(name):
      try refuse("there is a branch `\(name)` already")
    case .repair(_, let key?, _) where cluster.catalogue.names.key(named: key) == nil:
      try refuse("\(untouched(key)), and it is no region or replica")
    case .show(.key(let name)), .show(.clocks(let name)):
      guard cluster.catalogue.names.key(named: name) != nil else {
        try refuse(untouched(name))
      }
    case .show(.timeline(let user, _)):
      if let refusal = world.refusal(toShowTimelineOf: user) { try refuse(refusal) }
    case .profile, .seed, .fixSeed, .repair, .killLeader, .await, .step, .run, .runUntil, .back, .goto, .gotoEvent,
      .play, .undo,
      .redo,
      .speed, .show, .fork, .branches, .switchTo, .whatIf, .check, .say, .beat, .mark, .note, .view, .focus, .select,
      .zoom, .expect, .source, .help, .save, .export, .messages, .quit, .breakpoint:
      break
    case .share:
      do { _ = try share() } catch { try refuse(error.sentence) }
    case .poll: try refuse("nobody is asked for votes here: `eventually learn NAME --projector` does, before a guess")
    case .trial: try refuse("there is no trial here: a step of a lesson has one")
    case .operating(let decision):
      if let refusal = refusal(of: decision) { try refuse(refusal) }
    }
  }

  private func noBranch(_ name: String) -> String {
    let branches = timeline.branchNames
    return "there is no branch `\(Printable.escaped(name))`\(nearest(name, among: branches))\(listed(branches))"
  }

  /// That there is nothing to be told of a key, and which one is meant perhaps.
  public func untouched(_ key: String) -> String {
    let keys = keys
    let known = keys.isEmpty ? "; none has come up yet" : keys.count <= 6 ? listed(keys) : ""
    return "no operation has touched a key `\(Printable.escaped(key))`\(nearest(key, among: keys))\(known)"
  }

  private func nearest(_ word: String, among words: [String]) -> String {
    NearestWord.to(word, among: words).map { ", perhaps `\(Printable.named($0))`" } ?? ""
  }

  private func listed(_ words: [String]) -> String {
    "; there \(words.count == 1 ? "is" : "are") \(words.map(Printable.named).joined(separator: ", "))"
  }
}
