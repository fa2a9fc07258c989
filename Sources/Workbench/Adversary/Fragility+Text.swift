import Analysis
import Kernel
import Language

extension Fragility {
  /// For people.
  public var lines: [String] {
    var lines: [String] = []
    for finding in findings {
      if !lines.isEmpty { lines.append("") }
      let place = zip(plan.axes, plan.values).map { "\($0.name) \(MapPlan.Axis.text($1))" }.joined(separator: ", ")
      lines.append("`\(finding.claim)` \(Self.words(finding.cell)) at \(place)")
      for (axis, flip) in zip(plan.axes, finding.flips) {
        guard let flip else {
          lines.append("  \(axis.name): no change from \(axis.text(0)) to \(axis.text(axis.values.count - 1)) flips it")
          continue
        }
        lines.append(
          "  \(axis.name): as at \(MapPlan.Axis.text(flip.before)), but at \(MapPlan.Axis.text(flip.after)) it "
            + "\(Self.words(flip.cell)) (\(Quantity.percent(flip.distance)) of its range away)")
      }
      if finding.flips.count > 1, let nearest = finding.nearest {
        lines.append("  nearest: \(plan.axes[nearest.axis].name)")
      }
    }
    return lines
  }

  /// For programs: a line for each claim and number.
  public var json: [String] {
    findings.flatMap { finding in
      zip(plan.axes, finding.flips).enumerated().map { place, found in
        let (axis, flip) = found
        return JSONText.object([
          JSONText.Field("claim", .string(finding.claim)),
          JSONText.Field("holds", finding.cell.holds.map { .boolean($0) } ?? .null),
          JSONText.Field("parameter", .string(axis.name)), JSONText.Field("at", .number(plan.values[place])),
          JSONText.Field("before", flip.map { .number($0.before) } ?? .null),
          JSONText.Field("after", flip.map { .number($0.after) } ?? .null),
          JSONText.Field("share", flip.map { .number($0.distance) } ?? .null),
          JSONText.Field("nearest", .boolean(flip != nil && finding.nearest?.axis == place)),
        ]).text
      }
    }
  }

  private static func words(_ cell: ClaimMap.Cell) -> String {
    let seeds = cell.judged > 1 && cell.held > 0 && cell.held < cell.judged
    if seeds { return "holds with \(cell.held) of \(CountedNoun("seed").text(cell.judged)) only" }
    return switch cell.holds {
    case true?: "holds"
    case false?: "does not hold"
    case nil: "can't be judged"
    }
  }
}
