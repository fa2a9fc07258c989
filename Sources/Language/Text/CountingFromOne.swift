extension Collection where Index == Int {
  /// Where the element stands that has a number, as people count: the first has 1; nil if none has it.
  ///
  /// Numbers come from whoever types or writes a file, so each is looked up here: any is allowed, the smallest and largest too.
  package func index(ofNumber number: Int) -> Int? {
    guard number >= 1, number <= count else { return nil }
    return startIndex + (number - 1)
  }
}
