import Kernel

/// What a cluster's future follows from, as a text: two clusters of one plan, one seed and the same settings that
/// have the same text go on alike.
extension Cluster {
  /// The text; nil where something goes on that isn't told in it: then nothing is said of whether two clusters are alike.
  ///
  /// What has happened plays no part in it but by what it has left: neither how many events there have been, nor what was sent.
  /// Nor does the present instant, which is that of the last event; whoever compares clusters does so while time goes on.
  ///
  /// - Complexity: O(n) in all that is stored, kept and under way, by reflection: for small clusters.
  public var stateText: String? {
    guard plan.scheme == .leaderless, isToldInFull else { return nil }
    var parts: [String] = []
    for id in replicas.ids { parts.append(text(of: replicas.leaderless[id])) }
    for entry in queue.entries { parts.append("\(entry.at.microseconds) \(text(of: entry.payload))") }
    for message in held { parts.append("held \(message.rest.microseconds) \(text(of: message.scheduled))") }
    parts.append("\(deadlines) \(turn.environment.detector) \(network)")
    parts.append("\(turn.environment.hasMortals) \(turn.environment.hasLosses) \(turn.environment.isLossy)")
    for ticket in operations.slots {
      let open = operations[ticket]
      parts.append("\(ticket) \(open) \(open.payload.context.map(entries) ?? "")")
    }
    for client in clients.elements { parts.append("\(client)") }
    for key in catalogue.names.keys { parts.append(catalogue.names.name(of: key)) }
    for id in catalogue.versions.ids {
      let version = catalogue.version(id)
      parts.append("\(version) \(entries(version.context)) \(entries(version.vector))")
    }
    for life in turn.parcels.hintLives.ids { parts.append("\(turn.parcels.hintLives[life])") }
    return parts.joined(separator: "\n")
  }

  /// Whether nothing goes on whose state isn't told.
  private var isToldInFull: Bool {
    let settings = turn.environment.settings
    return settings.gossipPeriod == nil && !settings.choosesByLatency && settings.speculation == .off
      && !settings.isSloppy && !settings.coalesces && !settings.sendsDeltas && settings.antiEntropy == nil
      && !turn.environment.takesTimeToServe && !turn.environment.hasForms && !turn.environment.hasClientPath
      && repairs.openSessions == 0 && searches.count == 0 && workloads.count == 0 && timelines.isEmpty
      && turn.parcels.leads.count == 0 && replicas.ids.allSatisfy { isPlain(replicas.leaderless[$0]) }
  }

  private func isPlain(_ server: LeaderlessServer) -> Bool {
    server.transactions.count == 0 && server.paxos.ids.isEmpty && server.comparisons.isEmpty
  }

  private func text(of server: LeaderlessServer) -> String {
    var parts = ["\(server.replica) \(server.writer) \(server.hints)"]
    for key in server.cells.ids where server.cells[key] != .empty {
      parts.append("\(key.raw): \(server.cells[key]) \(entries(server.cells[key].seen))")
    }
    for key in server.issued.ids where server.issued[key] > 0 { parts.append("\(key.raw) \(server.issued[key])") }
    for slot in server.writes.slots { parts.append("w\(slot) \(server.writes[slot])") }
    for slot in server.reads.slots {
      let seen = server.reads[slot].responses.map { entries($0.seen) }.joined(separator: " ")
      parts.append("r\(slot) \(server.reads[slot]) \(seen)")
    }
    return parts.joined(separator: "\n")
  }

  private func text(of scheduled: Scheduled) -> String {
    guard case .message(let message) = scheduled.event else { return "\(scheduled)" }
    return "\(scheduled) \(entries(message.seen))"
  }

  private func entries(_ vector: VectorID) -> String {
    vector == .none ? "" : "\(catalogue.vectors.entries(of: vector))"
  }
}
