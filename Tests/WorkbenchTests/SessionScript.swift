import Insight
import Kernel
import Replication
import TestSupport

@testable import Analysis
@testable import Workbench

/// A script of one client's session, with another client and faults around it, that belongs to a seed.
struct SessionScript {
  /// How versions are ranked.
  enum Policy: String, CaseIterable { case lww, siblings }

  private(set) var lines: [String]
  private var dice: Dice
  private let policy: Policy
  private var written = 0
  private let replicas = ["us1", "us2", "us3", "eu1", "eu2", "eu3", "ap1", "ap2"]
  private let regions = ["us-east-1", "eu-west-1", "ap-south-1"]

  var text: String { lines.joined(separator: "\n") + "\n" }

  init(seed: Int, policy: Policy, promise: String?) {
    dice = Dice(seed: seed)
    self.policy = policy
    lines = [
      // Some replicas own no copy of a key: they can coordinate, but vouch for nothing.
      dice.chance(30)
        ? "cluster us-east-1:3 eu-west-1:3 ap-south-1:2 rf=2" : "cluster us-east-1:3 eu-west-1:3 ap-south-1:2 rf=3",
      "seed \(seed)", "set conflict \(policy.rawValue)", "set read-timeout 1s", "set write-timeout 1s",
      "set read-repair \(dice.pick(["blocking", "off", "async"]))",
      "set coordinator \(dice.pick(["nearest", "token-aware", "round-robin", "random", "sticky"]))",
      "set failure-detector \(dice.pick(["oracle", "after 200ms", "after 2s"]))",
    ]
    if dice.chance(30) { lines.append("set processing-time read exponential(0.3ms) write uniform(0ms, 1ms)") }
    if dice.chance(30) { lines.append("set client-delay 0us") }
    for replica in ["us2", "eu1"] { lines.append("skew \(replica) by \(dice.roll(-800...800))ms") }
    lines += ["client alice in us-east-1", "client bob in eu-west-1"]
    if let promise { lines.append("guarantee alice \(promise)") }
    for _ in 1...60 { lines.append(command()) }
    lines += ["heal", "await"]
  }

  private mutating func command() -> String {
    switch dice.roll(1...100) {
    case ...50: operation(as: "alice", isAsync: dice.chance(15))
    case ...65: operation(as: "bob", isAsync: true)
    case ...70:
      "load \(dice.roll(10...60))/s for 150ms keys 2 at ONE as alice hop us-east-1 eu-west-1\(dice.pick(["", " ap-south-1"]))"
    case ...80: "run \(dice.pick(["1ms", "20ms", "90ms", "400ms"]))"
    default: fault()
    }
  }

  private mutating func operation(as client: String, isAsync: Bool) -> String {
    let key = dice.pick(["a", "b", "c"])
    var text = isAsync ? "async " : ""
    let kind = dice.pick(["write", "write", "read", "read", "read", "delete"])
    text += "\(kind) \(key)"
    if kind == "write" {
      written += 1
      text += " v\(written)"
      if policy == .siblings, dice.chance(15) { text += " blind" }
    }
    text += " at \(dice.pick(["ONE", "ONE", "ONE", "TWO", "LOCAL_ONE", "LOCAL_QUORUM", "QUORUM", "ALL"])) as \(client)"
    return dice.chance(60) ? text + " via \(dice.pick(replicas))" : text
  }

  private mutating func fault() -> String {
    let places = dice.chance(50) ? regions : replicas
    let first = dice.pick(places)
    let second = dice.pick(places.filter { $0 != first })
    return switch dice.roll(1...12) {
    case 1, 2: "cut \(first) \(dice.pick(["", "-> "]))\(second)"
    case 3: "isolate \(dice.pick(replicas))"
    case 4, 5: "heal"
    case 6: "crash \(dice.pick(replicas))"
    case 7: "restart \(dice.pick(regions))"
    case 8: dice.chance(50) ? "pause \(dice.pick(replicas))" : "resume \(dice.pick(regions))"
    case 9: "slow \(first) \(second) by \(dice.pick(["0ms", "30ms", "300ms"]))"
    case 10: "skew \(dice.pick(replicas)) by \(dice.roll(-400...400))ms"
    case 11: "hold \(first) \(second)"
    default: "release \(first) \(second)"
    }
  }
}

/// A session's history, and the promises that it breaks, told from the versions alone.
struct SessionJudge {
  private let cluster: Cluster
  /// The client's answered operations in the order in which they began.
  private let operations: [Replication.Operation]

  init(_ session: Session, client: String) {
    cluster = session.cluster
    operations = session.world.observer.history.all.map(\.operation).filter { operation in
      operation.outcome == .ok && session.cluster.clients[operation.client].name == client
    }.sorted { $0.beganAt < $1.beganAt }
  }

  var count: Int { operations.count }

  /// The pairs of operations of which the second breaks a promise that the first has brought about.
  func violations(of guarantee: SessionGuarantee) -> [String] {
    let (first, second): (Bool, Bool) =
      switch guarantee {
      case .readYourWrites: (true, false)
      case .monotonicReads: (false, false)
      case .monotonicWrites: (true, true)
      case .writesFollowReads: (false, true)
      }
    var found: [String] = []
    for (index, later) in operations.enumerated() where later.kind.isUpdate == second {
      for earlier in operations[..<index]
      where earlier.kind.isUpdate == first && earlier.key == later.key && earlier.endedAt < later.beganAt {
        if earlier.version != .none, isLost(earlier, in: later) {
          found.append("op \(later.id.index) after op \(earlier.id.index)")
        }
      }
    }
    return found
  }

  /// Whether what an operation wrote or read is neither in what a later one wrote or read, nor replaced by it.
  private func isLost(_ earlier: Replication.Operation, in later: Replication.Operation) -> Bool {
    let catalogue = cluster.catalogue
    if later.version == earlier.version { return false }
    if later.version == .none { return true }
    guard catalogue.version(earlier.version).isState else {
      return catalogue.wins(earlier.version, over: later.version)
    }
    let (known, needed) = (catalogue.version(later.version).vector, catalogue.version(earlier.version))
    return earlier.kind.isUpdate
      ? !catalogue.vectors.contains(known, writer: needed.writer, counter: needed.counter)
      : !catalogue.vectors.covers(known, needed.vector)
  }

  /// Writes that a coordinator has accepted though its copy of another key lacked one that the session had written (or
  /// read) before: what Terry et al. ask of servers, as far as they own that key. Only for last writer wins.
  func acceptedTooEarly(_ records: [Record], afterReads: Bool) -> [String] {
    var held: [ReplicaID: [KeyID: VersionID]] = [:]
    var found: [String] = []
    let catalogue = cluster.catalogue
    for record in records {
      switch record.what {
      case .stored(let version, let replica, _, _, _):
        let key = catalogue.version(version).key
        let present = held[replica]?[key] ?? .none
        if catalogue.wins(version, over: present) { held[replica, default: [:]][key] = version }
      case .accepted(let version):
        guard let later = operations.first(where: { $0.version == version && $0.kind.isUpdate }) else { continue }
        for earlier in operations
        where earlier.kind.isUpdate != afterReads && earlier.endedAt < later.beganAt && earlier.version != .none
          && cluster.environment.ownerSet(of: earlier.key).contains(later.coordinator)
        {
          let present = held[later.coordinator]?[earlier.key] ?? .none
          if present != earlier.version, !catalogue.wins(present, over: earlier.version) {
            found.append("op \(later.id.index) at a replica without op \(earlier.id.index)")
          }
        }
      default: break
      }
    }
    return found
  }
}
