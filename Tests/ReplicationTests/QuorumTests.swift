import Kernel
import Testing

@testable import Replication

/// The arithmetic of levels: `semantics.md` §1.1.
@Suite struct QuorumTests {
  private let us = RegionID(0)

  @Test(arguments: [
    ([1], 1), ([2], 2), ([3], 2), ([4], 3), ([5], 3), ([6], 4), ([7], 4), ([3, 3, 3], 5), ([3, 3], 4), ([3, 2], 3),
  ]) func aQuorumIsMoreThanHalfOfAllCopies(factors: [Int], needed: Int) {
    #expect(Quorum(.quorum, factors: factors, region: us)?.required == needed)
    // What may be down: all but a quorum.
    #expect(factors.reduce(0, +) - needed == (factors.reduce(0, +) - 1) / 2)
  }

  @Test(arguments: [
    ([1], [1]), ([2], [2]), ([3], [2]), ([4], [3]), ([5], [3]), ([6], [4]), ([7], [4]), ([3, 3, 3], [2, 2, 2]),
    ([3, 3], [2, 2]), ([3, 2], [2, 2]), ([3, 0], [2, 0]),
  ]) func eachQuorumIsAMajorityOfEveryRegionThatHasCopies(factors: [Int], needed: [Int]) throws {
    let quorum = try #require(Quorum(.eachQuorum, factors: factors, region: us))
    #expect(quorum.perRegion == needed)
    #expect(quorum.required == needed.reduce(0, +))
  }

  @Test func theOthersCountCopiesOrTheCoordinatorsRegion() {
    let factors = [3, 2]
    func required(_ level: ConsistencyLevel, _ region: Int) -> Int? {
      Quorum(level, factors: factors, region: RegionID(region))?.required
    }
    #expect([.any, .one, .two, .three, .all].map { required($0, 0) } == [1, 1, 2, 3, 5])
    #expect([.localOne, .localQuorum].map { required($0, 0) } == [1, 2])
    #expect([.localOne, .localQuorum].map { required($0, 1) } == [1, 2])
    #expect(Quorum(.localQuorum, factors: [5, 1], region: us)?.required == 3)
    #expect(Quorum(.localQuorum, factors: [5, 0], region: RegionID(1))?.required == 1)
  }

  /// Two levels whose answers add up to more than the copies have one copy in common.
  @Test func quorumsMeet() throws {
    for factors in [[1], [2], [3], [4], [5], [3, 3, 3], [3, 2], [1, 5], [2, 2, 2, 1]] {
      let copies = factors.reduce(0, +)
      let quorum = try #require(Quorum(.quorum, factors: factors, region: us)).required
      let each = try #require(Quorum(.eachQuorum, factors: factors, region: us)).required
      #expect(2 * quorum > copies, "\(factors)")
      #expect(each >= quorum, "a majority of every region is a majority: \(factors)")
    }
  }

  private let topology = Topology(regions: [("us-east-1", 3), ("eu-west-1", 3), ("ap-south-1", 3)])

  private func owners(_ topology: Topology, _ factors: [Int]) -> Owners {
    let placement = Placement(topology: topology, factors: factors)
    return placement.owners[placement.owners(ofKey: "cart")]
  }

  private func ids(_ numbers: Int...) -> ReplicaSet { ReplicaSet(numbers.map(ReplicaID.init)) }

  @Test func aShortageNamesWhatIsNeededAndWhatThereIs() {
    let factors = [3, 3, 3]
    let owners = owners(topology, factors)
    func shortage(_ level: ConsistencyLevel, _ alive: ReplicaSet) -> Quorum.Shortage? {
      Quorum(level, factors: factors, region: us)?.shortage(alive: alive, owners: owners, region: us)
    }
    let noEurope = ids(0, 1, 2, 6, 7, 8)
    #expect(shortage(.quorum, noEurope) == nil)
    #expect(shortage(.localQuorum, noEurope) == nil)
    #expect(shortage(.eachQuorum, noEurope) == Quorum.Shortage(required: 2, alive: 0, region: RegionID(1)))
    #expect(shortage(.all, noEurope) == Quorum.Shortage(required: 9, alive: 6, region: nil))
    #expect(shortage(.quorum, ids(0, 1, 2)) == Quorum.Shortage(required: 5, alive: 3, region: nil))
    #expect(shortage(.localOne, ids(3, 4, 5)) == Quorum.Shortage(required: 1, alive: 0, region: nil))
    #expect(shortage(.one, ids(3)) == nil)
    #expect(shortage(.any, ReplicaSet()) == nil)
  }

  @Test func aReadAsksTheNearestOfThoseAlive() {
    let factors = [3, 3, 3]
    let owners = owners(topology, factors)
    let nearest = [1, 0, 2, 4, 3, 5, 6, 7, 8].map(ReplicaID.init)
    func contacts(_ level: ConsistencyLevel, alive: ReplicaSet) -> [Int]? {
      Quorum(level, factors: factors, region: us)?
        .contacts(alive: alive, owners: owners, region: us, nearest: nearest).map(\.index)
    }
    let all = topology.everyone
    #expect(contacts(.one, alive: all) == [1])
    #expect(contacts(.quorum, alive: all) == [1, 0, 2, 4, 3])
    #expect(contacts(.localQuorum, alive: all) == [1, 0])
    #expect(contacts(.eachQuorum, alive: all) == [1, 0, 4, 3, 6, 7])
    #expect(contacts(.quorum, alive: all.subtracting(ids(1, 4))) == [0, 2, 3, 5, 6])
    #expect(contacts(.localQuorum, alive: all.subtracting(ids(0))) == [1, 2])
    #expect(contacts(.one, alive: ids(8)) == [8])
  }

  @Test func aLevelOfAnotherSchemeCountsNoAnswers() {
    #expect(Quorum(.fixed, factors: [3], region: us) == nil)
    #expect(SchemeSpecification.leaderless.levels(of: .write).allSatisfy { $0.requirement != nil })
    #expect(SchemeSpecification.leaderless.levels(of: .read).allSatisfy { $0.requirement != nil })
  }

  /// Of all choices of owners that suffice for a level, one by one.
  @Test(arguments: [[3], [2, 2], [3, 1], [1, 2, 2]])
  func copiesThatMustBeMetAreInEveryChoiceThatSuffices(factors: [Int]) throws {
    let topology = Topology(regions: factors.enumerated().map { ("r\($0.offset)", $0.element) })
    let owners = owners(topology, factors)
    for level in SchemeSpecification.leaderless.levels(of: .read) {
      let quorum = try #require(Quorum(level, factors: factors, region: us))
      for bits in 0..<1 << owners.members.count {
        let copies = ReplicaSet(owners.members.filter { bits >> $0.index & 1 == 1 })
        let choices = (0..<1 << owners.members.count).map { choice in
          ReplicaSet(owners.members.filter { choice >> $0.index & 1 == 1 })
        }.filter { quorum.shortage(alive: $0, owners: owners, region: us) == nil }
        let isInAll = choices.allSatisfy { !$0.intersection(copies).isEmpty }
        #expect(quorum.mustMeet(copies, owners: owners, region: us) == isInAll, "\(level) \(factors) \(bits)")
      }
    }
  }
}
