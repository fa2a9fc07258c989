import Replication

extension Command {
  /// The view that shows best what it is about; nil: none more than another.
  public var view: ViewName? {
    switch self {
    case .view(let view), .zoom(let view): view
    case .repair, .input(.sync), .input(.repair), .show(.merkle), .show(.hints): .repair
    case .show(.clocks): .clocks
    case .show(.metrics), .show(.serviceLevels), .show(.alerts), .operating, .show(.lag), .predict,
      .input(.load):
      .metrics
    case .show(.session), .check: .guarantees
    case .why: .operations
    case .show(.timeline): .timelines
    case .input, .profile, .killLeader, .moveLeader, .seed, .fixSeed, .operate, .await, .step, .run, .runUntil, .back,
      .goto,
      .gotoEvent,
      .play, .undo,
      .redo, .speed, .show(.key), .show(.messages), .show(.links), .show(.roles), .show(.backlog), .show(.path),
      .show(.cost), .whyNot, .fork,
      .branches, .switchTo, .diff, .whatIf,
      .say, .beat, .mark, .note, .focus, .select, .expect, .source, .help, .save, .share, .export, .quit, .breakpoint,
      .messages, .trial, .poll:
      nil
    }
  }
}
