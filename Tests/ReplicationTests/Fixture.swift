import Foundation
import Testing

/// Vectors that were computed elsewhere.
func fixture<Contents: Decodable>(_ name: String, as type: Contents.Type = Contents.self) throws -> Contents {
  let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}
