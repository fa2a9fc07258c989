import Language
import TestSupport
import Testing
import Workbench

@testable import Analysis
@testable import Screen

/// Tables: whatever the order and whatever is left out, the selected row is known by its name.
@Suite struct TableTests {
  private static let views: [ViewName] = [.keys, .replicas, .clients, .hints]

  /// Random numbers and texts, some of them alike.
  private static func table(_ dice: inout Dice) -> Table {
    var rows: [Table.Row] = []
    for index in 0..<Int(dice.roll(below: 30)) {
      rows.append(
        Table.Row(
          name: "row\(index)",
          cells: [
            .init("k\(dice.roll(below: 9))"), .count(Int(dice.roll(below: 5))),
            .init(
              dice.roll(below: 3) == 0 ? "" : "x", rank: dice.roll(below: 2) == 0 ? nil : Double(dice.roll(below: 4))),
          ]))
    }
    return Table(columns: [.text("key"), .number("count"), .number("rank")], rows: rows, absence: "none")
  }

  @Test(arguments: 1...40) func rowsAreSortedByAnyColumnAndNoneIsLost(seed: Int) {
    var dice = Dice(seed: seed)
    let table = Self.table(&dice)
    for column in table.columns.indices {
      for isDescending in [true, false] {
        var look = TableLook(sortedBy: column)
        look.isDescending = isDescending
        let shown = table.shown(look)
        #expect(Set(shown.map(\.name)) == Set(table.rows.map(\.name)), "seed \(seed)")
        for (first, second) in zip(shown, shown.dropFirst()) {
          guard let one = first.cells[column].rank, let other = second.cells[column].rank else { continue }
          #expect(isDescending ? one >= other : one <= other, "seed \(seed), column \(column)")
        }
      }
    }
  }

  @Test(arguments: 1...40) func aFilterKeepsExactlyTheRowsThatContainIt(seed: Int) {
    var dice = Dice(seed: seed)
    let table = Self.table(&dice)
    var look = TableLook(sortedBy: nil)
    look.filter = "K\(dice.roll(below: 9))"
    let expected = table.rows.filter { $0.cells.contains { $0.text == look.filter.lowercased() } }
    #expect(table.shown(look).map(\.name) == expected.map(\.name), "seed \(seed)")
  }

  private static let story = """
    write cart milk at ALL
    write shelf tea at ALL
    crash ap2
    run 1s
    write cart eggs at ONE
    write list soap at ALL
    run 10ms
    """

  @Test(arguments: views) func theSelectedRowIsTheSameAfterSortingAndNarrowing(view: ViewName) throws {
    var model = try stage("\(Self.story)\nview \(view.rawValue)")
    model.press(.down)
    guard let selected = model.tables[view]?.selected else {
      #expect(model.lines.contains { $0.contains("1/1") || $0.contains("no ") }, "\(view)")
      return
    }
    for key: Key in [.right, .character("s"), .right, .left, .character("s")] {
      model.press(key)
      #expect(model.tables[view]?.selected == selected, "\(view)")
      #expect(model.lines.contains { $0.contains("► \(selected)") }, "\(view)")
    }
    model.press(.character("/"))
    model.type(selected)
    model.press(.enter)
    #expect(model.lines.contains { $0.contains("► \(selected)") }, "\(view)")
    model.press(.escape, .escape)
    #expect(model.tables[view]?.filter == "")
  }

  @Test func theKeyWhoseCopiesDifferMostStandsFirst() throws {
    var model = try stage("\(Self.story)\nview keys")
    #expect(model.lines.contains { $0.contains("► cart") })
    model.press(.enter)
    #expect(model.key == "cart")
  }

  @Test func repairIsOfTheRowUnderTheCursorWhateverKeyTheOtherViewsShow() throws {
    var model = try stage("\(Self.story)\nselect list\nview keys")
    #expect(model.lines.contains { $0.contains("► cart") })
    model.press(.character("R"))
    #expect(model.prompt.history.last == "repair \"cart\"")
  }

  @Test(arguments: 1...12) func whatTheKeysTableCountsIsWhatTheCopiesSay(seed: Int) throws {
    var dice = Dice(seed: seed)
    var lines: [String] = []
    for _ in 0..<12 {
      let line =
        switch dice.roll(below: 4) {
        case 0: "crash \(["us2", "eu1", "ap3"][Int(dice.roll(below: 3))])"
        case 1: "run \(dice.roll(below: 200))ms"
        default: "async write k\(dice.roll(below: 4)) v\(dice.roll(below: 50)) at ONE"
        }
      lines.append(line)
    }
    let model = try stage(lines.joined(separator: "\n"))
    for row in KeysReport(model.session.timeline).rows {
      let copies = model.session.copies(of: row.name)
      // Where nobody holds anything yet, all hold the same.
      let isHeld = copies.contains { $0.relation == .newest }
      #expect(
        row.differing == (isHeld ? copies.count { $0.relation != .newest } : 0), "seed \(seed): \(row.name)")
      #expect(row.owners == copies.count, "seed \(seed)")
      #expect(row.conflicts == copies.count { $0.relation == .concurrent }, "seed \(seed): \(row.name)")
    }
  }

  @Test func aReplicaThatIsThoughtDeadIsSaidToBe() throws {
    let model = try stage("write cart milk at ALL\nset failure-detector oracle\ncrash ap2\nrun 1s\nview replicas")
    let rows = ReplicasReport(model.session.timeline).rows
    #expect(rows.first { $0.name == "ap2" }?.doubters == 8)
    #expect(rows.filter { $0.name != "ap2" }.allSatisfy { $0.doubters == 0 })
  }
}
