import Foundation
import Language

/// Why a file can't be read, written or kept: which, and the reason in words.
public struct FileProblem: Error, Hashable, Sendable {
  /// The file, by the name it was given.
  public let path: String
  /// The reason.
  public let reason: String

  /// A problem with a file, for a reason.
  public init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The problem that the system's latest call reported.
  init(_ path: String, code: Int32 = errno) { self.init(path, String(cString: strerror(code))) }

  /// The problem in one sentence.
  public var sentence: String { "\(Printable.escaped(path)) can't be written: \(reason)" }
}

/// What stands under a name in the file system.
enum FileKind: Hashable {
  case regular, folder, device, pipe, socket, other

  init(_ mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .folder
    case S_IFCHR, S_IFBLK: self = .device
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    default: self = .other
    }
  }

  /// What stands under a name, links followed; nil if nothing does.
  init?(at path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status.st_mode)
  }

  /// What it is, in words.
  var words: String {
    switch self {
    case .regular: "a file"
    case .folder: "a folder"
    case .device: "a device"
    case .pipe: "a named pipe"
    case .socket: "a socket"
    case .other: "no regular file"
    }
  }
}

/// Names of files.
enum FileName {
  /// The folder in which a file lies, as its name says it; `.` where it says none.
  ///
  /// Foundation's `deletingLastPathComponent` traps at names of one character.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A new file that only its owner can read, in the folder of another, under a name that nothing else has.
  ///
  /// - Throws: a ``FileProblem`` that names the other if its folder takes no new one.
  static func unused(beside path: String) throws(FileProblem) -> (path: String, descriptor: Int32) {
    var name = Array("\(folder(of: path))/.eventually-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw FileProblem(path) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return (String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self), descriptor)
  }
}
