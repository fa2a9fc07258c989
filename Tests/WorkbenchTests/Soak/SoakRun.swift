import Insight
import Kernel
import Replication

@testable import Analysis
@testable import Language
@testable import Workbench

/// A script that is played line by line, then everything heals, and the copies have time to become equal.
struct SoakRun {
  private(set) var session = Session()
  /// The lines of the script.
  private(set) var lines: [String] = []
  /// The lines that end every fault.
  private(set) var recovery: [String] = []
  /// The operations of its commands, in the order of their ends.
  private(set) var operations: [OperationReport] = []
  /// Why a line couldn't be carried out.
  private(set) var refusal: String?
  /// The tombstones that are gone for good, and what came back in spite of it.
  private(set) var graves = GraveWatch()
  /// Whether a tombstone may have been purged before everything was repaired.
  private(set) var mayHavePurged = false
  /// What the commands asked for, by the numbers of their operations.
  private(set) var plans: [Int: OperationPlan] = [:]
  /// What was ever on which disks.
  private(set) var disks = DiskWatch()

  /// What a seed's script comes to, with its recovery.
  init(seed: Int, length: Int) {
    session.timeline.world.isScrutinized = true
    var script = SoakScript(seed: seed)
    for line in script.setUp { play(line) }
    for _ in 0..<length { play(script.next(after: operations)) }
    recover()
  }

  /// What a script comes to, with its recovery.
  ///
  /// - Parameter isScrutinized: whether invariants are looked at after every event. Where they aren't, plain writes are played
  ///   the short way, which has to come to the same.
  init(_ lines: [String], isScrutinized: Bool = true) {
    session.timeline.world.isScrutinized = isScrutinized
    for line in lines where refusal == nil { play(line) }
    recover()
  }

  /// The whole script, as `eventually run` takes it.
  var text: String { (lines + ["# Everything heals."] + recovery).joined(separator: "\n") + "\n" }

  var cluster: Cluster { session.cluster }

  private mutating func play(_ line: String) {
    lines.append(line)
    execute(line)
  }

  private mutating func execute(_ line: String) {
    guard refusal == nil else { return }
    let command = try? CommandParser.parse(line, in: session.names(isPrompt: false))
    if case .input(.fault(.wipe(let set))) = command { disks.lose(set) }
    if case .input(.fault(.destroy(let set))) = command { disks.lose(set) }
    do {
      try session.execute(.prompt(line), isPrompt: false) { event in
        if case .operation(let operation) = event { operations.append(operation) }
      }
    } catch {
      refusal = "\(line): \(error)"
      return
    }
    if case .operate(let plan, _) = command, let id = cluster.commandOperations.last { plans[id.index] = plan }
    graves.look(at: session.cluster)
    disks.look(at: session.cluster)
  }

  /// Ends every fault, repairs, and waits until nothing is on its way any more.
  private mutating func recover() {
    let regions = cluster.topology.regions
    var healing = [("heal", ["cut", "isolate", "partition"]), ("load stop", ["load"])]
    healing += [("set anti-entropy off", ["set anti-entropy"]), ("set gossip off", ["set gossip"])]
    for (index, region) in regions.enumerated() {
      healing += [("restart \(region.name)", ["crash", "wipe", "destroy"]), ("resume \(region.name)", ["pause"])]
      healing += ["slow", "skew"].map { ("\($0) \(region.name) by 0ms", [$0]) }
      for other in regions[index...] where region.name != other.name || region.replicas.count > 1 {
        let link = "\(region.name) \(other.name)"
        healing += [("lose 0% \(link)", ["lose"]), ("duplicate 0% \(link)", ["duplicate"])]
        healing += [("slow \(link) by 0ms", ["slow"]), ("release \(link)", ["hold"])]
      }
    }
    // What nothing in the script has caused needs no end.
    recovery = healing.filter { _, causes in lines.contains { causes.contains(where: $0.hasPrefix) } }.map(\.0)
    // A repair session may take a minute. Of plain vectors a second round unites what one has brought.
    recovery += ["await", "run 61s", "repair", "repair", "set failure-detector oracle", "run until settled within 10m"]
    for line in recovery { execute(line) }
    // Some clock may have run a few seconds ahead.
    mayHavePurged = cluster.now - .start + .seconds(15) > cluster.environment.settings.tombstoneGrace
  }

  /// Lets every tombstone's grace period pass, and repairs again.
  mutating func outlastGrace() {
    let grace = cluster.environment.settings.tombstoneGrace.microseconds / 1_000_000
    let lines = ["run \(grace + 120)s", "repair", "run until settled within 10m"]
    recovery += lines
    for line in lines { execute(line) }
  }

  /// Adds a line to the end.
  mutating func append(_ line: String) {
    recovery.append(line)
    execute(line)
  }
}

extension SoakRun {
  /// What the owners of a key show of it, in their order.
  func shown(_ key: KeyID) -> [String?] {
    cluster.environment.owners(of: key).members.map {
      ValueText.text(of: cluster.cell(key, at: $0).version, key, in: cluster, at: cluster.reading(of: $0))
    }
  }

  /// All keys that anybody has touched.
  var keys: [KeyID] { Array(cluster.catalogue.names.keys) }

  func name(of key: KeyID) -> String { cluster.catalogue.names.name(of: key) }

  /// All operations that have ended, those of loads included.
  var history: [Replication.Operation] { session.world.observer.history.all.map(\.operation) }
}
