import Analysis
import Insight
import Kernel
import Language
import Replication

/// A script that is played while an adversary interferes.
struct AdversaryPlay: Sendable {
  /// The script's commands.
  let lines: [SourceLine]
  /// What the adversary does, in the order of its positions.
  let faults: [AdversaryFault]
  private(set) var session: Session
  /// What has happened since it began.
  private(set) var moments: [AdversaryMoment] = []
  /// Where the session stood before each command from ``firstLine`` on.
  private(set) var standpoints: [Session] = []
  /// The command that the play began with.
  let firstLine: Int
  /// The command that could not be carried out, as the cluster is, and why; what follows it was not played.
  private(set) var refusal: LanguageError?
  /// That command.
  private(set) var refusedLine: SourceLine?
  /// When each command began that was played, by its place from ``firstLine`` on.
  private(set) var starts: [Instant] = []
  /// How many events each command's time had after the last deed in it, by its place from ``firstLine`` on.
  private(set) var rests: [Int] = []
  /// What was done, and where in the script.
  private(set) var deeds: [Deed] = []
  private var pending: ArraySlice<AdversaryFault>
  /// How many events and inputs had been when the time of the present command began; nil while no command's time runs.
  private var begun: Int?
  private let observesMoments: Bool
  /// Whether it is written down, too, from what each event goes on; see ``AdversaryMoment/state``.
  private let observesStates: Bool
  private let most: Int

  /// Something that was done to a run, as a script has to say it.
  struct Deed: Hashable, Sendable {
    /// The command during which it was done, or before which.
    let line: Int
    /// How many events of that command's time had been since it began or since the deed before; nil before it began.
    let events: Int?
    /// When.
    let at: Instant
    /// The command that does it, and what it does in words.
    let command: String
    let words: String
    let fault: AdversaryFault
  }

  /// A play of a script from one of its commands on.
  ///
  /// - Parameters:
  ///   - faults: all of them; those before that command have been done.
  ///   - observesMoments: whether what happens is written down, which takes longer.
  ///   - most: how many events are played at most.
  init(
    _ lines: [SourceLine], from firstLine: Int, of session: Session, _ faults: [AdversaryFault], observesMoments: Bool,
    observesStates: Bool = false, most: Int
  ) {
    (self.lines, self.firstLine, self.session, self.faults) = (lines, firstLine, session, faults)
    (self.observesMoments, self.observesStates, self.most) = (observesMoments, observesStates, most)
    pending = faults[...].drop { $0.position < session.timeline.position }
  }

  /// Whether it was stopped because it takes more events than it may.
  var isTooLong: Bool { session.timeline.position > most }

  /// Plays it to the end of the script.
  mutating func run() {
    for line in firstLine..<lines.count where refusal == nil && !isTooLong {
      if observesMoments { standpoints.append(session) }
      starts.append(session.cluster.now)
      rests.append(0)
      do {
        try carryOut(line)
      } catch let error as LanguageError {
        (refusal, refusedLine) = (error, lines[line])
      } catch {
        preconditionFailure("`\(lines[line].text)` failed with \(error), which is no error of the language")
      }
    }
    if !isTooLong { interfere(line: lines.count) }
  }

  private mutating func carryOut(_ line: Int) throws {
    interfere(line: line)
    let text = lines[line]
    guard let command = try CommandParser.parse(text.text, in: session.names(carryingOut: text)) else { return }
    if observesMoments {
      moments.append(
        AdversaryMoment(
          position: session.timeline.position, at: session.cluster.now, line: line, isCommand: true,
          running: session.cluster.live))
    }
    let goal = try session.begin(command, from: text, report: { _ in })
    // Whatever befell the cluster before this one is no choice: nothing of it is left.
    if command.beginsCluster { moments.removeAll() }
    guard var goal else { return }
    begun = session.timeline.position
    defer {
      rests[line - firstLine] = session.timeline.position - (begun ?? 0)
      begun = nil
    }
    while !isTooLong {
      interfere(line: line)
      let isReached = observesMoments ? step(&goal, line) : play(&goal)
      if isReached { return }
    }
  }

  /// Plays up to the next fault; true once the goal is reached.
  private mutating func play(_ goal: inout Goal) -> Bool {
    let rest = pending.first.map { $0.position - session.timeline.position } ?? .max
    return session.pursue(&goal, until: .end, atMost: min(rest, most), report: { _ in }) == .reached
  }

  /// Plays one event and writes down what it was; true once the goal is reached.
  private mutating func step(_ goal: inout Goal, _ line: Int) -> Bool {
    let before = session.timeline.position
    let state = observesStates ? digest(during: line) : nil
    let (requests, running) = (session.cluster.requestsInFlight, session.cluster.live)
    var moment: AdversaryMoment?
    var operations: [OperationID] = []
    let progress = session.pursue(&goal, until: .end, atMost: 1) { event in
      guard case .traced(let records, let cluster) = event else { return }
      var found = moment ?? AdversaryMoment(position: before, at: cluster.now, line: line)
      for record in records {
        found.take(record, cluster)
        if case .ended(let operation) = record.what { operations.append(operation) }
      }
      moment = found
    }
    guard session.timeline.position > before else { return progress == .reached }
    var found = moment ?? AdversaryMoment(position: before, at: session.cluster.now, line: line)
    let rest = session.cluster.requestsInFlight
    if found.delivery == nil, let request = requests.first(where: { !rest.contains($0) }) {
      found.actor = request.coordinator
    }
    if found.actor == nil { found.actor = session.cluster.latestSender }
    found.running = running
    found.state = state
    let history = session.world.observer.history
    for case let operation? in operations.map({ history[$0]?.operation }) where operation.coordinator != .none {
      found.answered.append(AdversaryMoment.Copy(replica: operation.coordinator, key: operation.key))
    }
    moments.append(found)
    return progress == .reached
  }

  /// A digest of what the rest of the run follows from while a command's time runs: the cluster, what operations have come to,
  /// and whom the adversary has stopped. Nil where the cluster can't be told in full.
  private func digest(during line: Int) -> UInt64? {
    guard let text = session.cluster.stateText else { return nil }
    var digest = Fingerprint()
    digest.fold(UInt64(line))
    digest.fold(text)
    for entry in session.world.observer.history.all { digest.fold("\(entry)") }
    for replica in Array(faults.dropLast(pending.count)).stopped { digest.fold(UInt64(replica.raw)) }
    return digest.value
  }

  /// Does what is due.
  private mutating func interfere(line: Int) {
    while let next = pending.first, next.position <= session.timeline.position {
      pending.removeFirst()
      let events = begun.map { session.timeline.position - $0 }
      if session.isThere(next.act), let command = session.command(of: next.act) {
        deeds.append(
          Deed(
            line: line, events: events, at: session.cluster.now, command: command, words: session.words(of: next.act),
            fault: next))
        session.perform(next)
      }
      if begun != nil { begun = session.timeline.position }
    }
  }
}
