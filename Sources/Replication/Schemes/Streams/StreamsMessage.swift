/// What one replica asks of another, or answers, where each partition has a leader in each region.
public enum StreamsMessage: UInt8, MessageKind {
  /// You lead: make this update.
  case update
  /// You lead: what is the newest of this key?
  case strongRead
  /// What do you hold of this key?
  case read
  /// This is what I hold.
  case data
  /// The update is durable.
  case done
  /// What the update asks of the key's value doesn't hold.
  case unmet
  /// I don't lead, or may not now.
  case refused
  /// Persist this record of the log.
  case append
  /// Persist this record of the log, and pass it on to the other copies of your region.
  case relay
  /// Persist that my leadership begins here.
  case barrier
  /// My log is persisted up to there.
  case persisted
  /// The log is committed up to there.
  case committed
  /// The next of my region's changes.
  case item
  /// Your region's changes are durable here up to there.
  case received
  /// I lead now: how far have you my region's changes?
  case resume
  /// I lead.
  case heartbeat
  /// I lead no more.
  case resign
  /// I follow you; my log is committed up to there.
  case follow
  /// Do you hear the leader?
  case inquiry
  /// I do, or I don't.
  case testimony
  /// I want to lead.
  case campaign
  /// You may, or may not; my log goes up to there.
  case vote
  /// Send me the records from there on.
  case fetch
  /// Keep this version: a part of a copy.
  case copyItem
  /// That was all of the copy.
  case copied
  /// All regions have my region's changes up to there.
  case trim
  /// My region has lost its disks: send me a copy.
  case refill
  /// Lead in my place: my lease is over.
  case handover
  /// The partition's capacity is used up.
  case throttled
  /// The update meets another region's, which is under way.
  case conflict
  /// The record of that request is durable in my region: answer it once it is in yours.
  case durable
  /// Do you still follow me?
  case confirm
  /// I do.
  case confirmed
  /// I know up to where the log is committed.
  case informed
}
