import Kernel
import TestSupport
import Testing
import Workbench

@testable import Analysis
@testable import Language
@testable import Screen

/// The map: nothing on it is hidden, and nothing is written over anything else.
@Suite struct MapTests {
  private static let names = [
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1", "ap-southeast-2",
    "ap-northeast-1", "sa-east-1", "a-region-with-a-very-long-name-1", "a-region-with-a-very-long-name-2",
  ]

  /// A glyph that nothing else is made of.
  private static let value = "§"

  /// A cluster of some regions with a value, and some faults: among regions, among replicas, one way and both ways.
  private static func scene(_ dice: inout Dice) throws -> ScreenModel {
    let (regions, size) = dice.pick([
      (1...3, 1...4), (1...3, 3...30), (4...12, 1...3), (5...5, 10...10), (10...10, 10...12),
    ])
    let chosen = names.shuffled(using: &dice).prefix(dice.roll(regions))
    let counts = chosen.map { _ in dice.roll(size) }
    let cluster = zip(chosen, counts).map { "\($0):\($1)" }.joined(separator: " ")
    let value = String(repeating: Self.value, count: dice.roll(1...30))
    let detector = dice.chance(30) ? "set failure-detector phi\n" : ""
    var model = try stage(
      "cluster \(cluster) rf=\(dice.roll(1...min(5, counts.min() ?? 1)))\n\(detector)write k \"\(value)\" at ONE\nrun 1s"
    )
    for _ in 0..<dice.roll(0...5) {
      let replicas = model.session.replicaNames
      let places = dice.chance(50) ? Array(chosen) : replicas
      guard places.count > 1 else { continue }
      let (one, other) = (dice.pick(places), dice.pick(places))
      guard one != other else { continue }
      let way = dice.chance(50) ? "\(one) -> \(other)" : "\(one) \(other)"
      model.begin(
        dice.pick([
          "cut \(way)", "cut \(way)", "slow \(way) by 200ms", "lose 10% \(way)", "hold \(way)",
          "isolate \(dice.pick(replicas))", "crash \(dice.pick(replicas))", "pause \(dice.pick(replicas))",
          "slow \(dice.pick(replicas)) by 9ms", "skew \(dice.pick(replicas)) by 3s",
        ]))
      model.press(.escape)
    }
    model.begin("run \(dice.roll(0...4))s")
    model.press(.escape)
    model.watch()
    return model
  }

  private static func numbers(_ pattern: Regex<(Substring, Substring)>, in lines: [String]) -> Int {
    lines.reduce(0) { sum, line in sum + line.matches(of: pattern).reduce(0) { $0 + (Int($1.1) ?? 0) } }
  }

  @Test(arguments: 1...60) func everyFaultAndEveryReplicaIsSeen(seed: Int) throws {
    var dice = Dice(seed: seed)
    var model = try Self.scene(&dice)
    let replicas = model.session.replicaNames
    for size in [(36, 5), (46, 12), (66, 21), (80, 32), (196, 52)] + [(dice.roll(36...198), dice.roll(5...58))] {
      model.replica = dice.pick(replicas)
      let rect = Rect(1, 1, size.0, size.1)
      let scene = MapScene(model, in: rect)
      let drawing = MapPanel.drawing(of: scene, in: rect)
      var frame = Frame(Size(columns: rect.right + 1, rows: rect.bottom + 1))
      drawing.render(&frame)
      let lines = TextEncoder.lines(of: frame)
      let what: Comment = "seed \(seed), \(size.0)x\(size.1)\n\(lines.joined(separator: "\n"))"

      // Values stay in their regions, and all stays in the pane.
      let places = drawing.places.map(\.rect)
      for y in 0..<frame.size.rows {
        for x in 0..<frame.size.columns where frame[x, y].glyph != " " {
          let point = Point(x, y)
          #expect(rect.contains(point), what)
          if String(frame[x, y].glyph) == Self.value { #expect(places.contains { $0.contains(point) }, what) }
        }
      }
      for (index, place) in places.enumerated() {
        let others = places[(index + 1)...]
        #expect(
          !others.contains { $0.y < place.bottom && place.y < $0.bottom && $0.x < place.right && place.x < $0.right })
      }

      // Replicas are drawn or counted, and the selected one is drawn.
      let drawn = Set(
        frame.sight.hits.compactMap { hit -> String? in
          if case .thing(.replica(let name)) = hit.target { name } else { nil }
        })
      let inRegions = places.flatMap { place in
        (place.y..<place.bottom).map { y in
          String(frame.row(y)[(y * frame.size.columns + place.x)..<(y * frame.size.columns + place.right)].map(\.glyph))
        }
      }
      let counted =
        Self.numbers(/\+(\d+)(?: |$)/, in: inRegions) + Self.numbers(/with (\d+) replica/, in: lines)
      #expect(drawn.count + counted == replicas.count, what)
      #expect(model.replica.map(drawn.contains) == true, what)

      // A replica that isn't well is seen to be, among those that have no place, too.
      for replica in scene.map.regions.flatMap(\.replicas) where replica.condition != .up {
        let isCounted = inRegions.contains { line in ["✗+", "○+", "▲+"].contains { line.contains($0) } }
        let isOmitted = lines.contains { $0.contains(/with \d+ replica/) && $0.contains(replica.condition.glyph) }
        #expect(drawn.contains(replica.name) || isCounted || isOmitted, what)
      }

      // Faults and suspicions are said, drawn on a link, or counted.
      let text = lines.joined(separator: "\n")
      let said = scene.map.faults.map(scene.names.drawing) + scene.map.suspicions.map(scene.names.text)
      let hidden = said.filter { !text.contains($0.prefix(rect.width - 12)) }
      let onLinks = scene.map.faults.filter { fault in
        let ends = [fault.from, fault.to].map { scene.regions(of: $0) }
        return fault.from != fault.to
          && ends[0].allSatisfy { one in
            ends[1].allSatisfy { other in
              let names = [min(one, other), max(one, other)].map { scene.map.regions[$0].name }
              return frame.sight.hits.contains { $0.target == .thing(.link(names[0], names[1])) }
            }
          }
      }.map(scene.names.drawing)
      let missing = hidden.filter { !onLinks.contains($0) }.count
      #expect(missing <= Self.numbers(/\+(\d+) more/, in: lines), what)
    }
  }

  @Test(arguments: 1...20) func theSelectionReachesEveryReplicaAndShowsIt(seed: Int) throws {
    var dice = Dice(seed: seed)
    var model = try Self.scene(&dice)
    _ = model.update(.resize(dice.pick([Size(columns: 40, rows: 10), Size(columns: 80, rows: 24)])))
    model.focus = .map
    model.press(.escape, .escape)
    for name in model.session.replicaNames {
      model.press(.character("j"))
      #expect(model.replica == name)
      let hits = ScreenView.render(model).sight.hits
      #expect(hits.contains { $0.target == .thing(.replica(name)) }, "seed \(seed)")
    }
  }

  @Test func aFaultInsideARegionIsDrawnWithItsDirection() throws {
    let model = try stage("cut us1 us2\ncut us3 -> us1", size: Size(columns: 80, rows: 24))
    #expect(model.shows("us1 ╌✗╌ us2 cut"))
    #expect(model.shows("us3 ╌✗► us1 cut"))
  }

  @Test(arguments: ["after 1s", "phi"]) func itSaysWhoThinksWhomDead(detector: String) throws {
    let model = try stage(
      "set failure-detector \(detector)\nrun 30s\ncut us1 eu1\nrun 60s", size: Size(columns: 120, rows: 40))
    // Gossip goes round a single cut, so that only phi's own window could tell, and doesn't.
    #expect(model.shows("eu1 thinks us1 dead") == (detector != "phi"))
    let crashed = try stage(
      "set failure-detector \(detector)\nrun 30s\ncrash us1\nrun 60s", size: Size(columns: 80, rows: 24))
    #expect(crashed.shows("all others think us1 dead"))
  }

  @Test func aSelectedLinkIsNamed() throws {
    var model = try stage("cut eu-west-1 -> us-east-1", size: Size(columns: 120, rows: 40))
    model.press(.escape, .character("o"))
    #expect(model.shows("us-east-1 ↔ eu-west-1, 40ms, cut eu→us"))
  }

  @Test func presentAndPastFaultsAreToldApart() throws {
    var model = try stage("cut us-east-1 eu-west-1\ncut us-east-1 ap-south-1\nheal us-east-1 eu-west-1")
    #expect(model.shows("faults now 1, 2 so far"))
    model.begin("heal")
    #expect(model.shows("faults now 0, 2 so far"))
    #expect(try stage("cut us1 us2\ncut us1 us2").shows("faults now 1, 2 so far"))
    #expect(try stage("write cart milk").shows("so far") == false)
  }

  @Test(arguments: [4, 6, 9, 14]) func shortNamesDiffer(width: Int) {
    for names in [Self.names, ["買い物-1", "買い物-2", "a-very-long-name"], ["aaaaaaaaaaa", "aaaaaaaaaab", "baaaaaaaaaaa"]] {
      let short = ShortNames.fit(names, width)
      #expect(Set(short).count == names.count)
      #expect(short.allSatisfy { TextWidth.of($0) <= width })
    }
  }

  @Test("the links inside a region are chosen like those between two, and named, cut and healed")
  func insideARegion() throws {
    var model = try stage("write cart milk")
    model.press(.character("o"), .right, .right, .right)
    #expect(model.selectedThing == .inside("us-east-1"))
    #expect(model.status?.text.contains("inside us-east-1, nothing amiss") == true)
    model.press(.character("x"))
    #expect(model.shows("inside us-east-1 ╌✗╌ cut"))
    #expect(model.shows("inside us-east-1, cut"), "the heading names what is selected")
    model.press(.character("f"))
    #expect(model.shows("heal us-east-1 us-east-1"))
    model.press(.escape, .character("x"))
    #expect(!model.shows("╌✗╌"))
  }
}
