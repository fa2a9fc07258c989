# Homebrew's formula. A release states `url` and the sum of its sources (`shasum -a 256 FILE.tar.gz`); until there is one,
# `brew install --HEAD ./packaging/eventually.rb` builds what `head` names.
class Eventually < Formula
  desc "Workbench for eventual consistency in the terminal"
  homepage "https://eventually.example/"
  license "MIT"
  version "0.1.0"
  head "https://eventually.example/eventually.git", branch: "main"

  depends_on xcode: ["26.0", :build] if OS.mac?
  uses_from_macos "swift" => :build, since: :tahoe
  uses_from_macos "ncurses"

  def install
    # Homebrew has a sandbox of its own, in which another can't be made.
    args = ["-c", "release", "--disable-sandbox", "--product", "eventually"]
    args << "--static-swift-stdlib" if OS.linux?
    ENV["EVENTUALLY_COMMIT"] = build.head? ? Utils.git_short_head : "v#{version}"
    system "swift", "build", *args
    system "make", "install", "PREFIX=#{prefix}", "BINARY=.build/release/eventually"
  end

  test do
    (testpath/"demo.ev").write <<~SCRIPT
      write cart milk at ALL
      expect last.latency == 181ms
    SCRIPT
    assert_match "the one expectation held", shell_output("#{bin}/eventually run demo.ev")
    assert_match version.to_s, shell_output("#{bin}/eventually --version")
  end
end
