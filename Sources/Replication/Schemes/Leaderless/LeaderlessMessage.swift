/// What one replica asks of another, or answers, where nobody leads.
public enum LeaderlessMessage: UInt8, MessageKind {
  /// Store this version.
  case write
  /// Store this version, and pass it on to others of your region.
  case relay
  /// Store this version, which a replica of your region passes on; acknowledge it to the coordinator.
  case passedOn
  /// Store what this update changes, if you have what it was made on.
  case delta
  /// I don't: send me the whole state.
  case deltaRefused
  /// It is stored.
  case writeAck
  /// Store this version, which was kept for you.
  case hint
  /// It is stored, the hint can go.
  case hintAck
  /// Store this version, a read found yours older.
  case repair
  /// It is stored.
  case repairAck
  /// Build a tree of what we share.
  case validate
  /// Here is the tree.
  case tree
  /// Stream what you hold in the leaves that differ.
  case exchange
  /// Store this version, a repair session or an operator found yours different.
  case stream
  /// It is stored.
  case streamAck
  /// What do you hold of this key?
  case dataRequest
  /// What is the digest of what you hold?
  case digestRequest
  /// This is what I hold.
  case dataResponse
  /// This is its digest.
  case digestResponse
  /// Will you take nothing below this ballot?
  case paxosPrepare
  /// I promise, or have promised otherwise; and this is what I have taken.
  case paxosPromise
  /// Take this as the key's next value.
  case paxosPropose
  /// I have.
  case paxosAccept
  /// I have promised otherwise.
  case paxosRefuse
  /// It is decided: store it.
  case paxosCommit
  /// So far I have heard of everybody.
  case gossipSyn
  /// This is newer than you know, and of these I want to hear more.
  case gossipAck
  /// Here is more.
  case gossipAck2
  /// Are you there?
  case echo
  /// I am.
  case echoReply
  /// I own no copy of that key: lead this update for me.
  case lead
  /// This is what came of it.
  case led
  /// All owners hold this tombstone among siblings: it can go.
  case reap
  /// Store this version in the place of an owner that I think dead, and hand it back to that one.
  case standIn
  /// I have given up: too many tombstones stand in the way of what I hold of this key.
  case readFailure
}
