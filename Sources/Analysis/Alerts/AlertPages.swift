import Kernel

/// Which times that an alert fires are one page.
///
/// Alerts are judged at each event, so that one whose share is near its limit, or whose short window holds few events because little
/// is asked for, fires and clears many times in one outage. Nobody is called anew for that: Alertmanager puts what fires again within
/// `group_interval` (5 min) into the notification that went out, and Prometheus has `keep_firing_for` against flapping. Here a firing
/// is part of the page before if what that one was about is still in the alert's long window as it fires. No minimum of events is
/// asked for: with few requests each one that fails counts for much, which the SRE workbook (chapter 5, "Low-Traffic Services and
/// Error Budget Alerting") answers by other means than by waiting for more.
struct AlertPages: Sendable {
  /// What is to be told of a firing.
  enum Telling {
    /// Somebody is called.
    case page
    /// It fires again, and nobody is called.
    case again
    /// It has done so so often that no more is told until it is quiet.
    case flapping
    case nothing
  }

  /// How many times an alert fires within one page before it is said to flap.
  static let mostTold = 3

  private struct Page: Sendable {
    let alert: String
    var firings = 1
    /// When it cleared last; nil while it fires.
    var cleared: Instant?
    /// From when on a firing is another page.
    var quiet: Instant?
  }

  private var pages: [Page] = []

  /// An alert fires.
  ///
  /// - Returns: what to tell, and whether it is another page than the one before.
  mutating func fire(_ alert: String, at now: Instant) -> (telling: Telling, isNew: Bool) {
    if let place = pages.firstIndex(where: { $0.alert == alert }) {
      if let quiet = pages[place].quiet, now <= quiet {
        pages[place].firings += 1
        (pages[place].cleared, pages[place].quiet) = (nil, nil)
        let count = pages[place].firings
        return (count < Self.mostTold ? .again : count == Self.mostTold ? .flapping : .nothing, false)
      }
      pages.remove(at: place)
    }
    pages.append(Page(alert: alert))
    return (.page, true)
  }

  /// An alert clears, and fires anew only when it does so after a while.
  ///
  /// - Returns: whether that is told now; if not, once the while is over.
  mutating func clear(_ alert: String, at now: Instant, quietFor span: TimeSpan) -> Bool {
    guard let place = pages.firstIndex(where: { $0.alert == alert }) else { return true }
    (pages[place].cleared, pages[place].quiet) = (now, now + span)
    return pages[place].firings < Self.mostTold
  }

  /// The alerts that flapped and have been quiet for long enough by an instant: which, and when that was so.
  mutating func settle(upTo now: Instant) -> [(alert: String, at: Instant)] {
    guard !pages.isEmpty else { return [] }
    let over = pages.filter { page in page.quiet.map { $0 < now } ?? false }
    if over.isEmpty { return [] }
    pages.removeAll { page in over.contains { $0.alert == page.alert } }
    return over.filter { $0.firings >= Self.mostTold }.compactMap { page in page.quiet.map { (page.alert, $0) } }
  }

  /// An alert is another from now on.
  mutating func forget(_ alert: String) { pages.removeAll { $0.alert == alert } }
}
