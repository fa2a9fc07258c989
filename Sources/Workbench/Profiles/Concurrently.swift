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
  }

  /// What a function makes of each.
  ///
  /// - Parameter progress: is told how many are done, one call at a time and on any thread.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], progress: @Sendable (Progress) -> Void = { _ in },
    _ body: @Sendable (Element) -> Result
  ) -> [Result] {
    let lock = NSLock()
    nonisolated(unsafe) var done = 0
    progress(Progress(done: 0, all: elements.count))
    return [Result](unsafeUninitializedCapacity: elements.count) { buffer, count in
      // Each place is written once, by whoever works on its element.
      nonisolated(unsafe) let places = buffer
      DispatchQueue.concurrentPerform(iterations: elements.count) { index in
        guard let place = places.baseAddress else { return }
        (place + index).initialize(to: body(elements[index]))
        lock.withLock {
          done += 1
          progress(Progress(done: done, all: elements.count))
        }
      }
      count = elements.count
    }
  }
}
