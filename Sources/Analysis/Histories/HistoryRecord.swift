/// One line of a history, or one element of it: the fields that have a meaning, as scalars.
struct HistoryRecord {
  /// A field that a history may have; others are skipped.
  enum Field: String, CaseIterable {
    case process, type, f, key, value, values, time, error, datatype, expires, mirrored
  }

  /// What a field holds.
  enum Content: Equatable {
    case absent
    case scalar(Int)
    /// A list, by the place of its first item; nil: it is empty.
    case list(Int?)
    /// A map or a set, whose content plays no part.
    case other
  }

  /// An element of a list.
  struct Item {
    let content: Content
    /// The place of the next one.
    var next: Int?
  }

  var process = Content.absent
  var type = Content.absent
  var function = Content.absent
  var key = Content.absent
  var value = Content.absent
  var values = Content.absent
  var error = Content.absent
  var datatype = Content.absent
  var expires = Content.absent
  var mirrored = Content.absent
  /// Nil where there is none.
  var time: Double?
  /// The elements of all lists.
  var items: [Item] = []

  /// Begins anew, keeping room.
  mutating func clear() {
    (process, type, function, key, value) = (.absent, .absent, .absent, .absent, .absent)
    (values, error, datatype, expires, mirrored, time) = (.absent, .absent, .absent, .absent, .absent, nil)
    items.removeAll(keepingCapacity: true)
  }

  /// Sets a field; false if it has been set.
  mutating func set(_ field: Field, _ content: Content) -> Bool {
    switch field {
    case .process: Self.set(&process, content)
    case .type: Self.set(&type, content)
    case .f: Self.set(&function, content)
    case .key: Self.set(&key, content)
    case .value: Self.set(&value, content)
    case .values: Self.set(&values, content)
    case .error: Self.set(&error, content)
    case .datatype: Self.set(&datatype, content)
    case .expires: Self.set(&expires, content)
    case .mirrored: Self.set(&mirrored, content)
    case .time: time == nil
    }
  }

  private static func set(_ place: inout Content, _ content: Content) -> Bool {
    guard place == .absent else { return false }
    place = content
    return true
  }

  /// The elements of a list.
  func elements(_ first: Int?) -> [Content] {
    var (elements, next): ([Content], Int?) = ([], first)
    while let place = next {
      elements.append(items[place].content)
      next = items[place].next
    }
    return elements
  }
}

/// A word that has a meaning as a type or a function, quoted or as a keyword.
enum HistoryWord: Int, CaseIterable {
  case invoke, ok, fail, info, order
  case read, r, write, w, cas, delete
  /// What our own histories say of keys that hold a counter or a set.
  case add, remove, increment
  case nemesis
}

/// What an operation of a history does.
enum HistoryFunction: String {
  case read, write, cas, delete
  /// What is done to a counter or a set, which is told of but not judged.
  case add, remove, increment

  /// Whether it is for keys that hold a data type.
  var isOfDataType: Bool {
    switch self {
    case .read, .write, .cas, .delete: false
    case .add, .remove, .increment: true
    }
  }
}

extension HistoryWord {
  /// The function that the word means; nil if it is none.
  var function: HistoryFunction? {
    switch self {
    case .read, .r: .read
    case .write, .w: .write
    case .cas: .cas
    case .delete: .delete
    case .add: .add
    case .remove: .remove
    case .increment: .increment
    case .invoke, .ok, .fail, .info, .order, .nemesis: nil
    }
  }
}

/// What is wrong with the text of a history.
struct HistorySyntaxError: Error {
  /// Where, in bytes from the beginning.
  let offset: Int
  let message: String
}
