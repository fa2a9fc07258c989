import Language

/// The cost of one, three and five regions as it is stated for a production system, and what is said to come of it.
///
/// The figures are those of the documents that the profiles were made from; all else is worked out from them.
public struct StatedCosts: Hashable, Sendable {
  /// How many regions each column is for.
  public let regions: [Int]
  /// Dollars a month.
  public let storage: [Double]
  /// Dollars a month.
  public let bandwidth: [Double]
  /// Dollars a month.
  public let compute: [Double]
  /// Those who operate it.
  public let people: [Int]
  /// What one of them costs a year, in dollars.
  public let person: Double
  /// What the value is put at: downtime that doesn't happen, and hours of recovery that aren't lost; dollars a year.
  public let value: [Double]

  /// The table as stated.
  public static let standard = StatedCosts(
    regions: [1, 3, 5], storage: [10_000, 30_000, 50_000], bandwidth: [2_000, 15_000, 40_000],
    compute: [20_000, 50_000, 90_000], people: [2, 4, 6], person: Prices.standard[.person].dollars,
    value: [50_000_000, 100_000_000])

  /// Which column is for so many regions; nil if none is. Between columns nothing is made up.
  public func column(ofRegions count: Int) -> Int? { regions.firstIndex(of: count) }

  /// Dollars a month without people.
  public var totals: [Double] { regions.indices.map { storage[$0] + bandwidth[$0] + compute[$0] } }

  /// Dollars a month for people.
  public var salaries: [Double] { people.map { Double($0) * person / 12 } }

  /// What the last column costs more than the first, in a year.
  public func yearlyDifference(_ monthly: [Double]) -> Double { ((monthly.last ?? 0) - (monthly.first ?? 0)) * 12 }

  /// By what share a column is above the first.
  public func growth(_ values: [Double], _ column: Int) -> Double { values[column] / values[0] - 1 }
}

extension StatedCosts {
  /// Something that is said of the costs, beside what the table gives.
  public struct Claim: Hashable, Sendable {
    /// As it is stated.
    public let stated: String
    /// How it is worked out from the table.
    public let arithmetic: String
    /// Whether the two agree.
    public let agrees: Bool
  }

  /// What is added a year by five regions in place of one, without people; with them; and with bandwidth counted twice.
  private var additional: (infrastructure: Double, all: Double, stated: Double) {
    let infrastructure = yearlyDifference(totals)
    let all = infrastructure + yearlyDifference(salaries)
    return (infrastructure, all, all + yearlyDifference(bandwidth))
  }

  /// The claims, each with its arithmetic.
  public var claims: [Claim] {
    func short(_ amount: Double) -> String { Quantity.shortDollars(amount) }
    func percent(_ values: [Double], _ column: Int) -> String {
      "+\(Quantity.number(growth(values, column) * 100, decimals: 0))%"
    }
    func difference(_ values: [Double]) -> String {
      "(\(short(values[2])) − \(short(values[0]))) × 12 = \(short(yearlyDifference(values)))"
    }
    func times(_ value: Double) -> String { Quantity.number(value, decimals: 1) }
    let heads = people.map(Double.init)
    let (infrastructure, all, twice) = additional
    let gain = value.reduce(0, +)
    func days(_ cost: Double) -> Double { cost / gain * 365 }
    let statedDays = 21.0
    return [
      Claim(
        stated: "totals of \(totals.map(short).joined(separator: ", ")) a month, +$1.78M a year",
        arithmetic: "the columns add up; \(difference(totals))",
        agrees: (infrastructure / 1e4).rounded() == 178),
      Claim(
        stated: "storage +300% ($1.8M)",
        arithmetic:
          "\(percent(storage, 1)) for three regions, \(percent(storage, 2)) for five; \(difference(storage)). "
          + "$1.8M is all infrastructure, \(short(infrastructure)), bandwidth included",
        agrees: growth(storage, 1) == 3 || growth(storage, 2) == 3),
      Claim(
        stated: "bandwidth +500% ($456K)",
        arithmetic:
          "\(percent(bandwidth, 1)) for three regions, \(percent(bandwidth, 2)) for five; \(difference(bandwidth))",
        agrees: growth(bandwidth, 1) == 5 || growth(bandwidth, 2) == 5),
      Claim(
        stated: "engineering +200% ($800K)",
        arithmetic:
          "\(percent(heads, 2)); (\(people[2]) − \(people[0])) × \(short(person)) = \(short(yearlyDifference(salaries)))",
        agrees: growth(heads, 2) == 2 && (yearlyDifference(salaries) / 1e3).rounded() == 800),
      Claim(
        stated: "$3.1M more a year",
        arithmetic: "\(short(infrastructure)) + \(short(yearlyDifference(salaries))) = \(short(all)); "
          + "with the \(short(yearlyDifference(bandwidth))) of bandwidth counted twice \(short(twice))",
        agrees: (all / 1e5).rounded() == 31),
      Claim(
        stated: "a return of 48 times",
        arithmetic: "\(value.map(short).joined(separator: " + ")) = \(short(gain)); \(short(gain)) ÷ $3.1M = "
          + "\(times(gain / 3.1e6)), but ÷ \(short(all)) = \(times(gain / all))",
        agrees: (gain / all).rounded() == 48),
      Claim(
        stated: "paid back in three weeks",
        arithmetic: "$3.1M ÷ \(short(gain)) × 365 = \(times(days(3.1e6))) days, "
          + "with \(short(all)) \(times(days(all))); a payback of \(times(statedDays)) days would take a value of "
          + short(all * 365 / statedDays),
        agrees: days(all).rounded() == statedDays),
      Claim(
        stated: "storage +30% for three copies",
        arithmetic: "three copies in place of one are \(percent([1, 2, 3], 2))", agrees: false),
      Claim(
        stated: "replication between regions costs two to three times as much",
        arithmetic: "\(short(totals[1])) ÷ \(short(totals[0])) = \(times(totals[1] / totals[0])) for three regions; "
          + "for five \(times(totals[2] / totals[0]))",
        agrees: (2...3).contains(totals[1] / totals[0])),
      Claim(
        stated: "99.99% in place of 99.9% avoids \(short(value[0])) of downtime",
        arithmetic: "0.09% of a year are \(times(0.0009 * 365 * 24)) hours, so an hour is put at "
          + short(value[0] / (0.0009 * 365 * 24)), agrees: true),
    ]
  }

  /// The table, then each claim with its arithmetic and whether it adds up; in at most 80 columns.
  public var lines: [String] {
    func row(_ name: String, _ values: [Double]) -> [String] {
      [name] + values.map(Quantity.shortDollars) + ["+" + Quantity.shortDollars(yearlyDifference(values))]
    }
    let header = ["as stated, a month"] + regions.map { CountedNoun("region").text($0) } + ["a year more"]
    let heads = ["people"] + people.map { "\($0)" } + ["+" + Quantity.shortDollars(yearlyDifference(salaries))]
    let table = Listing.table(
      [header, row("storage", storage), row("bandwidth", bandwidth), row("compute", compute)]
        + [row("total without people", totals), heads], right: [1, 2, 3, 4])
    return table + ["", "What is said to come of it, and what the table gives:"]
      + claims.flatMap { claim in
        TextWrap.lines("\(claim.stated): \(claim.arithmetic).", width: 76).enumerated().map {
          ($0.offset == 0 ? (claim.agrees ? "● " : "✗ ") : "  ") + $0.element
        }
      } + ["● adds up  ✗ doesn't"]
  }

  /// The table and the claims as lines of JSON.
  public var json: [String] {
    let columns = regions.indices.map { column in
      JSONText.object([
        .init("kind", .string("stated")), .init("regions", .integer(Int64(regions[column]))),
        .init("storage", .number(storage[column])), .init("transfer", .number(bandwidth[column])),
        .init("compute", .number(compute[column])), .init("people", .number(salaries[column])),
        .init("total", .number(totals[column])),
      ]).text
    }
    return columns
      + claims.map { claim in
        JSONText.object([
          .init("kind", .string("claim")), .init("stated", .string(claim.stated)),
          .init("arithmetic", .string(claim.arithmetic)), .init("agrees", .boolean(claim.agrees)),
        ]).text
      }
  }
}
