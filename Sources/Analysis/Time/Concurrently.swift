import Foundation

/// Independent runs, on as many processors as there are: each is a value of its own, and the results stand in the order of
/// what was asked for, whoever was done first.
public enum Concurrently {
  /// How far somebody has come.
  public struct Progress: Hashable, Sendable {
    /// How many are done.
    public let done: Int
    /// Of how many.
    public let all: Int

    /// So many of all.
    package init(done: Int, all: Int) { (self.done, self.all) = (done, all) }
  }

  /// What a function makes of each.
  ///
  /// - Parameters:
  ///   - width: how many are worked on at once at most.
  ///   - progress: is told how many are done, one call at a time and on any thread.
  package static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], atOnce width: Int = .max, progress: @Sendable (Progress) -> Void = { _ in },
    _ body: @Sendable (Element) -> Result
  ) -> [Result] {
    let lock = NSLock()
    nonisolated(unsafe) var next = 0
    nonisolated(unsafe) var done = 0
    progress(Progress(done: 0, all: elements.count))
    guard !elements.isEmpty else { return [] }
    return [Result](unsafeUninitializedCapacity: elements.count) { buffer, count in
      // Each place is written once, by whoever works on its element.
      nonisolated(unsafe) let places = buffer
      DispatchQueue.concurrentPerform(iterations: max(1, min(width, elements.count))) { _ in
        while let place = places.baseAddress {
          let index = lock.withLock { () -> Int in
            defer { next += 1 }
            return next
          }
          guard index < elements.count else { return }
          (place + index).initialize(to: body(elements[index]))
          lock.withLock {
            done += 1
            progress(Progress(done: done, all: elements.count))
          }
        }
      }
      count = elements.count
    }
  }
}
