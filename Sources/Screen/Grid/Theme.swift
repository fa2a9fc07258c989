/// How many colours can be shown.
public enum ColorTier: String, CaseIterable, Sendable {
  case mono
  case eight = "8"
  case sixteen = "16"
  case full = "256"
}

/// What the terminal's own background is like: colours must stand out from it.
public enum Background: String, CaseIterable, Sendable {
  case dark, light

  /// What an environment says: `COLORFGBG`, which some terminals set, ends with the background's number in the palette.
  public init(environment: [String: String]) {
    let number = environment["COLORFGBG"]?.split(separator: ";").last.flatMap { Int($0) }
    self = number == 7 || number.map { (9...15).contains($0) } ?? false ? .light : .dark
  }
}

/// How a role looks on a terminal: a colour of the palette, if there are colours, and attributes.
public struct Paint: Hashable, Sendable {
  /// The foreground's number in the terminal's palette; nil for its own.
  public var color: UInt8?
  /// Whether it is bold.
  public var isBold: Bool
  /// Whether it is dim.
  public var isDim: Bool
  /// Whether it is reversed.
  public var isReversed: Bool
  /// Whether it is underlined.
  public var isUnderlined: Bool
}

/// Turns roles into colours (Okabe and Ito's palette, which colour-blind people can tell apart).
///
/// Colour only repeats what glyph and word have said, so without any the screen loses nothing.
public struct Theme: Hashable, Sendable {
  /// How many colours there are.
  public let tier: ColorTier
  /// What they stand on.
  public let background: Background

  /// The theme for that many colours on a background.
  public init(_ tier: ColorTier, on background: Background = .dark) {
    self.tier = tier
    self.background = background
  }

  /// How a style looks.
  public func paint(_ style: Style) -> Paint {
    var paint = Paint(
      color: color(style.role), isBold: style.isBold, isDim: false, isReversed: style.isReversed, isUnderlined: false)
    switch (tier, style.role) {
    case (.mono, .dim): paint.isDim = true
    case (.mono, .warn), (.mono, .focus): paint.isBold = true
    case (.mono, .conflict): paint.isUnderlined = true
    case (.mono, .bad): paint.isReversed = true
    case (.eight, .bad), (.eight, .focus), (.eight, .warn), (_, .conflict): paint.isBold = true
    case (.eight, .dim): paint.isDim = true
    default: break
    }
    return paint
  }

  private func color(_ role: Role) -> UInt8? {
    switch tier {
    case .mono: nil
    case .full where background == .light:
      switch role {
      case .text: nil
      case .dim: 243
      case .ok: 23
      case .warn, .conflict: 130
      case .bad: 160
      case .focus: 25
      case .flight: 26
      case .repair: 127
      }
    case .full:
      switch role {
      case .text: nil
      case .dim: 244
      case .ok: 36
      case .warn, .conflict: 214
      case .bad: 166
      case .focus: 75
      case .flight: 32
      case .repair: 175
      }
    case .sixteen where background == .light:
      switch role {
      case .text: nil
      case .dim: 8
      case .ok: 2
      case .warn, .conflict: 3
      case .bad: 1
      case .focus, .flight: 4
      case .repair: 5
      }
    case .sixteen:
      switch role {
      case .text: nil
      case .dim: 8
      case .ok: 2
      case .warn, .conflict: 3
      case .bad: 9
      case .focus: 14
      case .flight: 12
      case .repair: 5
      }
    case .eight:
      switch role {
      case .text, .dim: nil
      case .ok: 2
      case .warn, .conflict: 3
      case .bad: 1
      case .focus: 6
      case .flight: 4
      case .repair: 5
      }
    }
  }
}
