import Foundation

/// Independent runs, on as many processors as there are: each is a value of its own, and the results stand in the order of
/// what was asked for, whoever was done first.
package enum Concurrently {
  /// What a function makes of each.
  package static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ body: @Sendable (Element) -> Result
  ) -> [Result] {
    guard elements.count > 1 else { return elements.map(body) }
    return [Result](unsafeUninitializedCapacity: elements.count) { buffer, count in
      // Each place is written once, by whoever works on its element.
      nonisolated(unsafe) let places = buffer
      DispatchQueue.concurrentPerform(iterations: elements.count) { index in
        (places.baseAddress.unsafelyUnwrapped + index).initialize(to: body(elements[index]))
      }
      count = elements.count
    }
  }
}

extension Concurrently {
  /// The same with so many at once at most.
  ///
  /// - Parameter progress: told how many are done, from whichever thread.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], atOnce width: Int, progress: @escaping @Sendable (Int) -> Void,
    _ body: @escaping @Sendable (Element) -> Result
  ) -> [Result] {
    let lock = NSLock()
    nonisolated(unsafe) var next = 0
    nonisolated(unsafe) var done = 0
    return [Result](unsafeUninitializedCapacity: elements.count) { buffer, count in
      // Each place is written once, by whoever works on its element.
      nonisolated(unsafe) let places = buffer
      DispatchQueue.concurrentPerform(iterations: max(1, min(width, elements.count))) { _ in
        while true {
          let index = lock.withLock { () -> Int in
            defer { next += 1 }
            return next
          }
          guard index < elements.count else { return }
          (places.baseAddress.unsafelyUnwrapped + index).initialize(to: body(elements[index]))
          progress(
            lock.withLock { () -> Int in
              done += 1
              return done
            })
        }
      }
      count = elements.count
    }
  }
}
