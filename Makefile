# Two commands are all a newcomer needs: `make run` and `make test`. They install what is missing.

PREFIX ?= /usr/local
# What is installed and packed; one that is named is taken as it is, and nothing is built: `make install BINARY=…`.
BINARY ?= .build/release/eventually
MAN := $(PREFIX)/share/man
BASH_COMPLETION := $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION := $(PREFIX)/share/zsh/site-functions
FISH_COMPLETION := $(PREFIX)/share/fish/vendor_completions.d
DEMO := lessons/demos/stale-read.ev
# On Linux Swift's own libraries go into the binary: it runs where no Swift is, and a tenth faster. Where it was built isn't told by it:
# the sources of LibYAML say where they lay.
RELEASE := -c release -Xcc '-ffile-prefix-map=$(CURDIR)/=' $(if $(filter Linux,$(shell uname)),--static-swift-stdlib --disable-local-rpath -Xlinker -s) --product eventually
# A release that can be tested: another one than what is installed, so it has a folder of its own.
TESTED := -c release -Xswiftc -enable-testing --scratch-path .build/tests
# Of which commit and day it is, where git tells; `eventually --version` says so.
STAMP := if [ -e .git ]; then \
  export EVENTUALLY_COMMIT="$$(git describe --always --dirty --tags --match 'v*' 2>/dev/null)"; \
  export EVENTUALLY_DATE="$$(git log -1 --format=%cd --date=format:%Y-%m-%d 2>/dev/null)"; fi
SHA256 := $(if $(shell command -v sha256sum),sha256sum,shasum -a 256)
LINTED := Package.swift Plugins Sources Tests Benchmarks/Package.swift Benchmarks/Sources

.PHONY: run release tests test soak lint bench compare golden docs install uninstall deb dependencies

run: release
	@if [ -t 0 ] && [ -t 1 ]; then exec .build/release/eventually; \
	else echo "There is no terminal here, so the demo $(DEMO) is played without a screen."; \
	  .build/release/eventually run $(DEMO); fi

# One file that runs from anywhere; its size and sum are said, and kept beside it.
release: dependencies
	$(STAMP); swift build $(RELEASE)
	@cd .build/release && $(SHA256) eventually > SHA256SUMS && \
	  echo "$$(./eventually --version): $$(($$(wc -c < eventually) / 1048576)) MiB in one file, .build/release/eventually" && \
	  cat SHA256SUMS

# Builds what `make test` plays.
tests: dependencies
	swift build $(TESTED) --build-tests

# What is tested is optimized, and the tests are not: building takes longer than for debugging, testing a quarter of the time.
test: dependencies
	swift test $(TESTED)

# Random scripts over every policy, data type and fault: 2,000 of them, or as many as SOAK_SEEDS says, and half as many histories
# of streams under each adversity, of caches and of logs; of 1,000 operations every sentence of `why` is checked
# (WHY_EXPLANATIONS).
soak: dependencies
	SOAK_SEEDS=$${SOAK_SEEDS:-2000} LESSONS_CHECKED=all EXAM_SEEDS=200 WHY_EXPLANATIONS=$${WHY_EXPLANATIONS:-1000} swift test $(TESTED) --filter 'SoakTests|RecipeTests|ParserFuzzTests|RunFuzzTests|WhyPropertyTests|WhyNotPropertyTests|LogScriptTests|PrimaryCachePropertyTests|PathSoakTests|TimelineSoakTests|LogOnlySoakTests|lessonsPassTheirCheck|ExamPolicyTests'

lint:
	swift format lint --strict --recursive $(LINTED)

# The parts by themselves, then whole sessions of growing size, each with its script. Best on a quiet machine.
bench: release
	swift run -c release --package-path Benchmarks benchmarks
	Benchmarks/Scale/scale .build/release/eventually

# Plays the program against its rivals, in turn: medians and ratios. Best on a quiet machine.
compare: release
	Benchmarks/Rivals/compare .build/release/eventually

# Draws the golden frames and the README's pictures anew; review the changes like code.
golden: dependencies
	UPDATE_GOLDEN=1 swift test --filter GoldenFrameTests
	swift run eventually frame Documentation/picture.ev --size 120x36 --format svg > Documentation/workbench.svg
	swift run eventually frame Documentation/space-time.ev --size 120x30 --format svg > Documentation/space-time.svg
	swift run eventually record Documentation/recording.ev --size 100x28 --title "A stale read" --output Documentation/recording.svg

# The reference in Documentation, made of the program's own tables; a test fails where it says something else.
docs: dependencies
	swift run eventually reference Documentation/reference

install: $(if $(filter file default,$(origin BINARY)),release)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(MAN)/man1" "$(DESTDIR)$(MAN)/man5" "$(DESTDIR)$(MAN)/man7" \
	  "$(DESTDIR)$(BASH_COMPLETION)" "$(DESTDIR)$(ZSH_COMPLETION)" "$(DESTDIR)$(FISH_COMPLETION)"
	install -m 755 "$(BINARY)" "$(DESTDIR)$(PREFIX)/bin/eventually"
	@pages=$$(mktemp -d) && trap 'rm -rf "$$pages"' EXIT && \
	  "$(BINARY)" reference --format man "$$pages" && \
	  for page in "$$pages"/*; do install -m 644 "$$page" "$(DESTDIR)$(MAN)/man$${page##*.}/" || exit 1; done && \
	  "$(BINARY)" complete --script bash > "$$pages/eventually" && \
	  "$(BINARY)" complete --script zsh > "$$pages/_eventually" && \
	  "$(BINARY)" complete --script fish > "$$pages/eventually.fish" && \
	  install -m 644 "$$pages/eventually" "$(DESTDIR)$(BASH_COMPLETION)/" && \
	  install -m 644 "$$pages/_eventually" "$(DESTDIR)$(ZSH_COMPLETION)/" && \
	  install -m 644 "$$pages/eventually.fish" "$(DESTDIR)$(FISH_COMPLETION)/"

# Folders go, too, where nothing else is in them.
uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/eventually" "$(DESTDIR)$(MAN)"/man1/eventually.1 \
	  "$(DESTDIR)$(MAN)"/man[157]/eventually-*.[157] "$(DESTDIR)$(BASH_COMPLETION)/eventually" \
	  "$(DESTDIR)$(ZSH_COMPLETION)/_eventually" "$(DESTDIR)$(FISH_COMPLETION)/eventually.fish"
	@cd "$(DESTDIR)$(PREFIX)" && for folder in bin $(patsubst $(PREFIX)/%,%,$(MAN)/man1 $(MAN)/man5 $(MAN)/man7 \
	  $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)); do rmdir -p "$$folder" 2>/dev/null || true; done

# A Debian package in .build/dist, with its sum.
deb: $(if $(filter file default,$(origin BINARY)),release)
	BINARY="$(BINARY)" packaging/deb

# ncurses with wide characters: macOS has it, Debian and Ubuntu install its headers here.
dependencies:
	@if [ "$$(uname)" = Linux ] && [ ! -e /usr/include/ncurses.h ] && [ ! -e /usr/include/ncursesw/ncurses.h ]; then \
	  if ! command -v apt-get >/dev/null; then \
	    echo "The headers of ncurses (wide) are missing: install your system's ncurses development package." >&2; exit 1; \
	  elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq libncurses-dev; \
	  elif command -v sudo >/dev/null; then sudo apt-get update -qq && sudo apt-get install -y -qq libncurses-dev; \
	  else echo "libncurses-dev is missing, and neither root nor sudo is here to install it: apt-get install libncurses-dev" >&2; \
	    exit 1; fi; fi
