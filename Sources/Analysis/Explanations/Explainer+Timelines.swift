import Insight
import Kernel
import Language
import Replication

/// Why a timeline shows what it does, and lacks what it lacks.
extension Explainer {
  mutating func explainTimeline(_ operation: Replication.Operation) {
    let chronicle = chronicle(of: operation)
    let service = Service(operation, chronicle.quoted)
    explanation.add("Who was asked", coordination(of: operation, service, chronicle.quoted))
    explanation.add("What it was put together from", steps(operation, chronicle.quoted) { !$0.isLack })
    explanation.add("What it lacks", steps(operation, chronicle.quoted) { $0.isLack })
    explanation.add("When it was answered", answered(operation, chronicle.quoted))
  }

  /// The first of those steps that are as wanted, of each kind.
  private func steps(
    _ operation: Replication.Operation, _ quoted: [Quoted], where isWanted: (TimelineStep) -> Bool
  ) -> [Explanation.Fact] {
    var told: [Explanation.Fact] = []
    var (lacking, read) = (0, 0)
    for quoted in quoted {
      guard case .step(operation.id, _, .timeline(let step)) = quoted.record.what, isWanted(step) else { continue }
      switch step {
      case .lacked: lacking += 1
      case .read: read += 1
      case .merged, .gone, .early: break
      }
      guard lacking <= Explainer.shown, read <= Explainer.shown else { continue }
      let culprit = culprit(of: step, trail(before: operation.endedAt))
      told.append(
        fact(
          .coordination(.timeline(operation.id, step, culprit)), quoted.record.at, Quotes(quoted).blaming(culprit)))
    }
    return told
  }

  /// The command that cut what a step speaks of, or stopped it.
  private func culprit(of step: TimelineStep, _ trail: FaultTrail) -> FaultTrail.Culprit? {
    guard case .lacked(_, let lack) = step else { return nil }
    switch lack {
    case .stopped(let replica): return trail.stop(of: replica)
    case .absent(let region, isCut: true):
      for receiver in topology.members(of: region) {
        for sender in topology.replicaIDs where topology.region(of: sender) != region {
          if let cut = trail.cut(sender, receiver) { return cut }
        }
      }
      return nil
    case .absent, .queued, .notHeld, .unanswered: return nil
    }
  }
}

extension TimelineStep {
  /// Whether it says what is wrong.
  fileprivate var isLack: Bool {
    switch self {
    case .merged, .read: false
    case .lacked, .gone, .early: true
    }
  }
}

extension Wording {
  /// A step of putting a timeline together, in words.
  func words(_ operation: OperationID, _ step: TimelineStep, by culprit: FaultTrail.Culprit?) -> String {
    switch step {
    case .merged(let region, let cached, let own, let pulled):
      return
        "It merges \(posts(cached)) of the cached timeline in \(topology.name(of: region)), \(posts(own)) of the reader's "
        + "own, and \(pulled) read from the store, and shows the newest."
    case .read(let post, let replica):
      return "\(name(replica)) holds \(self.post(post)), which nobody inserts (`pull-above`)."
    case .lacked(let post, let reason):
      return "It lacks \(self.post(post)): \(lack(reason))\(culprit.map { ", by \($0.words)" } ?? "")."
    case .gone(let post):
      return "An answer before had shown \(self.post(post)), and this one doesn't: the timeline has gone backwards."
    case .early(let post, let parent):
      return "\(self.post(post)) was made after its author had been shown \(self.post(parent)), which isn't here yet."
    }
  }

  /// Why a post isn't in a timeline, without a full stop.
  func lack(_ reason: TimelineLack) -> String {
    switch reason {
    case .queued(let region, let ahead, let rate):
      return
        "the daemon of \(topology.name(of: region)) has \(Quantity.grouped(ahead)) \(CountedNoun("more insert").form(ahead)) of it "
        + "to make before this one, \(Quantity.grouped(rate)) a second"
    case .stopped(let replica): return "\(name(replica)), which inserts it, stands still"
    case .absent(let region, let isCut):
      let why = isCut ? "the links to there are cut" : "it hasn't come there yet"
      return "no replica of \(topology.name(of: region)) holds it: \(why)"
    case .notHeld(let replica): return "nobody inserts it, and \(name(replica)), which is asked for it, doesn't hold it"
    case .unanswered: return "nobody inserts it, and no owner of it answered"
    }
  }

  private func posts(_ count: Int) -> String { CountedNoun("post").text(count) }

  private func post(_ post: PostID) -> String { Printable.named(cluster.name(of: post)) }
}
