import Kernel
import Language
import Workbench

/// All profiles on their way through one ordeal, side by side. It goes on in small pieces, between which keys are answered.
struct Comparison: Sendable {
  /// How many stretches are played at one tick.
  private static let piece = 2

  /// What they go through.
  let ordeal: Ordeal
  /// Those that are under way; none once all are through, so that nothing more is kept than what is shown.
  private var courses: [OrdealCourse]
  /// What has become of each so far.
  private(set) var results: [OrdealResult] = []
  /// Why it could not be gone on with.
  private(set) var problem: String?

  /// All profiles at the beginning of an ordeal.
  init(_ ordeal: Ordeal) {
    self.ordeal = ordeal
    courses = []
    do {
      courses = try Profile.all().filter(\.isSystem).map { try OrdealCourse($0, in: ordeal) }
      results = courses.map(\.result)
    } catch {
      problem = (error as? ScriptError)?.sentence ?? "\(error)"
    }
  }

  /// Whether all are through.
  var isOver: Bool { courses.isEmpty }

  /// How far the last of those under way has come; nil: all are through.
  var now: Instant? {
    courses.indices.filter { !courses[$0].isOver }
      .map { results[$0].stretches.last.map { $0.start + Ordeal.stretch } ?? .start }.min()
  }

  /// Lets those go on that have come least far.
  mutating func goOn() {
    for _ in 0..<Self.piece {
      let open = courses.indices.filter { !courses[$0].isOver }
      guard let place = open.min(by: { results[$0].stretches.count < results[$1].stretches.count }) else {
        courses = []
        return
      }
      do {
        try courses[place].advance()
        results[place] = courses[place].result
      } catch {
        problem = (error as? ScriptError)?.sentence ?? "\(error)"
        courses = []
      }
    }
  }
}

extension ScreenModel {
  /// Whether profiles go through their ordeal: as long as somebody looks.
  var isComparing: Bool { focus == .compare && !(comparison?.isOver ?? true) }

  /// Lets the profiles go on, if somebody looks.
  mutating func compareOn() {
    if isComparing { comparison?.goOn() }
  }

  /// Sees the profiles that somebody looks at to the end of their ordeal.
  public mutating func finishComparing() {
    while isComparing { comparison?.goOn() }
  }
}
