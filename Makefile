# Two commands are all a newcomer needs: `make run` and `make test`. They install what is missing.

PREFIX ?= /usr/local
DEMO := lessons/demos/stale-read.ev
# On Linux Swift's own libraries go into the binary: it runs where no Swift is, and a tenth faster.
RELEASE := -c release $(if $(filter Linux,$(shell uname)),--static-swift-stdlib -Xlinker -s) --product eventually
# A release that can be tested: another one than what is installed, so it has a folder of its own.
TESTED := -c release -Xswiftc -enable-testing --scratch-path .build/tests
LINTED := Package.swift Plugins Sources Tests Benchmarks/Package.swift Benchmarks/Sources

.PHONY: run release tests test soak lint bench compare golden install dependencies

run: release
	@if [ -t 0 ] && [ -t 1 ]; then exec .build/release/eventually; \
	else echo "There is no terminal here, so the demo $(DEMO) is played without a screen."; \
	  .build/release/eventually run $(DEMO); fi

release: dependencies
	swift build $(RELEASE)

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
	SOAK_SEEDS=$${SOAK_SEEDS:-2000} WHY_EXPLANATIONS=$${WHY_EXPLANATIONS:-1000} swift test $(TESTED) --filter 'SoakTests|RecipeTests|ParserFuzzTests|RunFuzzTests|WhyPropertyTests|WhyNotPropertyTests|LogScriptTests|PrimaryCachePropertyTests|PathSoakTests|TimelineSoakTests'

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

install: release
	mkdir -p "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 .build/release/eventually "$(DESTDIR)$(PREFIX)/bin/eventually"

# ncurses with wide characters: macOS has it, Debian and Ubuntu install its headers here.
dependencies:
	@if [ "$$(uname)" = Linux ] && [ ! -e /usr/include/ncurses.h ] && [ ! -e /usr/include/ncursesw/ncurses.h ]; then \
	  if ! command -v apt-get >/dev/null; then \
	    echo "The headers of ncurses (wide) are missing: install your system's ncurses development package." >&2; exit 1; \
	  elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq libncurses-dev; \
	  elif command -v sudo >/dev/null; then sudo apt-get update -qq && sudo apt-get install -y -qq libncurses-dev; \
	  else echo "libncurses-dev is missing, and neither root nor sudo is here to install it: apt-get install libncurses-dev" >&2; \
	    exit 1; fi; fi
