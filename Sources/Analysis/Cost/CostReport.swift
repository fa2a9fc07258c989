import Insight
import Kernel
import Language
import Replication

/// What a session costs a month, with the arithmetic.
public struct CostReport: Sendable {
  /// The bill.
  public let bill: Bill
  private let table: (items: Int, bytes: Int)
  /// What was used of a table's capacity; nil where there is none.
  private let units: (read: Double, written: Double)?
  private let now: Instant

  /// The costs at the instant of some facts.
  public init(in facts: FactContext, prices: Prices = .standard) {
    let cluster = facts.cluster
    bill = Bill(of: cluster, prices: prices, operations: facts.tally.ended)
    table = cluster.tableSize
    units = cluster.scheme.features.contains(.streams) ? facts.consumedUnits : nil
    now = cluster.now
  }

  /// The bill as a table, then what it says besides.
  public var lines: [String] {
    var rows = [["", "a month", "", "how"]]
    rows += CostComponent.allCases.filter { $0 != .people }.map { row($0.rawValue, bill.dollars($0), how($0)) }
    rows.append(row("total", bill.total, "without people"))
    rows.append(row("people", bill.dollars(.people), how(.people)))
    if let total = bill.total, let people = bill.dollars(.people) {
      rows.append(row("total", total + people, "with people"))
    }
    let table = Listing.table(rows.map { [$0[0], $0[1], $0[3]] }, right: [1]).flatMap { wrapped($0) }
    return table + [""] + remarks.flatMap { TextWrap.lines($0, width: 78) }
  }

  private func row(_ name: String, _ amount: Double?, _ how: String) -> [String] {
    [name, amount.map(Quantity.dollars) ?? "–", "", how]
  }

  /// A row whose last cell goes on below itself.
  private func wrapped(_ line: String) -> [String] {
    TextWidth.of(line) <= 78 ? [line] : TextWrap.lines(line, width: 78)
  }

  private func how(_ component: CostComponent) -> String {
    let prices = bill.prices
    func price(_ item: Prices.Item) -> String { "$\(Quantity.number(prices[item].dollars))" }
    switch component {
    case .storage: return "\(Quantity.size(bill.storedBytes)) in all copies now, \(price(.storage)) a GB"
    case .transfer:
      guard let gigabytes = bill.transferredGigabytes else { return "no time has passed yet" }
      return "\(Quantity.size(bill.transferredBytes)) in \(Quantity.text(bill.elapsed)): "
        + "\(Quantity.figure(gigabytes)) GB a month, \(price(.transfer)) each"
    case .compute: return "\(CountedNoun("replica").text(bill.replicas)), \(price(.replica)) each"
    case .people:
      guard let people = bill.people else { return "stated for one, three and five regions only" }
      return "\(people) as stated for \(CountedNoun("region").text(bill.regions)), "
        + "\(Quantity.dollars(prices[.person].dollars)) a year each"
    }
  }

  private var remarks: [String] {
    var remarks: [String] = []
    if let million = bill.perMillionOperations, let operations = bill.monthlyOperations {
      remarks.append(
        "A million operations cost \(Quantity.dollars(million)): "
          + "\(Quantity.grouped(Int64(operations.rounded()))) would end in a month at this pace.")
    }
    var dials = "Table: \(CountedNoun("item").text(table.items)), \(Quantity.size(table.bytes))."
    if let units {
      dials +=
        " Consumed units: \(Quantity.number(units.read, decimals: 1)) read, "
        + "\(Quantity.number(units.written, decimals: 1)) written."
    }
    remarks.append(dials)
    remarks.append("A month has 30 days, a GB 10⁹ bytes. What goes between regions is billed once, to its sender.")
    return remarks + bill.prices.sentences
  }

  /// The same as a line of JSON; dollars a month.
  public var json: String {
    func number(_ value: Double?) -> JSONText { value.map { .number($0) } ?? .null }
    let components = CostComponent.allCases.map { JSONText.Field($0.rawValue, number(bill.dollars($0))) }
    let consumed: [JSONText.Field] =
      units.map { [.init("unitsRead", .number($0.read)), .init("unitsWritten", .number($0.written))] } ?? []
    let prices = Prices.Item.allCases.map { item in
      JSONText.Field(
        item.rawValue,
        .object([
          .init("price", .number(bill.prices[item].dollars)), .init("unit", .string(item.unit)),
          .init("origin", .string(bill.prices[item].origin)),
        ]))
    }
    let both = bill.total.flatMap { total in bill.dollars(.people).map { total + $0 } }
    return JSONText.object(
      [.init("kind", .string("cost")), .init("time", .integer(now.microseconds))] + components + [
        .init("total", number(bill.total)), .init("totalWithPeople", number(both)),
        .init("regions", .integer(Int64(bill.regions))), .init("replicas", .integer(Int64(bill.replicas))),
        .init("storedBytes", .integer(Int64(bill.storedBytes))),
        .init("transferredBytes", .integer(Int64(bill.transferredBytes))),
        .init("operations", .integer(Int64(bill.operations))),
        .init("perMillionOperations", number(bill.perMillionOperations)),
        .init("items", .integer(Int64(table.items))), .init("tableBytes", .integer(Int64(table.bytes))),
      ] + consumed + [.init("prices", .object(prices))]
    ).text
  }
}
