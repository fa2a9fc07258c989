/// The operations that show that a promise was broken, and no more: none can be left out, and as far as the budget goes no
/// smaller set shows it, nor an earlier one of that size.
enum SmallestWitness {
  /// How many sets are looked at, at most, to find a smaller or an earlier one.
  static let budget = 2_000

  /// The smallest set that shows it, of those the one whose numbers come first.
  ///
  /// - Parameters:
  ///   - candidates: what may be told, in the order of their numbers.
  ///   - last: what no set can do without, as before it had ended nothing was broken.
  ///   - known: a set that shows it, sorted.
  ///   - isBroken: whether a set shows it by itself.
  static func numbers(
    among candidates: [Int], with last: Int, known: [Int], isBroken: ([Int]) -> Bool
  ) -> [Int] {
    let others = candidates.filter { $0 != last }
    var rest = budget
    var count = 0
    while count < known.count, count <= others.count {
      var places = Array(0..<count)
      repeat {
        rest -= 1
        guard rest > 0 else { return known }
        let set = (places.map { others[$0] } + [last]).sorted()
        if set == known || isBroken(set) { return set }
      } while advance(&places, upTo: others.count)
      count += 1
    }
    return known
  }

  /// Goes on to the next choice of as many places; false after the last.
  private static func advance(_ places: inout [Int], upTo count: Int) -> Bool {
    guard let index = places.indices.last(where: { places[$0] < count - places.count + $0 }) else { return false }
    places[index] += 1
    for next in (index + 1)..<max(index + 1, places.count) { places[next] = places[next - 1] + 1 }
    return true
  }

  /// A set that shows it, with nothing to spare: stretches are left out as long as what is left still shows it, half of
  /// it first, at last one by one (Zeller and Hildebrandt, *Simplifying and Isolating Failure-Inducing Input*, IEEE Trans.
  /// Softw. Eng. 2002).
  ///
  /// - Parameters:
  ///   - without: what is left of a set without a stretch of it, as far as that can be left out.
  ///   - isBroken: whether a set shows it by itself; nil if nobody can tell any more.
  static func irreducible(
    _ numbers: [Int], without: (Range<Int>, [Int]) -> [Int] = { Array($1[..<$0.lowerBound] + $1[$0.upperBound...]) },
    isBroken: ([Int]) -> Bool?
  ) -> [Int] {
    var numbers = numbers
    var size = max(1, numbers.count / 2)
    while true {
      var isSmaller = false
      var stop = numbers.count
      while stop > 0 {
        let start = max(0, stop - size)
        let fewer = without(start..<stop, numbers)
        if fewer.count < numbers.count {
          guard let isStillBroken = isBroken(fewer) else { return numbers }
          if isStillBroken {
            numbers = fewer
            isSmaller = true
          }
        }
        stop = min(start, numbers.count)
      }
      if size == 1, !isSmaller { return numbers }
      size = max(1, size / 2)
    }
  }
}
