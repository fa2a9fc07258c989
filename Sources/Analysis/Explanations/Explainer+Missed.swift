import Insight
import Kernel
import Replication

/// What a stale read missed: how it was acknowledged, and where it was for each copy that answered.
extension Explainer {
  func missing(
    _ read: Replication.Operation, _ missed: [VersionID], _ account: ReadAccount
  ) -> [Explanation.Fact] {
    var facts: [Explanation.Fact] = []
    for version in missed.prefix(Self.shown) {
      guard let write = history[catalogue.version(version).operation]?.operation else { continue }
      let service = Service(write, account.records)
      facts.append(acknowledged(version, write, service))
      for miss in account.misses where miss.version == version {
        facts.append(told(miss, of: read.id, account.records))
        facts += zombie(version, read, miss)
      }
      if let overlap = overlap(account.service, service) { facts.append(overlap) }
    }
    if missed.count > Self.shown, let quotes = Quotes(missed.map { .version($0) }) {
      facts.append(fact(.read(.moreMissed(read.id, missed.count - Self.shown)), nil, quotes))
    }
    return facts
  }

  private func acknowledged(
    _ version: VersionID, _ write: Replication.Operation, _ service: Service
  ) -> Explanation.Fact {
    let answer = service.answered.map { [$0.entry.quoted] } ?? []
    let isHinted = service.answered?.found == .hinted
    return fact(
      .read(
        .missed(version, write.id, acknowledged: countsAnswers ? Int(write.received) : nil, isHinted: isHinted)),
      write.ended,
      Quotes(.operation(write.id)).adding(answer))
  }

  /// Whether levels ask for numbers of answers, so that something follows from them.
  private var countsAnswers: Bool { timeline.cluster.scheme.features.contains(.quorums) }

  private func told(_ miss: Miss, of read: OperationID, _ records: [Quoted]) -> Explanation.Fact {
    let accepted = catalogue.version(miss.version).accepted
    let acceptance = records.first { if case .accepted(miss.version) = $0.record.what { true } else { false } }
    let (cause, keeper) = miss.culprits(
      accepted: (accepted, acceptance?.id.position ?? miss.position), trail(before: miss.position))
    return fact(
      .miss(miss, of: read, accepted: accepted, cause: cause, keeper: keeper), miss.at,
      Quotes(miss.evidence[0], Array(miss.evidence.dropFirst())).blaming(cause).blaming(keeper))
  }

  /// Why the levels of a write and a read did not make them meet; nil if they had to.
  private func overlap(_ read: Service, _ write: Service) -> Explanation.Fact? {
    guard countsAnswers, let (asked, taken) = need(read), let (acknowledged, accepted) = need(write) else { return nil }
    let owners = timeline.cluster.environment.owners(of: read.operation.key)
    guard Overlap(asked, acknowledged, owners, timeline.cluster.environment).canMiss else {
      let standIns = read.standIns + write.standIns
      var pairs: [StandIn] = []
      for standIn in standIns where !pairs.contains(standIn.found) { pairs.append(standIn.found) }
      return Quotes(standIns.map(\.entry.quoted)).map {
        fact(.read(.apartByStandIns(read.operation.id, write.operation.id, pairs)), nil, $0)
      }
    }
    return fact(
      .read(
        .apart(
          read.operation.id, read: asked, write.operation.id, write: acknowledged, copies: owners.members.count)), nil,
      Quotes(taken, [accepted]))
  }

  /// That a value has come back, because what ended it was purged before this replica heard of it.
  private func zombie(_ version: VersionID, _ read: Replication.Operation, _ miss: Miss) -> [Explanation.Fact] {
    guard catalogue.isDead(version, at: read.clockReading), let died = catalogue.death(of: version),
      read.version != .none
    else { return [] }
    let grace = timeline.cluster.environment.settings.tombstoneGrace
    var timeline = timeline
    timeline.go(to: timeline.moment(at: read.endedAt, time: read.ended))
    let (cluster, position) = (timeline.world.cluster, timeline.position)
    let all = owners(of: read.key)
    // Somebody may hold it for longer, where the grace period was longer when it was looked at.
    guard all.allSatisfy({ cluster.cell(read.key, at: $0).version != version }) else { return [] }
    guard
      all.allSatisfy({ $0 == miss.replica || cluster.turn.isPurgeable(version, at: cluster.reading(of: $0)) })
    else { return [] }
    let copies = all.map { Evidence.copy($0, read.key, position: position) }
    let purged = all.filter { $0 != miss.replica }.compactMap { owner in
      cluster.replicas.clock(of: owner).instant(ofReading: died + grace.microseconds, from: .start)
    }.max()
    let claim = ReadClaim.zombie(
      read.id, grave: version, died: died, grace: grace, miss.replica, read.version, read.key)
    return [
      fact(.read(claim), purged, Quotes(.version(version), copies))
    ] + spread(of: read, timeline)
  }

  /// Whether a repair at that moment would bring a zombie to more copies, tried on a fork.
  private func spread(of read: Replication.Operation, _ timeline: Timeline) -> [Explanation.Fact] {
    let key = catalogue.names.name(of: read.key)
    let all = owners(of: read.key)
    func holders(_ cluster: Cluster) -> Int { all.count { cluster.cell(read.key, at: $0).version == read.version } }
    let pairs = all.indices.flatMap { first in
      all[(first + 1)...].map { Network.Pair(from: all[first], to: $0) }
    }
    let input = Input.repair(pairs, key: key)
    var copy = timeline
    let (before, position) = (holders(copy.world.cluster), copy.position)
    copy.fork("repair")
    copy.makeRoom(at: copy.world.cluster.now)
    copy.perform(input)
    var rest = Fork.horizon
    let end = copy.world.cluster.now + .seconds(60)
    while rest > 0, copy.world.cluster.now < end, holders(copy.world.cluster) < all.count, copy.step() { rest -= 1 }
    let more = holders(copy.world.cluster) - before
    guard more > 0 else { return [] }
    return [
      fact(
        .read(.spreads(read.version, read.key, copies: more)), read.ended, Quotes(.attempt([input], at: position)))
    ]
  }
}

/// Whether a read and a write may have counted different copies, by their levels alone.
struct Overlap {
  private let canBeApart: Bool

  init(_ read: Need, _ write: Need, _ owners: Owners, _ environment: Replication.Environment) {
    let sizes = owners.byRegion.map(\.count)
    var demanded = Array(repeating: 0, count: sizes.count)
    var anywhere = 0
    for need in [read, write] {
      let home = environment.topology.region(of: need.coordinator)
      // A hint is no copy that a read could meet.
      guard let quorum = environment.quorum(need.level, in: home), !quorum.requirement.acceptsHint else { continue }
      switch quorum.requirement.scope {
      case .everywhere: anywhere += need.required
      case .local: demanded[home.index] += need.required
      case .eachRegion: for (index, majority) in quorum.perRegion.enumerated() { demanded[index] += majority }
      }
    }
    canBeApart =
      zip(demanded, sizes).allSatisfy { $0 <= $1 } && demanded.reduce(0, +) + anywhere <= sizes.reduce(0, +)
  }

  /// Whether a read may count none of the copies that acknowledged a write.
  var canMiss: Bool { canBeApart }
}
