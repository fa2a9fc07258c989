import Testing

@testable import Workbench

/// The minimiser on a property that is easy to have: some write is overwritten.
@Suite struct MinimiserTests {
  private func overwrites(_ lines: [String]) -> Bool {
    guard let played = try? play(lines.joined(separator: "\n")) else { return false }
    return (try? played.fact("writes.overwritten")) != "0"
  }

  @Test(arguments: [1, 60]) func theResultIsShortAndOneMinimal(from seed: Int) throws {
    let lines = try #require((seed...).lazy.map { SoakRun(seed: $0, length: 30).lines }.first(where: overwrites))
    var minimiser = Minimiser(overwrites)
    let minimal = minimiser.minimal(lines)
    #expect(overwrites(minimal))
    #expect(minimal.count <= 5, "\(minimal.joined(separator: "\n"))")
    for index in minimal.indices {
      var rest = minimal
      rest.remove(at: index)
      #expect(!overwrites(rest), "`\(minimal[index])` can go")
    }
    for index in minimal.indices {
      for plainer in Minimiser.plainer(minimal[index]) {
        var other = minimal
        other[index] = plainer
        #expect(!overwrites(other), "`\(minimal[index])` can be `\(plainer)`")
      }
    }
  }

  @Test func whatMustStayStays() {
    var minimiser = Minimiser { Set($0).isSuperset(of: ["b", "e", "h"]) }
    #expect(minimiser.minimal(["a", "b", "c", "d", "e", "f", "g", "h", "i"]) == ["b", "e", "h"])
    #expect(minimiser.tries < 60)
  }

  @Test func whatOnlyGoesTogetherGoesTogether() {
    var minimiser = Minimiser { lines in lines.contains("x") && lines.contains("a") == lines.contains("b") }
    #expect(minimiser.minimal(["a", "x", "c", "b"]) == ["x"])
  }

  @Test func wordsThatPlayNoPartGo() {
    var minimiser = Minimiser { $0.contains { $0.hasPrefix("write a") } }
    #expect(minimiser.minimal(["run 4s", "async write a 5 at QUORUM via us3"]) == ["write a"])
  }

  @Test func aLineIsOnlyEverMadePlainer() {
    var (line, steps) = ("async write a 9 at EACH_QUORUM via ap3 timestamp 7", 0)
    while let next = Minimiser.plainer(line).first, steps < 1_000 { (line, steps) = (next, steps + 1) }
    #expect(steps < 200)
  }
}
