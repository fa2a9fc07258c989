/// The indefinite article of a noun that is written as it is spelt, such as the name of a data type.
public enum Article {
  /// The noun with `a` or `an` before it: `an or-set`, and `an mv-register`, whose first letter is spoken by its name.
  public static func indefinite(_ noun: String) -> String {
    let isSpelt = noun.hasPrefix("mv-") || noun.hasPrefix("lww")
    let isVowel = noun.first.map { "aeio".contains($0.lowercased()) } ?? false
    return (isSpelt || isVowel ? "an " : "a ") + noun
  }
}
