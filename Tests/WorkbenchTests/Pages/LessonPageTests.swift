import Foundation
import Language
import Testing

@testable import Workbench

/// Lessons as static pages: well-formed, alone, and without answers where there are to be none.
@Suite struct LessonPageTests {
  private func lesson() throws -> Lesson {
    let course = try Course(
      texts: [(name: "01-first", text: LessonTemplate.lines.joined(separator: "\n"))], in: "lessons")
    return try #require(course.lessons.first)
  }

  private func page(withAnswers: Bool) throws -> LessonPage {
    try LessonPage(try lesson(), withAnswers: withAnswers) { session in
      let svg = "<svg xmlns=\"x\" viewBox=\"0 0 2 1\">\n<text>\(session.latestNumber)</text>\n</svg>\n"
      return ScreenPicture(light: svg, dark: svg)
    }
  }

  @Test func pagesAreWellFormedAndAskForNothing() throws {
    let pages = try page(withAnswers: true)
    let index = CoursePage.text([try lesson()], withAnswers: true)
    for text in [pages.questions, try #require(pages.answers), index] {
      let read = ReadPage(text)
      #expect(read.problem == nil, "\(read.problem ?? "")")
      #expect(read.all("script").isEmpty && read.all("img").isEmpty)
      for link in read.all("a").compactMap({ $0.attributes["href"] }) { #expect(!link.contains(":"), "\(link)") }
      let ids = read.elements.compactMap { $0.attributes["id"] }
      #expect(Set(ids).count == ids.count)
      for picture in read.all("svg") {
        #expect(picture.attributes["role"] == "img")
        #expect(picture.attributes["aria-label"] != nil || picture.attributes["aria-labelledby"] != nil)
      }
    }
  }

  @Test func theQuestionsHoldNoSolution() throws {
    let lesson = try lesson()
    let pages = try page(withAnswers: false)
    let solution = lesson.steps[0].solution.map(\.text).joined(separator: "\n")
    #expect(pages.answers == nil && !pages.questions.contains(PageText.escaped(solution)))
    #expect(!pages.questions.contains("answers/"))
    #expect(!CoursePage.text([lesson], withAnswers: false).contains("answers/"))
    let answers = try #require(try page(withAnswers: true).answers)
    #expect(answers.contains(PageText.escaped(solution)))
  }

  @Test func codeAndEmphasisAreMarkedUpAndTheRestIsText() {
    #expect(InlineMarkup.markup("a `x < y` *b* c") == "a <code>x &lt; y</code> <em>b</em> c")
    #expect(InlineMarkup.markup("2 * 3 * 4") == "2 * 3 * 4")
    #expect(InlineMarkup.markup("`open, *odd <i>") == "`open, *odd &lt;i&gt;")
    #expect(InlineMarkup.markup("") == "" && InlineMarkup.markup("``") == "``")
  }
}
