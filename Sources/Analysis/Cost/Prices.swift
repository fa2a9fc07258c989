import Language
import Profiles

/// What things cost: the prices of a file, each with where it is from.
public struct Prices: Hashable, Sendable {
  /// What a price is for.
  public enum Item: String, CaseIterable, Sendable {
    /// A gigabyte kept for a month.
    case storage
    /// A gigabyte sent from one region to another.
    case transfer
    /// A replica that stands ready for a month.
    case replica
    /// Somebody who operates it, for a year.
    case person

    /// What the dollars are for.
    public var unit: String {
      switch self {
      case .storage: "$/GB-month"
      case .transfer: "$/GB"
      case .replica: "$/month"
      case .person: "$/year"
      }
    }
  }

  /// One price.
  public struct Price: Hashable, Sendable {
    /// In dollars, 0 or more.
    public let dollars: Double
    /// Where it is from.
    public let origin: String
  }

  private var prices: [Item: Price]

  init(_ prices: [Item: Price]) { self.prices = prices }

  /// The price of something.
  public subscript(item: Item) -> Price {
    get { prices[item] ?? Price(dollars: 0, origin: "no price was given") }
    set { prices[item] = newValue }
  }

  /// Each with where it is from, a sentence each.
  var sentences: [String] {
    Item.allCases.map { item in
      "\(item.rawValue) \(Quantity.number(self[item].dollars)) \(item.unit): \(Printable.escaped(self[item].origin))."
    }
  }

  /// The same in lines of at most 80 columns.
  public var lines: [String] { sentences.flatMap { TextWrap.lines($0, width: 78) } }

  /// Those that the program brings along.
  public static let standard: Prices = {
    do throws(Diagnostic) {
      return try Prices(reading: ShippedProfiles.prices, of: "prices.yaml", over: Prices([:]))
    } catch {
      preconditionFailure("prices.yaml, which is compiled in: \(error.sentence)")
    }
  }()
}
