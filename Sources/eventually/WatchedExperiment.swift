import ArgumentParser
import Foundation
import Language
import Screen
import Workbench

extension PlayExperiment {
  /// Plays an experiment in the workbench as a demo, once it is known what it comes to.
  func show(_ experiment: Experiment, _ seed: UInt64) throws {
    let meter = ProgressMeter()
    let lines = try experiment.told(seed: seed) { meter.show($0) }
    meter.clear()
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 120, rows: 40))
    var names = model.session.names(isPrompt: false)
    let script = try Script(experiment.name, from: WatchedScript(lines: lines), names: &names)
    var files = SessionFiles(journal: nil)
    model.play(script, pace: .human)
    throw ExitCode(screen.open(&model, in: &files))
  }
}

/// The script of an experiment, which stands in no file.
private struct WatchedScript: ScriptSource {
  let lines: [String]

  func text(of file: String) -> String { lines.map { $0 + "\n" }.joined() }
  func resolve(_ name: String, from file: String) -> String { name }
}
