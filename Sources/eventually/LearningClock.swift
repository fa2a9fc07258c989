import Dispatch

/// The clock by which it is known how long somebody is at a step of a lesson; nothing of the cluster goes by it.
enum LearningClock {
  /// Seconds since some instant.
  static let seconds: @Sendable () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) / 1_000_000_000 }
}
