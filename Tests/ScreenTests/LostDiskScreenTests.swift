import Kernel
import Language
import Replication
import Testing
import Workbench

@testable import Screen

/// Whoever has lost a disk writes under another name from then on, which is no replica's.
@Suite struct LostDiskScreenTests {
  @Test(arguments: SchemeName.allCases) func everyViewIsDrawnAndEverythingWrittenOutAfterALostDisk(_ scheme: SchemeName)
    throws
  {
    var model = try stage(
      """
      cluster us-east-1:4 eu-west-1:4 scheme=\(scheme.rawValue)
      write cart milk
      run 1s
      wipe us-east-1
      restart us-east-1
      run 30s
      write cart eggs
      write list bread
      run 1s
      """)
    for view in ViewName.allCases {
      model.turn(to: view)
      for size in [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)] {
        _ = model.update(.resize(size))
        #expect(model.lines.count == size.rows, "\(view)")
      }
    }
    for format in ExportFormat.allCases {
      do throws(ExportRefusal) {
        #expect(try !model.session.lines(of: ExportPlan(format)).isEmpty, "\(format)")
      } catch {
        // A diagram of so much would be too long.
        #expect(format == .mermaid, "\(format): \(error)")
      }
    }
  }
}
