import Language
import Testing

@testable import Screen

/// Where the views stand: worked out from what room each wants, so that none is squeezed and more room never shows less.
@Suite struct LayoutTests {
  private static let sizes = stride(from: 40, through: 220, by: 7).flatMap { columns in
    stride(from: 10, through: 70, by: 3).map { Size(columns: columns, rows: $0) }
  }

  @Test(arguments: ViewName.allCases) func viewsTileTheScreenWithoutOverlap(focus: ViewName) {
    for size in Self.sizes {
      for companion in [ViewName.key, nil] {
        let guide = companion.map { Layout.Guide(view: .lesson, companion: $0) }
        let layout = Layout(size, focus: focus, isZoomed: false, guide: guide)
        var covered: Set<Point> = []
        for pane in layout.panes {
          for y in pane.rect.y..<pane.rect.bottom {
            for x in pane.rect.x..<pane.rect.right {
              #expect(covered.insert(Point(x, y)).inserted, "\(size): \(pane.view) covers another view")
            }
          }
          #expect(pane.rect.right <= size.columns && pane.rect.bottom <= layout.status, "\(size): \(pane.view)")
        }
        let top = layout.isSingle ? 2 : 1
        #expect(covered.count == size.columns * ((layout.timeBar ?? layout.status) - top), "\(size): \(focus)")
      }
    }
  }

  @Test(arguments: ViewName.allCases) func theFocusedViewIsShownAndNoneIsSqueezed(focus: ViewName) {
    for size in Self.sizes {
      let layout = Layout(size, focus: focus, isZoomed: false)
      #expect(layout.panes.contains { $0.view == focus }, "\(size): \(focus) is not there")
      guard layout.panes.count > 1 else { continue }
      for pane in layout.panes {
        let smallest = pane.view.pane.room.smallest
        #expect(
          Size(columns: pane.rect.width, rows: pane.rect.height).holds(smallest),
          "\(size): \(pane.view) has \(pane.rect.width)x\(pane.rect.height)")
      }
    }
  }

  @Test(arguments: ViewName.allCases) func moreRoomNeverShowsFewerViews(focus: ViewName) {
    let yardsticks = [(80, 24), (120, 40), (200, 60)].map { Size(columns: $0.0, rows: $0.1) }
    for (smaller, larger) in zip(yardsticks, yardsticks.dropFirst()) {
      let before = Layout(smaller, focus: focus, isZoomed: false).panes.map(\.view)
      let after = Layout(larger, focus: focus, isZoomed: false).panes.map(\.view)
      #expect(Set(after).isSuperset(of: before), "\(focus) at \(larger): \(after)")
    }
  }

  @Test func theLogIsNeverNarrowerThanOnASmallTerminal() {
    for size in Self.sizes where size.columns >= 80 && size.rows >= 24 {
      let log = Layout(size, focus: .map, isZoomed: false).panes.first { $0.view == .log }
      #expect((log?.rect.width ?? 0) >= 80, "\(size)")
    }
  }

  @Test func aLessonHasTheMapTheLogAndWhatItsStepIsAbout() {
    for size in [Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)] {
      let layout = Layout(size, focus: .lesson, isZoomed: false, guide: Layout.Guide(view: .lesson, companion: .clocks))
      #expect(layout.panes.map(\.view) == [.lesson, .map, .clocks, .log])
    }
  }

  @Test func everyViewSaysWhatItShowsAndWhatKeysDoInIt() {
    for view in ViewName.allCases {
      #expect(!view.pane.summary.isEmpty, "\(view)")
      #expect(!view.pane.keys.isEmpty, "\(view)")
      let bound = view.pane.keys.filter { key in KeyMap.standard.bindings.contains { $0.action == key.action } }
      #expect(bound.count == view.pane.keys.count, "\(view)")
      let room = view.pane.room
      #expect(room.preferred.holds(room.smallest), "\(view)")
    }
  }
}
