import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What a session costs.
struct CostTests {
  private func number(_ fact: String, _ played: Played) throws -> Double {
    let text = try played.fact(fact)
    return try #require(Double(text), "\(fact) is \(text)")
  }

  @Test func aBillIsWhatIsHeldAndMovedTimesItsPrice() throws {
    let played = try play("write cart milk at ALL in us-east-1\nrun 1s")
    let cluster = played.session.cluster
    let bill = Bill(of: cluster)
    // Nine copies of a key of 4 bytes, a value of 4 and a timestamp of 8.
    #expect(bill.storedBytes == 9 * 16)
    // Six requests of 40 + 16 bytes and six acknowledgements of 40 go between regions.
    #expect(bill.transferredBytes == 6 * (56 + 40))
    let month = 30.0 * 24 * 3_600
    let seconds = Double(cluster.now.microseconds) / 1e6
    let prices = Prices.standard
    let storage = 144 / 1e9 * prices[.storage].dollars
    let transfer = 576 / seconds * month / 1e9 * prices[.transfer].dollars
    let compute = 9 * prices[.replica].dollars
    let expected = [
      ("cost.total", storage + transfer + compute), ("cost(transfer)", transfer), ("cost(compute)", compute),
      ("cost(people)", 4 * prices[.person].dollars / 12),
    ]
    for (fact, dollars) in expected {
      let billed = try number(fact, played)
      #expect(abs(billed - dollars) < 1e-5, "\(fact)")
    }
  }

  @Test func nothingIsBilledBeforeTimeHasPassedOrForStatesNobodyGave() throws {
    #expect(try play("seed 2").fact("cost.total") == "none")
    #expect(try play("seed 2").fact("cost(transfer)") == "none")
    let two = try play("cluster us-east-1:3 eu-west-1:3 rf=3\nwrite cart milk")
    #expect(try two.fact("cost(people)") == "none")
    #expect(try number("cost(compute)", two) == 6 * Prices.standard[.replica].dollars)
  }

  @Test func tombstonesAreKeptButAreNoItems() throws {
    let written = try play("write a 1 at ALL\nwrite b 2 at ALL\nrun 1s")
    #expect(try written.fact("table.items") == "2")
    #expect(try written.fact("table.bytes") == "\(2 * (1 + 1 + 8))")
    let deleted = try play("write a 1 at ALL\nwrite b 2 at ALL\ndelete b at ALL\nrun 1s")
    #expect(try deleted.fact("table.items") == "1")
    // A tombstone has a key and a timestamp.
    #expect(Bill(of: deleted.session.cluster).storedBytes == 9 * (10 + 9))
  }

  @Test func cachesKeepNothingOnDisk() throws {
    let played = try play(
      "cluster us-east-1:4 eu-west-1:4 scheme=primary-cache\nwrite a 1\nread a\nrun 1s")
    #expect(Bill(of: played.session.cluster).storedBytes == 2 * 10)
  }

  @Test func logsKeepEveryRecord() throws {
    let played = try play("cluster us-east-1:3 rf=3 scheme=log\nwrite a 1\nwrite a 2\nrun 1s")
    #expect(Bill(of: played.session.cluster).storedBytes == 3 * 2 * 10)
  }

  @Test func unitsAreConsumedAsATableIsCharged() throws {
    let start = "cluster us-east-1:3 rf=3 scheme=streams\n"
    let value = String(repeating: "x", count: 1_100)
    let played = try play(start + "write a \(value)\nwrite b 1\nread a at STRONG\nread b\nread c\nrun 1s")
    // 1,101 bytes are two units, 2 bytes one.
    #expect(try played.fact("units.written") == "3")
    // 1 at STRONG, a half each at EVENTUAL, what is missing included.
    #expect(try played.fact("units.read") == "2")
    #expect(throws: (any Error).self) { try play("expect units.read == 0") }
  }

  @Test func costsStandByThemselves() throws {
    #expect(!FactCatalog.numeric.contains { $0.isOfCost })
    let played = try play("write cart milk\nrun 1s\nshow cost")
    #expect(played.shown.contains { $0.contains("without people") })
    #expect(played.json.contains { $0.hasPrefix(#"{"kind":"cost","time":"#) })
    #expect(played.shown.allSatisfy { TextWidth.of($0) <= 80 })
  }

  @Test func aPartThatIsNoneIsNamedWithTheNearest() {
    let sentence = refusal(of: "expect cost(stroage) > 1", after: "")
    #expect(sentence?.contains("did you mean storage") == true, "\(sentence ?? "nothing")")
  }
}

/// What is stated of costs, and what comes of it.
struct StatedCostTests {
  private let costs = StatedCosts.standard

  @Test func theColumnsAddUp() {
    #expect(costs.totals == [32_000, 95_000, 180_000])
    #expect(costs.yearlyDifference(costs.totals) == 1_776_000)
    #expect(costs.yearlyDifference(costs.storage) == 480_000)
    #expect(costs.yearlyDifference(costs.bandwidth) == 456_000)
    #expect(costs.yearlyDifference(costs.compute) == 840_000)
    #expect(costs.yearlyDifference(costs.salaries).rounded() == 800_000)
    #expect(costs.column(ofRegions: 2) == nil)
    #expect(costs.column(ofRegions: 4) == nil)
  }

  @Test func whatDoesNotFollowIsSaid() {
    func claim(_ words: String) -> StatedCosts.Claim? { costs.claims.first { $0.stated.contains(words) } }
    let expected: [(String, Bool, String)] = [
      ("totals", true, "$1.776M"), ("storage +300%", false, "$480K"), ("bandwidth +500%", false, "+650%"),
      ("bandwidth +500%", false, "+1900%"), ("engineering", true, "$800K"), ("$3.1M", false, "$2.576M"),
      ("$3.1M", false, "$3.032M"), ("48 times", false, "= 58.2"), ("48 times", false, "48.4"),
      ("three weeks", false, "7.5 days"), ("+30%", false, "+200%"), ("two to three", true, "3"),
    ]
    for (words, agrees, figure) in expected {
      #expect(claim(words)?.agrees == agrees, "\(words)")
      #expect(claim(words)?.arithmetic.contains(figure) == true, "\(words): \(claim(words)?.arithmetic ?? "")")
    }
    #expect(costs.lines.allSatisfy { TextWidth.of($0) <= 80 })
  }
}

/// Files of prices.
struct PriceFileTests {
  @Test func whatAFileLeavesOutStays() throws {
    let prices = try Prices(reading: "storage: {price: 0.08, origin: a list}\n", of: "p.yaml")
    #expect(prices[.storage] == Prices.Price(dollars: 0.08, origin: "a list"))
    #expect(prices[.transfer] == Prices.standard[.transfer])
    let plain = try Prices(reading: "origin: ours\ntransfer: 1\nreplica: 2.5\n", of: "p.yaml")
    #expect(plain[.transfer] == Prices.Price(dollars: 1, origin: "ours"))
    #expect(plain[.replica] == Prices.Price(dollars: 2.5, origin: "ours"))
  }

  @Test func allThatShipHaveAnOrigin() {
    for item in Prices.Item.allCases {
      #expect(!Prices.standard[item].origin.isEmpty)
      #expect(Prices.standard[item].dollars > 0)
    }
  }

  @Test(arguments: [
    ("origin: x\nstorag: 1\n", 2, 1, "storage"), ("storage: 1\n", 1, 10, "origin"),
    ("origin: x\ntransfer: -1\n", 2, 11, "$/GB"),
    ("origin: x\ntransfer: much\n", 2, 11, "$/GB"), ("storage:\n  price: 1\n  orign: x\n", 3, 3, "origin"),
    ("storage:\n  origin: x\n", 2, 3, "price"), ("- 1\n", 1, 1, "mapping"), ("", 1, 1, "mapping"),
    ("origin: x\nstorage: [1\n", 3, 1, "YAML"), ("origin: x\nstorage: .inf\n", 2, 10, "$/GB-month"),
    ("origin: x\nstorage: 1\nstorage: 2\n", 2, 1, "storage"),
  ])
  func whatIsWrongIsNamedWithItsPlace(text: String, line: Int, column: Int, words: String) {
    do {
      _ = try Prices(reading: text, of: "p.yaml")
      Issue.record("\(text) was read")
    } catch {
      #expect(error.line.number == line, "\(error.sentence)")
      #expect(error.span.start + 1 == column, "\(error.sentence)")
      #expect(words.isEmpty || "\(error)".contains(words) || error.sentence.contains(words), "\(error.sentence)")
    }
  }
}
