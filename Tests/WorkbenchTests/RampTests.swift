import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Insight
@testable import Workbench

/// Loads whose rate changes.
@Suite("A load from one rate to another") struct RampTests {
  /// When each operation of a load began, in seconds.
  private func arrivals(_ load: String, seed: UInt64 = 1) throws -> [Double] {
    let played = try play("\(load)\nrun 20m", seed: seed)
    return played.session.world.observer.history.all.map { Double($0.operation.began.microseconds) / 1_000_000 }
  }

  @Test("has half of the two rates on average, and at each instant the rate in between", arguments: ["", " poisson"])
  func rates(_ kind: String) throws {
    for (load, first, last) in [("10/s to 100/s", 10.0, 100.0), ("100/s to 10/s", 100, 10), ("20/s to 20/s", 20, 20)] {
      let times = try arrivals("load \(load) for 100s\(kind)")
      let wanted = (first + last) / 2 * 100
      #expect(abs(Double(times.count) - wanted) <= (kind.isEmpty ? 1 : 4 * wanted.squareRoot()))
      for second in stride(from: 0.0, to: 100, by: 10) {
        let count = Double(times.count { $0 >= second && $0 < second + 10 })
        let rate = (first + (last - first) * (second + 5) / 100) * 10
        #expect(abs(count - rate) <= (kind.isEmpty ? 2 : 5 * rate.squareRoot()), "\(load) at \(second)s: \(count)")
      }
    }
  }

  @Test("counts toward what a session holds before it begins, and says where it leads")
  func words() throws {
    #expect(refusal(of: "load 1/s to 1000000/s for 10h", after: "")?.contains("a session holds") ?? false)
    #expect(refusal(of: "load 1/s to for 10h", after: "") != nil)
  }
}
