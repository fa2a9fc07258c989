import Foundation
import Testing

@testable import Screen

/// Colours that can be read and told apart, on dark and on light, by people who see them differently.
@Suite struct ThemeTests {
  /// A colour of xterm's palette as red, green and blue from 0 to 1.
  private static func rgb(_ number: UInt8) -> [Double] {
    let number = Int(number)
    if number == 15 { return [1, 1, 1] }
    if number >= 232 { return Array(repeating: Double(8 + 10 * (number - 232)) / 255, count: 3) }
    let steps = [0, 95, 135, 175, 215, 255].map { Double($0) / 255 }
    let cube = number - 16
    return [steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6]]
  }

  private static func linear(_ value: Double) -> Double {
    value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  /// Relative luminance (WCAG 2.2).
  private static func luminance(_ color: [Double]) -> Double {
    zip(color.map(linear), [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func contrast(_ first: [Double], _ second: [Double]) -> Double {
    let (low, high) = (min(luminance(first), luminance(second)), max(luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)
  }

  private static func color(_ role: Role, on background: Palette) -> [Double]? {
    Theme(.full, on: background).paint(Style(role)).color.map(rgb)
  }

  @Test func chosenColoursTakeThePlaceOfThePalettesWhereTheyCanBeShown() {
    let theme = Theme(.full, chosen: [.focus: 200])
    #expect(theme.paint(Style(.focus)).color == 200 && theme.paint(Style(.ok)) == Theme(.full).paint(Style(.ok)))
    #expect(Theme(.sixteen, chosen: [.focus: 200]).paint(Style(.focus)) == Theme(.sixteen).paint(Style(.focus)))
    #expect(Theme(.mono, chosen: [.focus: 2]).paint(Style(.focus)).color == nil)
  }

  @Test(arguments: Palette.allCases) func everyColourStandsOutFromItsBackground(background: Palette) {
    let paper = background.isLight ? [1.0, 1, 1] : [0.0, 0, 0]
    for role in Role.allCases {
      guard let color = Self.color(role, on: background) else { continue }
      let contrast = Self.contrast(color, paper)
      #expect(contrast >= (background == .highContrast ? 7 : 4.5), "\(role) on \(background): \(contrast)")
    }
  }

  /// Machado, Oliveira and Fernandes, *A Physiologically-based Model for Simulation of Color Vision Deficiency*, 2009:
  /// deuteranopia, severity 1, on linear light.
  private static func deuteranopic(_ color: [Double]) -> [Double] {
    let matrix = [
      [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]
    let light = color.map(linear)
    return matrix.map { row in zip(row, light).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  @Test(arguments: Palette.allCases) func goodAndBadCanBeToldApartWithoutSeeingRedAndGreen(background: Palette)
    throws
  {
    let good = Self.deuteranopic(try #require(Self.color(.ok, on: background)))
    let bad = Self.deuteranopic(try #require(Self.color(.bad, on: background)))
    let distance = zip(good, bad).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    #expect(distance > 0.15, "\(background): \(distance)")
  }

  @Test func withoutColoursEveryRoleThatMattersHasAnAttribute() {
    for role in [Role.warn, .bad, .focus, .conflict] {
      let paint = Theme(.mono).paint(Style(role))
      #expect(paint.color == nil)
      #expect(paint.isBold || paint.isReversed || paint.isUnderlined, "\(role)")
    }
  }

  @Test(arguments: [
    ("15;0", Palette.dark), ("0;15", .light), ("0;default;15", .light), ("", .dark), ("0;7", .light),
  ])
  func theTerminalMaySayWhatItsBackgroundIs(value: String, background: Palette) {
    #expect(Palette(environment: ["COLORFGBG": value]) == background)
  }
}
