import Language
import Testing

/// Numbers as people count, looked up in lists.
@Suite struct CountingFromOneTests {
  @Test func theFirstHasOneAndWhatIsOutsideHasNoPlace() {
    let letters = ["a", "b", "c"]
    #expect((1...3).map { letters.index(ofNumber: $0) } == [0, 1, 2])
    #expect(letters[1...].index(ofNumber: 1) == 1, "a slice keeps its places")
    for number in [Int.min, -1, 0, 4, .max] { #expect(letters.index(ofNumber: number) == nil) }
    #expect([String]().index(ofNumber: 1) == nil)
  }
}
