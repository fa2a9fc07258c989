import Kernel
import Replication

extension CopyReplacement {
  /// What it has come to, to be read after the server's name: `keeps the log of partition 3 in place of us3`.
  public func words(_ topology: Topology) -> String {
    guard let predecessor else { return "has the whole copy of partition \(partition), and follows" }
    let lost = topology.name(of: predecessor)
    return isLogOnly
      ? "keeps the log of partition \(partition) in place of \(lost)"
      : "takes the place of \(lost) in partition \(partition)"
  }
}
