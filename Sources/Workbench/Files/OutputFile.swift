import Foundation

/// A file that is written: it has its name only once it is whole; a program that reads it meanwhile finds what was there.
///
/// Only regular files are replaced: links are followed to the file that they mean; devices, pipes, sockets and folders
/// are refused. Until it is whole it stands in the same folder under a name that nothing else has, and is removed where
/// it doesn't come to an end, also by a signal.
public final class OutputFile {
  /// The file, as it was named.
  public let path: String
  /// What is replaced, links followed.
  private let target: String
  /// The unfinished file; nil where its folder takes no new one and the target is written in place.
  private var draft: String?
  private var descriptor: Int32
  private var failed: FileProblem?
  /// Where the draft stands among those that a signal removes.
  private var slot: Int?

  /// Begins a file.
  ///
  /// - Throws: a ``FileProblem`` if it can't be written.
  public init(_ path: String) throws(FileProblem) {
    self.path = path
    guard !path.isEmpty else { throw FileProblem(path, "a file's name can't be empty") }
    // What a name means is asked of the system: a stream's name, such as /dev/stdout, is a link that only it can follow.
    let kind = FileKind(at: path)
    guard kind == nil || kind == .regular else {
      throw FileProblem(path, "this is \(kind?.words ?? "something else"), which isn't replaced by a file")
    }
    target = try Self.followed(path)
    guard kind == nil || FileKind(at: target) == .regular else {
      throw FileProblem(path, "the file that it leads to has no name any more")
    }
    if kind == .regular, access(target, W_OK) != 0 { throw FileProblem(path) }
    do {
      let (draft, descriptor) = try FileName.unused(beside: target)
      self.draft = draft
      self.descriptor = descriptor
      slot = Unfinished.add(draft)
      fchmod(descriptor, Self.mode(of: target))
    } catch {
      // Where a folder takes no new files, an old one can still be written.
      guard kind == .regular, error == FileProblem(target, code: EACCES) || error == FileProblem(target, code: EROFS)
      else { throw FileProblem(path, error.reason) }
      descriptor = open(target, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw FileProblem(path) }
    }
  }

  deinit { abandon() }

  /// Writes bytes; what goes wrong is told by ``close()``.
  public func write(_ bytes: some Collection<UInt8>) {
    guard failed == nil else { return }
    failed =
      bytes.withContiguousStorageIfAvailable { Self.write($0, to: descriptor, path) }
      ?? Array(bytes).withUnsafeBufferPointer { Self.write($0, to: descriptor, path) }
  }

  /// Gives the file its name.
  ///
  /// - Throws: a ``FileProblem`` if anything could not be written; the file that was there is as it was then.
  public func close() throws(FileProblem) {
    defer { abandon() }
    if let failed { throw failed }
    guard fsync(descriptor) == 0 else { throw FileProblem(path) }
    guard let draft else { return }
    guard rename(draft, target) == 0 else { throw FileProblem(path) }
    self.draft = nil
  }

  /// Leaves the file as it was.
  private func abandon() {
    if descriptor >= 0 { _ = Foundation.close(descriptor) }
    descriptor = -1
    if let draft { unlink(draft) }
    draft = nil
    if let slot { Unfinished.remove(slot) }
    slot = nil
  }

  /// Writes text whole to a file.
  ///
  /// - Throws: a ``FileProblem`` if it can't be written; the file that was there is as it was then.
  public static func write(_ text: String, to path: String) throws(FileProblem) {
    let file = try OutputFile(path)
    file.write(text.utf8)
    try file.close()
  }

  /// Writes bytes to a descriptor, all of them.
  static func write(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32, _ path: String) -> FileProblem? {
    var start = 0
    while start < bytes.count {
      let written = Foundation.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
      if written > 0 { start += written } else if written == 0 || errno != EINTR { return FileProblem(path) }
    }
    return nil
  }

  /// The file that a name means: links are followed, also where they lead to nothing yet.
  private static func followed(_ path: String) throws(FileProblem) -> String {
    var target = path
    for _ in 0..<40 {
      var status = stat()
      guard lstat(target, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return target }
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let length = buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { readlink(target, $0.assumingMemoryBound(to: CChar.self), bytes.count) } ?? -1
      }
      guard length > 0 else { throw FileProblem(path) }
      let next = String(decoding: buffer[..<length], as: UTF8.self)
      target = next.hasPrefix("/") ? next : "\(FileName.folder(of: target))/\(next)"
    }
    throw FileProblem(path, code: ELOOP)
  }

  /// The permissions that a file has, or that a new one gets.
  private static func mode(of path: String) -> mode_t {
    var status = stat()
    if stat(path, &status) == 0 { return status.st_mode & 0o777 }
    let mask = umask(0o077)
    umask(mask)
    return 0o666 & ~mask
  }
}
