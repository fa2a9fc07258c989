import Kernel
import OrderedCollections

/// The words behind the numbers: keys and values are interned where they come in.
///
/// Ordered sets are iterated in the order of insertion only, so nothing here depends on hashing.
public struct Names: Sendable {
  private var keyNames: OrderedSet<String> = []
  private var texts: [String] = []
  private var itemTexts: OrderedSet<String> = []

  /// No names.
  public init() {}

  /// How many keys there are.
  public var keyCount: Int { keyNames.count }

  /// All keys, in the order in which they came up.
  public var keys: some RandomAccessCollection<KeyID> { (0..<keyNames.count).lazy.map(KeyID.init) }

  /// The name of a key; empty for none.
  public func name(of key: KeyID) -> String { key == .none ? "" : keyNames[key.index] }

  /// How many bytes the name of a key has.
  public func byteCount(ofKey key: KeyID) -> Int { keyNames[key.index].utf8.count }

  /// The key of that name, if it came up before.
  public func key(named name: String) -> KeyID? { keyNames.firstIndex(of: name).map(KeyID.init) }

  /// The key of that name; a new one gets the next number.
  public mutating func intern(key name: String) -> KeyID { KeyID(keyNames.append(name).index) }

  /// A value of that text.
  public mutating func intern(value text: String) -> ValueID {
    texts.append(text)
    return ValueID(texts.count - 1)
  }

  /// The item of that text: equal texts are one item.
  mutating func intern(item text: String) -> ItemID { ItemID(itemTexts.append(text).index) }

  /// The text of an item, which must not be a tombstone.
  public func text(of item: ItemID) -> String { itemTexts[item.index] }

  /// How many bytes the text of an item has; a tombstone has none.
  func byteCount(of item: ItemID) -> Int { item == .none ? 0 : itemTexts[item.index].utf8.count }

  /// The unique value that an operation of a load writes.
  ///
  /// It is made of the operation's number and becomes a text only when somebody looks.
  @inlinable public static func value(of operation: OperationID) -> ValueID {
    ValueID(operation.index | Self.loadMark)
  }

  /// The text of a value.
  public func text(of value: ValueID) -> String {
    value.index & Self.loadMark == 0 ? texts[value.index] : "v\(value.index & ~Self.loadMark)"
  }

  /// How many bytes the text of a value has.
  public func byteCount(of value: ValueID) -> Int {
    value.index & Self.loadMark == 0 ? texts[value.index].utf8.count : Self.byteCount(ofLoadValue: value)
  }

  static func byteCount(ofLoadValue value: ValueID) -> Int {
    var (digits, rest) = (1, (value.index & ~loadMark) / 10)
    while rest > 0 {
      digits += 1
      rest /= 10
    }
    return digits + 1
  }

  /// Values of loads have the top bit set.
  @usableFromInline static var loadMark: Int { 1 << 31 }
}
