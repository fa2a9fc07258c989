import Kernel
import TestSupport
import Testing

@testable import Replication

/// Rows, whose columns are merged one by one (Cassandra's `db/rows/Cells`, `db/DeletionTime`): `semantics.md` §3.3, §5.1, and the row
/// without its author (Discord, 2017: `contract.md` §5.1).
@Suite struct RowTests {
  private func cell(_ column: String, _ value: String?, _ timestamp: Int64, death: Int64? = nil) -> Row.Cell {
    Row.Cell(column: column, value: value, timestamp: timestamp, death: value == nil ? death ?? timestamp : death)
  }

  private func text(_ row: Row, at reading: Int64 = 0) -> String {
    row.living(at: reading).map { "\($0.column)=\($0.value ?? "")" }.joined(separator: " ")
  }

  // MARK: How columns are merged

  @Test func aLaterWriteOfAColumnCountsInWhateverOrderTheyCome() {
    for cells in [[cell("a", "1", 1), cell("a", "2", 2)], [cell("a", "2", 2), cell("a", "1", 1)]] {
      var row = Row()
      for cell in cells { row.write(cell) }
      #expect(text(row) == "a=2")
    }
  }

  @Test("H02 to H06 · a tie goes to a tombstone, then to what expires, the later death, the larger bytes")
  func ties() {
    let ranked = [
      cell("a", "x", 10), cell("a", "zzz", 10), cell("a", "a", 10, death: 90), cell("a", "b", 10, death: 90),
      cell("a", "a", 10, death: 95), cell("a", nil, 10, death: 20), cell("a", "a", 11),
    ]
    for (place, first) in ranked.enumerated() {
      for (other, second) in ranked.enumerated() { #expect(first.wins(over: second) == (place > other)) }
    }
  }

  @Test func aRowsDeleteHidesWhatIsAsOldOrOlderAlsoWhatComesLater() {
    var row = Row()
    row.write(cell("author", "Ann", 5))
    row.delete(Row.Deletion(timestamp: 10, at: 10))
    row.write(cell("text", "hi", 10))
    #expect(text(row).isEmpty && row.cells.isEmpty)
    row.write(cell("text", "edited", 11))
    #expect(text(row) == "text=edited")
    row.delete(Row.Deletion(timestamp: 7, at: 7))
    #expect(text(row) == "text=edited" && row.deletion?.timestamp == 10)
  }

  @Test func aColumnThatExpiresIsGoneByTheReadersClock() {
    var row = Row()
    row.write(cell("a", "1", 1))
    row.write(cell("b", "2", 1, death: 50))
    #expect(text(row, at: 49) == "a=1 b=2" && text(row, at: 50) == "a=1")
    #expect(row.tombstones(at: 49) == 0 && row.tombstones(at: 50) == 1)
  }

  @Test("Cells.reconcile per column: two inserts at one timestamp can make a row that nobody wrote")
  func aRowNobodyWrote() {
    var first = Row()
    var second = Row()
    for (column, value) in [("a", "2"), ("b", "1")] { first.write(cell(column, value, 5)) }
    for (column, value) in [("a", "1"), ("b", "2")] { second.write(cell(column, value, 5)) }
    first.merge(second)
    #expect(text(first) == "a=2 b=2")
  }

  // MARK: In a cluster

  private func three(_ settings: Setting...) -> Cluster {
    var cluster = Cluster.ofRegions(3, with: [.detector(.oracle)] + settings)
    cluster.apply(.type("user:7", .row))
    return cluster
  }

  private func shown(_ cluster: Cluster, by replica: Int) -> String? {
    guard let key = cluster.catalogue.names.key(named: "user:7") else { return nil }
    let version = cluster.cell(key, at: ReplicaID(replica)).version
    return cluster.catalogue.state(of: version)?.row.map { text($0, at: cluster.now.microseconds) }
  }

  @Test func columnsAreWrittenByTheirNames() {
    var cluster = three()
    #expect(cluster.column(named: "user:7.name").map { [$0.row, $0.column] } == ["user:7", "name"])
    #expect(cluster.column(named: "user:7") == nil && cluster.column(named: "user:8.name") == nil)
    #expect(cluster.column(named: "user:7.") == nil)
    cluster.ask(.write, "Ann", of: "user:7.author", at: .all, via: 0)
    cluster.ask(.write, "a=b", of: "user:7.text", at: .all, via: 1)
    cluster.pass(.seconds(1))
    #expect((0..<3).allSatisfy { shown(cluster, by: $0) == "author=Ann text=a=b" })
    let delete = cluster.ask(.delete, of: "user:7.text", at: .all, via: 2)
    cluster.pass(.seconds(1))
    #expect(shown(cluster, by: 0) == "author=Ann")
    let asked = cluster.end(of: delete).map { cluster.subject(of: $0) }
    #expect(asked?.key == "user:7.text" && asked?.value == nil)
    cluster.ask(.delete, of: "user:7", at: .all, via: 2)
    cluster.pass(.seconds(1))
    #expect(shown(cluster, by: 0) == "" && cluster.isConverged && cluster.broken == nil)
  }

  @Test func whatIsWrittenOnTwoSidesOfACutIsMergedColumnByColumn() {
    var cluster = three()
    cluster.ask(.write, "Ann", of: "user:7.author", at: .all, via: 0)
    cluster.pass(.seconds(1))
    cluster.apply(.fault(.cut([Cluster.links(from: 0, to: 1, 2, bothWays: true)])))
    cluster.ask(.write, "red", of: "user:7.colour", at: .one, via: 0)
    cluster.ask(.write, "Oslo", of: "user:7.town", at: .one, via: 1)
    cluster.pass(.seconds(1))
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(60))
    #expect((0..<3).allSatisfy { shown(cluster, by: $0) == "author=Ann colour=red town=Oslo" })
  }

  @Test("an edit that races a delete leaves a row without its author")
  func theRowWithoutItsAuthor() {
    var cluster = three()
    cluster.ask(.write, "Ann", of: "user:7.author", at: .all, via: 0)
    cluster.ask(.write, "hi", of: "user:7.text", at: .all, via: 0)
    cluster.pass(.seconds(1))
    cluster.ask(.delete, of: "user:7", at: .one, via: 0)
    cluster.pass(.milliseconds(1))
    cluster.ask(.write, "hi!", of: "user:7.text", at: .one, via: 2)
    cluster.pass(.seconds(60))
    #expect((0..<3).allSatisfy { shown(cluster, by: $0) == "text=hi!" })
  }

  @Test func aLimitedLifeAndATimestampAreAColumns() {
    var cluster = three()
    var plan = OperationPlan(kind: .write, key: "user:7.code", value: "1234", level: .all, client: ClientID(0))
    plan.lifetime = .seconds(10)
    cluster.apply(.operate(plan))
    plan = OperationPlan(
      kind: .write, key: "user:7.author", value: "Ann", level: .all, client: ClientID(0), timestamp: 5)
    cluster.apply(.operate(plan))
    cluster.pass(.seconds(9))
    #expect(shown(cluster, by: 1) == "author=Ann code=1234")
    plan = OperationPlan(
      kind: .write, key: "user:7.author", value: "Bob", level: .all, client: ClientID(0), timestamp: 4)
    cluster.apply(.operate(plan))
    cluster.pass(.seconds(2))
    #expect(shown(cluster, by: 1) == "author=Ann")
  }

  // MARK: A page of rules

  @Test("Rows do what the rules say, on random histories", arguments: 0..<8)
  func model(batch: Int) {
    for seed in batch * 30..<batch * 30 + 30 { compare(seed: seed) }
  }

  /// All writes of a row, in no order: of each column the highest counts that the highest delete doesn't hide.
  private struct Model {
    var cells: [(column: String, value: String?, timestamp: Int64)] = []
    var deleted: Int64 = .min

    var text: String {
      Set(cells.map(\.column)).sorted().compactMap { column in
        cells.filter { $0.column == column && $0.timestamp > deleted }.max { $0.timestamp < $1.timestamp }.flatMap {
          cell in
          cell.value.map { "\(column)=\($0)" }
        }
      }.joined(separator: " ")
    }
  }

  private func compare(seed: Int) {
    var (cluster, dice, model) = (three(), Dice(seed: seed), Model())
    (cluster.isTracing, cluster.isDetailed, cluster.isScrutinized) = (false, false, seed % 10 == 0)
    // Every timestamp once, in any order.
    var timestamps = (1...20).map { Int64($0) * 10 }
    timestamps.shuffle(using: &dice)
    for (number, timestamp) in timestamps.enumerated() {
      let coordinator = dice.roll(below: 3)
      let column = ["a", "b", "c"][dice.roll(below: 3)]
      var plan = OperationPlan(
        kind: .write, key: "user:7.\(column)", value: "\(number)", level: .one, client: ClientID(0),
        coordinator: ReplicaID(coordinator), timestamp: timestamp)
      switch dice.roll(below: 6) {
      case 0:
        (plan.kind, plan.key, plan.value) = (.delete, "user:7", nil)
        model.deleted = max(model.deleted, timestamp)
      case 1:
        (plan.kind, plan.value) = (.delete, nil)
        model.cells.append((column, nil, timestamp))
      default: model.cells.append((column, "\(number)", timestamp))
      }
      cluster.apply(.operate(plan))
      if dice.roll(below: 3) == 0 {
        cluster.apply(.fault(.cut([Cluster.links(from: coordinator, to: dice.roll(below: 3))])))
      }
      if dice.roll(below: 3) == 0 { cluster.apply(.fault(.healAll)) }
      cluster.pass(.milliseconds(Int64(dice.roll(below: 3))))
    }
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(120))
    let held = (0..<3).map { shown(cluster, by: $0) }
    #expect(held.allSatisfy { $0 == model.text } && cluster.isConverged, "seed \(seed): \(held), not \(model.text)")
  }
}
