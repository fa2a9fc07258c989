import Foundation

/// How many seeds a property is tried on: few in a test run, and in `make soak` as many as the variable SOAK_SEEDS says.
public enum SoakSeeds {
  /// How many `make soak` plays; nil in a test run.
  public static let wanted = ProcessInfo.processInfo.environment["SOAK_SEEDS"].flatMap(Int.init)

  /// The last of the seeds from 1 on, where a test run plays so many, and `make soak` plays each in several ways: half of what it
  /// is to play otherwise.
  public static func last(_ few: Int) -> Int { wanted.map { max(1, $0 / 2) } ?? few }
}
