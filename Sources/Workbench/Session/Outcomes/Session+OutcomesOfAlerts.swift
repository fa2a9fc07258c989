import Analysis
import Insight
import Kernel
import Language
import Replication

/// What came of what somebody decided about alerts, and what can't be.
extension Session {
  func finding(_ decision: OperatingDecision) -> OutcomeFinding {
    switch decision {
    case .rule(let rule):
      let span = rule.span == .zero ? "as soon as that is so" : "once that has been so for \(Quantity.text(rule.span))"
      let state = world.board.state(of: rule.name).map { $0 == .ok ? "" : "; it is \($0.rawValue) already" } ?? ""
      let told = rule.escalation.map { ", and \(words(for: $0))" } ?? ""
      return OutcomeFinding(
        "\(Printable.named(rule.name)) fires, a \(rule.severity.rawValue), \(span)\(told)\(state)",
        state.isEmpty ? .plain : .warning)
    case .off(let name): return OutcomeFinding("\(Printable.named(name)) is judged no more")
    case .escalation(let name, let escalation):
      return OutcomeFinding("if \(Printable.named(name)) goes on, \(words(for: escalation))")
    case .acknowledged(let name):
      return OutcomeFinding("\(Printable.named(name)) is taken on; nobody else is told while it fires", .good)
    case .remedy(let remedy):
      let delay = remedy.delay == .zero ? "" : "\(Quantity.text(remedy.delay)) later, if it fires still, "
      return OutcomeFinding("when \(Printable.named(remedy.alert)) fires, \(delay)this is done: \(remedy.text)")
    case .noRemedy(let name): return OutcomeFinding("nothing is done any more when \(Printable.named(name)) fires")
    }
  }

  private func words(for escalation: Escalation) -> String {
    "\(Printable.escaped(escalation.receiver)) is told after \(Quantity.text(escalation.after)) unless somebody acknowledges it"
  }

  /// Why it can't be decided now; nil if it can.
  func refusal(of decision: OperatingDecision) -> String? {
    switch decision {
    case .acknowledged(let name):
      world.board.state(of: name) == .firing
        ? nil : "\(Printable.named(name)) doesn't fire now; `show alerts` tells how alerts stand"
    case .noRemedy(let name):
      world.board.remedies(of: name).isEmpty ? "nothing is done when \(Printable.named(name)) fires" : nil
    case .remedy(let remedy): absence(of: remedy.alert)
    case .off(let name), .escalation(of: let name, _): absence(of: name)
    case .rule: nil
    }
  }

  private func absence(of name: String) -> String? {
    guard world.board.state(of: name) == nil else { return nil }
    return world.board.isOff(name)
      ? "\(Printable.named(name)) is off" : "there is no alert \(Printable.named(name)) now; `show alerts` lists all"
  }
}
