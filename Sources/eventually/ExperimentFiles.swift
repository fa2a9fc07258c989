import Experiments
import Foundation
import Language
import Workbench

/// Where experiments come from.
enum ExperimentFiles {
  /// The experiment of a file, or a shipped one.
  ///
  /// - Throws: an exit with status 65 or 66.
  static func experiment(_ file: String) throws -> Experiment {
    let (bytes, name) = try bytes(file)
    return try experiment(bytes, name)
  }

  /// The experiment in a file's bytes.
  ///
  /// - Throws: an exit with status 65.
  static func experiment(_ bytes: [UInt8], _ name: String) throws -> Experiment {
    do { return try ExperimentReader.read(bytes, file: name) } catch { throw Failure.exit(for: error) }
  }

  /// The bytes of a file, or of a shipped experiment, and what it is called in what is said of it.
  ///
  /// - Throws: an exit with status 66.
  static func bytes(_ file: String) throws -> (bytes: [UInt8], name: String) {
    do {
      if file != "-", !FileScripts.exists(file), let shipped = ShippedExperiments.all.first(where: { $0.name == file })
      {
        return (Array(shipped.text.utf8), "\(file).yaml")
      }
      let name = file == "-" ? FileScripts.standardInput : file
      if file != "-", !FileScripts.exists(file) { throw ScriptError.missing(file, reason: missing(file)) }
      return (try FileScripts().beginning(of: name, atMost: ExperimentReader.longest), name)
    } catch {
      throw Failure.exit(for: error)
    }
  }

  private static func missing(_ name: String) -> String {
    let names = ShippedExperiments.all.map(\.name)
    let meant = ExperimentNames.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
    return "there is no such file, and no shipped experiment of that name\(meant)"
  }

  /// The shipped experiments, in lines.
  static func list() throws -> [String] {
    let experiments = try ShippedExperiments.all.map {
      ($0.name, try ExperimentReader.read($0.text, file: "\($0.name).yaml"))
    }
    return ["Shipped experiments; `eventually chaos NAME` runs one, `eventually chaos FILE.yaml` yours.", ""]
      + ExperimentNames.table(experiments.map { ($0.0, $0.1.description) })
  }
}

/// How far an experiment has come, on a terminal that somebody watches.
final class ProgressMeter {
  private let isWatched = isatty(STDERR_FILENO) == 1
  private let began = Date()
  private var latest = Date.distantPast
  private var isShown = false

  /// Tells it, five times a second at most.
  func show(_ progress: ExperimentProgress) {
    let now = Date()
    guard isWatched, now.timeIntervalSince(latest) > 0.2 else { return }
    latest = now
    isShown = true
    let elapsed = now.timeIntervalSince(began)
    FileHandle.standardError.write(Data("\r\u{1B}[K\(progress.line(after: elapsed))".utf8))
  }

  /// Leaves nothing of it.
  func clear() {
    guard isShown else { return }
    isShown = false
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}
