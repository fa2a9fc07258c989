import Foundation

/// The unfinished files of this process, which go with it, however it ends: signal handlers may call little more than
/// `unlink`, and touch nothing that Swift manages.
enum Unfinished {
  private static let most = 16
  nonisolated(unsafe) private static let names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
    let names = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: most)
    names.initialize(repeating: nil, count: most)
    atexit { Unfinished.clear() }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // A handler that is set already, or ignoring, stays as it is.
      var present = sigaction()
      guard sigaction(number, nil, &present) == 0, isDefault(present) else { continue }
      signal(number) { number in
        Unfinished.clear()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    return names
  }()

  private static func isDefault(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler == nil
    #else
      action.__sigaction_handler.sa_handler == nil
    #endif
  }

  /// Takes note of a file; nil if there are too many.
  static func add(_ path: String) -> Int? {
    guard let slot = (0..<most).first(where: { names[$0] == nil }) else { return nil }
    names[slot] = strdup(path)
    return slot
  }

  /// Forgets a file.
  static func remove(_ slot: Int) {
    let name = names[slot]
    names[slot] = nil
    free(name)
  }

  private static func clear() {
    for slot in 0..<most { if let name = names[slot] { unlink(name) } }
  }
}
