/// What each session did to one key, and had acknowledged.
struct SessionSteps {
  private let history: RegisterHistory
  /// One session's operations in the order in which they began, and in that in which they ended.
  struct Session {
    let begun: [Int]
    let ended: [Int]

    /// Walks through in real time: whatever ended before an operation began is told of before it.
    func walk(in history: RegisterHistory, begins: (Int) -> Void, ended tell: (Int) -> Void) {
      var next = 0
      for number in begun {
        while next < ended.count, history.operations[ended[next]].precedes(history.operations[number]) {
          tell(ended[next])
          next += 1
        }
        begins(number)
      }
    }
  }

  private(set) var sessions: [Session] = []

  /// - Parameter wanted: whose operations; nil: everybody's.
  init(_ numbers: [Int], in history: RegisterHistory, of wanted: Set<Int>? = nil) {
    self.history = history
    var places: [Int: Int] = [:]
    var begun: [[Int]] = []
    for number in numbers where history.operations[number].ending == .ok {
      let session = history.operations[number].session
      guard wanted?.contains(session) ?? true else { continue }
      let place = places[session] ?? begun.count
      if place == begun.count {
        places[session] = place
        begun.append([])
      }
      begun[place].append(number)
    }
    sessions = begun.map { numbers in
      var isInOrder = true
      for (one, next) in zip(numbers, numbers.dropFirst())
      where !history.operations[one].precedes(history.operations[next]) {
        isInOrder = false
        break
      }
      let ended =
        isInOrder ? numbers : numbers.sorted { history.operations[$0].ended < history.operations[$1].ended }
      return Session(begun: numbers, ended: ended)
    }
  }

  /// All of it, in the order of the numbers.
  var numbers: [Int] { sessions.flatMap(\.begun).sorted() }

  /// When each of them ended, in order.
  var ends: [Int] { sessions.flatMap { $0.ended.map { history.operations[$0].ended } }.sorted() }

  /// What had ended by some place.
  func ended(by end: Int) -> SessionSteps {
    SessionSteps(numbers.filter { history.operations[$0].ended <= end }, in: history)
  }
}
