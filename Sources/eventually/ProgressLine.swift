import Analysis
import Foundation
import Language
import Workbench

/// How far something has come that takes a while: one line on standard error, written over and over, and gone at the end.
/// Where that is no terminal nothing is written.
struct ProgressLine: Sendable {
  /// What is counted.
  private let noun: CountedNoun
  private let isShown: Bool

  init(_ noun: CountedNoun) {
    self.noun = noun
    isShown = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Says how many are done.
  func show(_ progress: Concurrently.Progress) {
    guard isShown else { return }
    let width = 20
    let filled = progress.all == 0 ? width : width * progress.done / progress.all
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    write("\r\(bar) \(progress.done) of \(noun.text(progress.all))\u{1B}[K")
  }

  /// Takes the line away.
  func end() {
    if isShown { write("\r\u{1B}[K") }
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
