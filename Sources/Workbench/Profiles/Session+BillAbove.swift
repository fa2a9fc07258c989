import Analysis
import Insight
import Kernel
import Language
import Replication

/// How much more a set-up costs than a lesser one: the difference that a company pays for copies, regions or caches.
extension Session {
  /// By what share the bill up to now is above the lesser one, by the standard prices: 0 is as much, 1 is twice as much; nil while
  /// there is nothing to compare.
  ///
  /// Bills are linear in replicas and bytes (`Prices`), so that a lesser bill needs no run of its own.
  func billAbove(_ lesser: Figure.LesserBill) -> Double? {
    let bill = Bill(of: cluster)
    guard let storage = bill.dollars(.storage), let compute = bill.dollars(.compute), let total = bill.total else {
      return nil
    }
    let (whole, part): (Double, Double)
    switch lesser {
    case .oneCopy:
      let bytes = Double(cluster.tableSize.bytes)
      (whole, part) = (storage, bytes / Bill.gigabyte * bill.prices[.storage].dollars)
    case .oneRegion: (whole, part) = (total, (storage + compute) / Double(bill.regions))
    case .databases:
      let databases = cluster.topology.replicaIDs.count { cluster.topology.replicas[$0.index].number == 1 }
      (whole, part) = (total, total - compute + compute * Double(databases) / Double(bill.replicas))
    }
    return part > 0 ? whole / part - 1 : nil
  }
}
