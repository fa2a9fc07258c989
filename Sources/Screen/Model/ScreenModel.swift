import Analysis
import Kernel
import Language
import Workbench

/// All that the screen shows and all that it remembers: one value, changed by messages only.
public struct ScreenModel: Sendable {
  /// What keys mean.
  public enum Mode: Hashable, Sendable {
    /// Keys are actions.
    case keys
    /// Keys are text.
    case prompt
    /// The help lies over the screen, or the answer to a question.
    case overlay(Overlay)
    /// Something is asked that could not be undone.
    case question(Question)
    /// An operation is being filled in.
    case form(OperationForm)
    /// Something is being chosen.
    case menu(Menu)
    /// Something is being looked for.
    case search(Search)
  }

  /// The one sentence that the screen says.
  public struct Status: Hashable, Sendable {
    /// How much it matters.
    public let role: Role
    /// The sentence, escaped.
    public let text: String

    init(_ text: String, _ role: Role) {
      self.role = role
      // The status line puts a mark before it, by how much it matters.
      let line = PrintableLine(text).text
      let isMarked = line.dropFirst().first == " " && line.first.map("●✗▲►■‖·○".contains) ?? false
      self.text = isMarked ? String(line.dropFirst(2)) : line
    }
  }

  /// The cluster and its history: that of the drill, where somebody is on duty.
  public internal(set) var session: Session {
    _read {
      if let duty { yield duty.play.session } else { yield ownSession }
    }
    _modify {
      if duty != nil { yield &duty!.play.session } else { yield &ownSession }
    }
  }
  private var ownSession: Session
  /// The size of the screen.
  public internal(set) var size: Size
  /// What somebody sees: keys and mouse mean what the last frame showed.
  public var sight = Sight()
  /// What keys mean now.
  public internal(set) var mode = Mode.keys
  /// Where commands are typed.
  public internal(set) var prompt = Prompt()
  /// What is offered to who has just arrived.
  public internal(set) var tutorial = Tutorial()
  /// Whether the mouse is ours.
  public var hasMouse = true
  /// What keys do.
  public internal(set) var keyMap = KeyMap.standard
  /// Whether time that a command takes is played; else it has passed at once.
  public internal(set) var isAnimated = true
  /// What was looked for last, as long as somebody goes through it.
  public internal(set) var search: Search?
  /// The consistency level that forms begin with.
  public internal(set) var level = "QUORUM"
  /// The pane that keys act on.
  public internal(set) var focus = ViewName.map
  /// Whether that pane has the whole screen.
  public internal(set) var isZoomed = false
  /// The key that was selected last; it may have been taken back since.
  private var chosenKey: String?
  /// The replica that is selected, by name.
  public internal(set) var replica: String?
  /// How many rows each list is scrolled back from its end.
  public internal(set) var scroll: [ViewName: Int] = [:]
  /// What is selected in the views that have more to select than a replica.
  public internal(set) var selection = ViewSelection()
  /// What the screen says.
  public internal(set) var status: Status?
  /// What the screen has said so far.
  public internal(set) var messages = MessageHistory()
  /// What somebody says, until the next thing is said.
  public internal(set) var caption: String?
  /// The chapter of a script that is being told.
  public internal(set) var chapter: String?
  /// The demo that is being played; nil if there is none.
  public internal(set) var demo: Demo?
  /// What the history has kept, judged when it last changed while the view was shown; nil reports: it is too long.
  public internal(set) var guarantees: (mark: Int, reports: [GuaranteeReport]?)?
  /// The keys as they were when something last happened while they were listed.
  var keysReport: (mark: Int, report: KeysReport)?
  /// The selected user's timeline, and what it was worked out from.
  var timelineReport: (mark: TimelineMark, report: TimelineReport?)?
  /// Two branches side by side, as they were when something last changed while they were shown.
  var branchesReport: (mark: BranchesMark, report: BranchesReport?)?
  /// All profiles on their way through one ordeal, since somebody looked; nil before.
  var comparison: Comparison?
  /// How somebody looks at the views that are tables.
  public internal(set) var tables: [ViewName: TableLook] = [:]
  /// The lessons, where somebody learns; nil otherwise.
  public internal(set) var classroom: Classroom?
  /// Whoever is on duty; nil: nobody is.
  public internal(set) var duty: Duty?
  /// Whether commands are written down before they are carried out.
  public var isJournalled = false
  /// The command that is being written down.
  var intention: Intention?
  /// The script whose lines are being carried out.
  var sourced: ScriptQueue?
  /// The lines that were pasted and wait for their turn.
  var pasted: ScriptQueue?
  /// Time that runs; nil while it stands.
  public internal(set) var playback: Playback?
  /// Whether Ctrl-C was the last key.
  var isLeaving = false

  /// Puts commands into the prompt's history that were typed in earlier sessions, oldest first.
  public mutating func remember(_ commands: [String]) { commands.forEach { prompt.remember($0) } }

  /// A screen for a session.
  public init(_ session: Session, size: Size) {
    ownSession = session
    self.size = size
    if session.isFresh {
      mode = .prompt
      // Whoever comes here first learns what it is that they see.
      let (replicas, regions) = (session.replicaNames.count, session.map.regions.count)
      let words = "\(CountedNoun("replica").text(replicas)) in \(CountedNoun("region").text(regions))"
      status = Status("\(words) copy what you write; time moves when you command", .dim)
    } else {
      tutorial.end()
    }
  }

  /// The key whose copies are shown; nil before there is any.
  ///
  /// It is known by its name: undone and done again it is selected as before. While there is none of that name the latest is.
  public internal(set) var key: String? {
    get { chosenKey.flatMap { session.position(ofKey: $0) == nil ? nil : $0 } ?? session.latestKey }
    set { chosenKey = newValue }
  }

  /// Selects the key at that position among all; past the last comes the first.
  mutating func turn(toKey position: Int) { key = session.key(atPosition: position) }

  /// Gives a view the focus.
  public mutating func turn(to view: ViewName) {
    focus = view
    refreshReports()
  }

  /// Whether something moves, so that real time matters.
  public var isMoving: Bool { playback != nil || demo?.isTicking ?? false || isQueueReady || isComparing }

  /// Whether time runs as fast as can be, and no real time should be lost.
  public var isHurrying: Bool { playback?.isUnbounded ?? isComparing }

  /// The command on offer: only to an empty prompt.
  public var offer: Tutorial.Step? {
    mode == .prompt && prompt.text.isEmpty && playback?.goal == nil ? tutorial.step : nil
  }

}
