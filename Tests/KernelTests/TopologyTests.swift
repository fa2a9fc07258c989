import Kernel
import Testing

@Suite struct TopologyTests {
  private func names(_ regions: (String, Int)...) -> [String] {
    Topology(regions: regions.map { (name: $0.0, replicas: $0.1) }).replicas.map(\.name)
  }

  @Test func shortNamesAreTheRegionsFirstPartAndANumber() {
    #expect(names(("us-east-1", 2), ("eu-west-1", 1)) == ["us1", "us2", "eu1"])
  }

  @Test func regionsThatShareTheFirstPartTakeTheSecondPartsInitial() {
    #expect(names(("us-east-1", 1), ("us-west-2", 1), ("ap-south-1", 1)) == ["use1", "usw1", "ap1"])
  }

  @Test func whereThatCollidesTooOnlyTheLongNameIsLeft() {
    #expect(names(("us-east-1", 1), ("us-east-2", 2)) == ["us-east-1/1", "us-east-2/1", "us-east-2/2"])
    #expect(names(("a", 11), ("a1", 1)).contains("a/11"))
  }

  @Test func somethingIsAboutTheRegionOfWhoSeesToItOrOfWhoAsked() {
    let topology = Topology(regions: [(name: "us-east-1", replicas: 3), (name: "eu-west-1", replicas: 3)])
    #expect(topology.home(of: ReplicaID(4), askedFrom: RegionID(0)) == RegionID(1))
    #expect(topology.home(of: .none, askedFrom: RegionID(0)) == RegionID(0))
  }

  @Test func bothNamesFindAReplica() {
    let topology = Topology(regions: [(name: "us-east-1", replicas: 3), (name: "eu-west-1", replicas: 3)])
    #expect(topology.replica(named: "eu2") == ReplicaID(4))
    #expect(topology.replica(named: "eu-west-1/2") == ReplicaID(4))
    let wrongNames = ["eu4", "eu-west-1/0", "eu-west-1/4", "eu-west-1/", "/1", "", "mars1", "eu1/99999999999999999999"]
    for wrong in wrongNames {
      #expect(topology.replica(named: wrong) == nil)
    }
  }
}
