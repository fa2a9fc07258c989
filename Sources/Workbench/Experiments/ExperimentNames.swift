import Kernel
import Language

/// How experiments are listed, and told apart.
public enum ExperimentNames {
  /// The name that somebody meant who mistyped; nil if none is near.
  public static func nearest(to name: String, among names: [String]) -> String? { NearestWord.to(name, among: names) }

  /// Names and what they are about, in lines.
  public static func table(_ entries: [(name: String, description: String)]) -> [String] {
    let margin = entries.map { TextWidth.of($0.name) }.max() ?? 0
    return entries.flatMap { entry in
      Reference.wrap(Printable.escaped(entry.description), max(30, 76 - margin)).enumerated().map { index, line in
        "\(TextWidth.pad(index == 0 ? entry.name : "", margin))  \(line)"
      }
    }
  }
}

extension ExperimentProgress {
  /// How far it has come in one line: where it is, how fast it goes, and how long it may take yet.
  ///
  /// - Parameter elapsed: seconds since it began.
  public func line(after elapsed: Double) -> String {
    let seconds = Double(time.microseconds) / 1_000_000
    let whole = Double(length.microseconds) / 1_000_000
    let rate = elapsed > 0 ? seconds / elapsed : 0
    let left = rate > 0 && whole > seconds ? ", about \(Int(((whole - seconds) / rate).rounded(.up))) s left" : ""
    let pace = elapsed > 0 ? "\(Int(Double(operations) / elapsed)) operations/s" : ""
    return
      "\(Printable.escaped(scenario)), seed \(seed): \(Quantity.figure(time)) of \(Quantity.figure(length)), \(Int(rate)) times as fast as the clock, \(pace)\(left)"
  }
}
