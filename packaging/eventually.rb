# Homebrew's formula. Whoever publishes the program states `homepage`, `url` and the sum of its sources (`shasum -a 256 FILE.tar.gz`).
# Until then `HOMEBREW_DEVELOPER=1 brew install --HEAD ./packaging/eventually.rb` builds the branch main of the repository that this
# file lies in; without that variable Homebrew takes formulae from its taps alone.
class Eventually < Formula
  desc "Workbench for eventual consistency in the terminal"
  license "MIT"
  version "0.1.0"
  head "file://#{File.expand_path("..", __dir__)}", using: :git, branch: "main"

  depends_on xcode: ["26.0", :build] if OS.mac?
  uses_from_macos "swift" => :build, since: :tahoe
  uses_from_macos "ncurses"

  def install
    # Homebrew has a sandbox of its own, in which another can't be made.
    args = ["-c", "release", "--disable-sandbox", "--product", "eventually"]
    args << "--static-swift-stdlib" if OS.linux?
    args += ["-Xcc", "-ffile-prefix-map=#{buildpath}/="]
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
    assert_match(/^\d+\.\d+\.\d+ \(commit /, shell_output("#{bin}/eventually --version"))
  end
end
