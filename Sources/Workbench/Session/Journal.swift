import Foundation

/// A session's file, which says at any moment what has been done and what is about to be: each command is appended before
/// it is carried out, so that a killed terminal loses nothing.
///
/// Where the last lines turn out otherwise (a command was refused, or its time was cut short) the file is written anew
/// under another name and renamed: at no moment is it less than whole. While it is open nobody else can go on with the
/// session: the lock on it goes with the process.
public struct Journal: Sendable {
  /// How long a session's file may become, in bytes: as long as a script that can be read.
  public static let longest = Script.longest
  /// What is kept free for time that runs, and for what becomes of the last command.
  private static let reserve = 1_024

  /// Why a command isn't carried out: its session would be too long to be read again.
  public struct TooLong: Error, Hashable, Sendable {
    /// The reason, and what to do.
    public var sentence: String {
      "the session's script would be longer than \(Journal.longest / 1_048_576) MiB, and could not be resumed; "
        + "`save` writes it elsewhere, and a new session begins anew"
    }
  }

  /// The file.
  public let path: String
  private var descriptor: Int32 = -1
  /// How many of the session's lines stand in the file for good, and how many bytes they take.
  private var settled = (lines: 0, bytes: 0)
  /// The lines behind those.
  private var tail: [String] = []
  private var size: Int { settled.bytes + tail.reduce(0) { $0 + $1.utf8.count + 1 } }

  /// A journal in a new file, which is made once there is something to write.
  public init(path: String) { self.path = path }

  /// A journal that goes on in a file that is open and locked.
  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Takes in that the file's first bytes are a session as it stands: nothing of them is written again.
  ///
  /// - Throws: a ``FileProblem`` if what stands behind them can't be cut off.
  public mutating func goOn(from script: KeptScript, after bytes: Int) throws(FileProblem) {
    guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw FileProblem(path) }
    settled = (script.count, bytes)
  }

  /// Makes the file hold a script.
  ///
  /// - Throws: ``TooLong`` if the command that is about to be carried out doesn't fit, and a ``FileProblem`` if the file
  ///   can't be written; the file is as it was then.
  public mutating func hold(_ script: KeptScript) throws {
    let lines = (min(settled.lines, script.count)..<script.count).map { script[$0] }
    guard lines != tail else { return }
    let isLonger = lines.starts(with: tail)
    let added = lines.dropFirst(isLonger ? tail.count : 0)
    let bytes = Array(added.map { $0 + "\n" }.joined().utf8)
    let room = Self.longest - (script.announces ? Self.reserve : 0)
    guard (isLonger ? size : settled.bytes) + bytes.count <= room else { throw TooLong() }
    let isNew = descriptor < 0
    if isNew { descriptor = try Self.made(path) }
    do {
      if isLonger { try append(bytes) } else { try replace(tailBy: bytes) }
    } catch {
      if isNew { discard() }
      throw error
    }
    tail = lines
    let count = max(0, script.settled - settled.lines)
    settled.bytes += tail.prefix(count).reduce(0) { $0 + $1.utf8.count + 1 }
    settled.lines += min(count, tail.count)
    tail.removeFirst(min(count, tail.count))
  }

  /// Removes a file that has just been made, and in which nothing could be written.
  private mutating func discard() {
    unlink(path)
    _ = close(descriptor)
    descriptor = -1
  }

  private mutating func append(_ bytes: [UInt8]) throws(FileProblem) {
    let before = size
    guard lseek(descriptor, off_t(before), SEEK_SET) >= 0 else { throw FileProblem(path) }
    if let problem = bytes.withUnsafeBufferPointer({ OutputFile.write($0, to: descriptor, path) }) {
      _ = ftruncate(descriptor, off_t(before))
      throw problem
    }
  }

  /// Writes the file anew with another end, and takes its place.
  private mutating func replace(tailBy bytes: [UInt8]) throws(FileProblem) {
    let (draft, fresh) = try FileName.unused(beside: path)
    func give(up problem: FileProblem) -> FileProblem {
      _ = close(fresh)
      unlink(draft)
      return problem
    }
    var rest = settled.bytes
    var buffer = [UInt8](repeating: 0, count: min(max(rest, 1), 1 << 20))
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw give(up: FileProblem(path)) }
    while rest > 0 {
      let count = read(descriptor, &buffer, min(rest, buffer.count))
      guard count > 0 else { throw give(up: FileProblem(path)) }
      if let problem = buffer[..<count].withUnsafeBufferPointer({ OutputFile.write($0, to: fresh, path) }) {
        throw give(up: problem)
      }
      rest -= count
    }
    if let problem = bytes.withUnsafeBufferPointer({ OutputFile.write($0, to: fresh, path) }) {
      throw give(up: problem)
    }
    guard flock(fresh, LOCK_EX | LOCK_NB) == 0, fsync(fresh) == 0, rename(draft, path) == 0 else {
      throw give(up: FileProblem(path))
    }
    _ = close(descriptor)
    descriptor = fresh
  }

  /// A new file for a journal, locked.
  private static func made(_ path: String) throws(FileProblem) -> Int32 {
    try PrivateFolder.make(for: path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw FileProblem(path) }
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
    return descriptor
  }
}
