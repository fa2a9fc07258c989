import Kernel
import Replication

/// Going back and forth: the nearest keyframe, and a replay.
extension Timeline {
  /// Takes back the last `count` events and inputs of the branch, or as many as there are; says how many.
  ///
  /// What is taken back last may be an input: then time stands where it was given.
  @discardableResult
  public mutating func back(_ count: Int) -> Int {
    let start = position
    goto(position: start - count)
    return start - position
  }

  /// Goes to a position of this branch, earlier or later; past its end time runs on. Positions are exact where an instant,
  /// which may hold many events, is not.
  ///
  /// - Parameter time: the instant at which time stands there, before whatever comes next; nil: that of the event, or of
  ///   the input that was given next.
  public mutating func goto(position target: Int, at time: Instant? = nil) {
    if target < position || target == position && time.map({ $0 < world.cluster.now }) ?? false {
      seek(max(branches[current].keyframes[0].position, target), nil)
      if time == nil, let next = nextInput, next.position == position { stand(at: next.time) }
    }
    while position < target {
      if let next = nextInput, next.position == position {
        replay(next)
      } else if position < tip.position {
        _ = world.run(until: .end, atMost: min(target, nextInput?.position ?? target, tip.position) - position)
        world.forgetReports()
      } else if !world.step(isStopping: true) {
        break
      }
      if !isInPast { extendTip() }
      if world.isStepwise { carryOutRemedies() }
      keepKeyframe()
    }
    if let time { stand(at: time) }
    if !isInPast { extendTip() }
  }

  /// Lets time pass to an instant, but not past whatever comes next.
  private mutating func stand(at instant: Instant) {
    let stop = min(instant, nextInputTime ?? instant)
    guard stop > world.cluster.now else { return }
    // What is due first may be a timer that nobody waits for: only playing it on a copy tells.
    var probe = world
    let isEventDue = probe.step(notAfter: Instant(microseconds: stop.microseconds - 1))
    world.advance(to: isEventDue ? probe.cluster.now : stop)
  }

  /// Goes to an instant of the present cluster on this branch, earlier or later.
  public mutating func goto(_ instant: Instant) {
    if instant < world.cluster.now {
      let frames = branches[current].keyframes.prefix { $0.position <= position }
      let era = world.era
      let frame = frames.last { $0.world.era == era && $0.world.cluster.now <= instant }
      load(frame ?? frames.last { $0.world.era < era } ?? frames[0])
      // The clock of an earlier cluster says nothing.
      while world.era < era, step() {}
    }
    run(until: instant)
  }

  /// Returns to a moment.
  public mutating func go(to moment: Moment) {
    leave()
    current = moment.branch
    seek(moment.position, moment.time)
  }

  /// Goes to the end of another branch. False if there is none of that name.
  public mutating func switchTo(_ name: String) -> Bool {
    guard let index = branches.firstIndex(where: { $0.name == name }) else { return false }
    leave()
    current = index
    seek(branches[index].tip.position, branches[index].tip.time)
    return true
  }

  /// Opens a branch here and switches to it.
  public mutating func fork(_ name: String) { openBranch(named: name) }

  /// Visits the world after each event from the branch's beginning to the present, until a visit returns true.
  package func replayed(_ visit: (World) -> Bool) -> Bool {
    var copy = self
    copy.load(branches[current].keyframes[0])
    let end = position
    while copy.position < end {
      guard copy.step() else { return false }
      if visit(copy.world) { return true }
    }
    return false
  }

  mutating func seek(_ target: Int, _ time: Instant?) {
    // A keyframe of that very position may have been taken later, after a while in which nothing happened.
    let frames = branches[current].keyframes
    let frame = frames.last { frame in
      frame.position < target || frame.position == target && time.map { frame.world.cluster.now <= $0 } ?? false
    }
    load(frame ?? frames[0])
    play(to: target - spacing)
    // After a jump here come steps about here: the next replay shall be short.
    keepKeyframe(force: target - position <= spacing)
    play(to: target)
    if let time, time > world.cluster.now { world.advance(to: time) }
    world.forgetReports()
  }

  private mutating func play(to target: Int) {
    while position < target {
      if let next = nextInput, next.position == position {
        replay(next)
      } else {
        let end = min(target, nextInput?.position ?? target)
        if world.run(until: .end, atMost: end - position) == .reached { break }
      }
    }
  }

  private mutating func load(_ frame: Keyframe) {
    let present = world
    world = frame.world
    world.inherit(reportingOf: present)
    cursor = branches[current].inputs.firstIndex { $0.position >= position } ?? branches[current].inputs.count
  }

  /// Keeps the present world, as somebody will want to return to it.
  private mutating func leave() { keepKeyframe(force: true) }
}
