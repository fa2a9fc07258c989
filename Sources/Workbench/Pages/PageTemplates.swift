import Mustache
import Pages

/// The templates that all pages are made of, read once.
enum PageTemplates {
  private static let contentType = "PAGE"

  private struct Escaping: MustacheContentType {
    func escapeText(_ text: String) -> String { PageText.escaped(text) }
  }

  private static let library: MustacheLibrary = {
    MustacheContentTypes.register(Escaping(), named: contentType)
    var library = MustacheLibrary()
    do {
      for script in PageFiles.scripts { try library.register(script.text, named: script.name) }
      for style in PageFiles.styles { try library.register(style.text, named: style.name) }
      for template in PageFiles.templates {
        // A partial doesn't take over how its page escapes: each of them says it.
        try library.register("{{% CONTENT_TYPE: \(contentType)}}\n\(template.text)", named: template.name)
      }
    } catch {
      preconditionFailure("a template that is compiled in can't be read: \(error)")
    }
    return library
  }()

  /// A page: what a template makes of it.
  ///
  /// - Parameter content: a value whose members have the names that the template asks for.
  static func page(_ content: some Sendable, from template: String) -> String {
    guard let text = library.render(content, withTemplate: template) else {
      preconditionFailure("no template `\(template)` is compiled in")
    }
    return PageCode.marked(String(text.drop { $0.isNewline })) + (text.hasSuffix("\n") ? "" : "\n")
  }
}
