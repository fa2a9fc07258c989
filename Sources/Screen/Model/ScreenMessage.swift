import Workbench

/// A key that somebody pressed.
public enum Key: Hashable, Sendable {
  case character(Character)
  /// With the Ctrl key, as a lower-case letter.
  case control(Character)
  /// With the Alt key: only those that edit a line as readline does, `b`, `f`, `d` and Backspace.
  case alt(Character)
  /// A function key, from 1.
  case function(Int)
  case enter, escape, tab, backTab, backspace, delete, up, down, left, right, home, end, pageUp, pageDown
}

/// What reaches the screen: whatever happens, happens as one of these.
public enum ScreenMessage: Hashable, Sendable {
  /// A key.
  case key(Key)
  /// Something was done with the mouse at a place.
  case mouse(MouseAction, Point)
  /// Text that was pasted whole.
  case paste(String)
  /// The terminal has another size.
  case resize(Size)
  /// Real time has passed, in nanoseconds; only sent while something moves.
  case tick(nanoseconds: UInt64)
  /// What came of something that the screen had asked for.
  case answer(SurroundingsAnswer)
}

/// What the screen asks of its loop.
public enum ScreenEffect: Hashable, Sendable {
  /// Leave, with that exit status.
  case quit(Int32)
  /// Give the terminal back to the shell until it wakes us.
  case suspend
  /// Draw everything anew.
  case redraw
  /// Take the mouse, or leave it to the terminal.
  case mouse(Bool)
  /// Keep that as the session's journal, then answer `writtenDown`.
  case writeDown(KeptScript)
  /// Write a file; over one that exists only if that was agreed to.
  case save(FileDraft, replacing: Bool)
  /// Give a text to the terminal's clipboard, and to a file.
  case copy(String)
  /// Read a script.
  case read(String)
  /// Something for the presenter alone.
  case note(String)
  /// Keep how far somebody has come with the lessons.
  case keep(LessonProgress)
}
