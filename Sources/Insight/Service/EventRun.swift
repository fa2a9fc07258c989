import Kernel

/// Good and bad events by when they were judged, so that any window over them is counted exactly.
///
/// Events of one instant are one mark. Each mark has the sums up to it: a window is a difference of two, found by halving.
struct EventRun: Sendable {
  /// What was judged up to an instant.
  struct Mark: Sendable {
    var at: Int64 = 0
    /// When what was bad at that instant began, at the earliest.
    var began: Int64 = .max
    var whole: UInt32 = 0
    var bad: UInt32 = 0
  }

  /// How many events there are in a window, and how many of them are bad.
  struct Count: Hashable, Sendable {
    var bad = 0
    var whole = 0
  }

  private enum MarkKind {}
  private typealias Place = Identity<MarkKind, UInt32>

  private var marks = PagedTable<Identity<MarkKind, UInt32>, Mark>(vacant: Mark())

  /// How many marks there are.
  var count: Int { marks.count }
  /// When the latest event was judged, in microseconds; nil before the first.
  var latest: Int64? { count == 0 ? nil : self[count - 1].at }

  subscript(place: Int) -> Mark { marks[Place(place)] }

  /// Adds an event, which is no earlier than any before it.
  mutating func add(isBad: Bool, at now: Int64, began: Int64, count added: Int = 1) {
    guard added > 0 else { return }
    var mark = count > 0 ? self[count - 1] : Mark()
    let isNew = count == 0 || mark.at < now
    if isNew { (mark.at, mark.began) = (now, .max) }
    mark.whole &+= UInt32(added)
    if isBad {
      mark.bad &+= UInt32(added)
      mark.began = min(mark.began, began)
    }
    if isNew { marks.append(mark) } else { marks[Place(count - 1)] = mark }
  }

  /// The first mark later than an instant.
  func place(after instant: Int64) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].at > instant { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// What was judged from a mark on.
  func sum(from place: Int) -> Count {
    guard place < count else { return Count() }
    let last = self[count - 1]
    let before = place > 0 ? self[place - 1] : Mark()
    return Count(bad: Int(last.bad &- before.bad), whole: Int(last.whole &- before.whole))
  }

  /// The first mark from a place on that has a bad event; nil if there is none.
  func firstBad(from place: Int) -> Mark? {
    let before = place > 0 ? self[place - 1].bad : 0
    var (low, high) = (place, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].bad > before { high = middle } else { low = middle + 1 }
    }
    return low < count ? self[low] : nil
  }
}

/// The spans that were measured, by when they were, for percentiles over a window.
struct SpanRun: Sendable {
  private struct Span: Sendable {
    var at: Int64 = 0
    var span: Int64 = 0
  }

  private enum SpanKind {}
  private typealias Place = Identity<SpanKind, UInt32>

  private var spans = PagedTable<Identity<SpanKind, UInt32>, Span>(vacant: Span(), pageSize: 256)

  mutating func add(_ span: Int64, at now: Int64) { spans.append(Span(at: now, span: span)) }

  /// The spans that were measured after an instant.
  ///
  /// - Complexity: O(log n) and the number of those spans.
  func measured(after instant: Int64) -> Samples {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[Place(middle)].at > instant { high = middle } else { low = middle + 1 }
    }
    var samples = Samples()
    for place in low..<max(low, spans.count) { samples.add(spans[Place(place)].span) }
    return samples
  }
}

/// A window that moves over a run of events: those that were judged in it up to now, neither before nor padded (an event at `t`
/// leaves a window of length `d` at `t + d`).
struct EventWindow: Sendable {
  let length: Int64
  /// The first mark in it.
  private(set) var head: Int

  init(_ length: TimeSpan, over run: EventRun, at now: Int64) {
    self.length = length.microseconds
    head = run.place(after: now - length.microseconds)
  }

  /// When the next event leaves it, in microseconds; never, if there is none in it.
  func expiry(in run: EventRun) -> Int64 { head < run.count ? run[head].at + length : .max }

  /// Lets go what has left it.
  mutating func move(to now: Int64, over run: EventRun) {
    while head < run.count, run[head].at + length <= now { head += 1 }
  }
}
