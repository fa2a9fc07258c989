/// How many colours can be shown.
public enum ColorTier: String, CaseIterable, Sendable {
  case mono
  case eight = "8"
  case sixteen = "16"
  case full = "256"
}

/// A set of colours: for a dark background, for a light one, or as far apart from black as can be.
public enum Palette: String, CaseIterable, Sendable {
  case dark, light
  case highContrast = "high-contrast"

  /// Whether it is meant for a light background.
  public var isLight: Bool { self == .light }

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
  /// Which colours.
  public let palette: Palette
  /// Colours that somebody has chosen, by the numbers of xterm's palette.
  public let chosen: [Role: UInt8]

  /// The theme for that many colours, with what somebody has chosen instead.
  public init(_ tier: ColorTier, on palette: Palette = .dark, chosen: [Role: UInt8] = [:]) {
    self.tier = tier
    self.palette = palette
    self.chosen = chosen
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
    if tier != .mono, let color = chosen[role], tier == .full || color < (tier == .eight ? 8 : 16) { return color }
    return switch tier {
    case .mono: nil
    case .full where palette == .highContrast:
      switch role {
      case .text: 15
      case .dim: 252
      case .ok: 48
      case .warn, .conflict: 226
      case .bad: 209
      case .focus: 51
      case .flight: 117
      case .repair: 219
      }
    case .full where palette == .light:
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
    case .sixteen where palette == .highContrast:
      switch role {
      case .text: 15
      case .dim: 7
      case .ok: 10
      case .warn, .conflict: 11
      case .bad: 9
      case .focus, .flight: 14
      case .repair: 13
      }
    case .sixteen where palette == .light:
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
