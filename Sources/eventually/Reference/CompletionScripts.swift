import ArgumentParser

/// A shell whose users complete with a key.
enum Shell: String, CaseIterable, ExpressibleByArgument {
  case bash, zsh, fish

  /// The file's name where that shell looks for completions of `eventually`.
  var fileName: String {
    switch self {
    case .bash: "eventually"
    case .zsh: "_eventually"
    case .fish: "eventually.fish"
    }
  }

  /// What tells the shell: it asks the program at each key, which so completes what it has, and nothing else.
  var script: String {
    switch self {
    case .bash: Self.bashScript
    case .zsh: Self.zshScript
    case .fish: Self.fishScript
    }
  }

  private static let bashScript = #"""
    # Completion of `eventually` for bash 3.2 and later. The program itself says what could come next.
    _eventually() {
      local cur=${COMP_WORDS[COMP_CWORD]} line word ending file
      [ "$cur" = "=" ] && cur=
      COMPREPLY=()
      while IFS= read -r line; do
        word=${line%% *}
        case $word in
          +folders | +files)
            compopt -o filenames 2>/dev/null
            while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -d -- "$cur")
            [ "$word" = +folders ] && continue
            if [ "$line" = +files ]; then
              while IFS= read -r file; do [ -d "$file" ] || COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
            else
              for ending in ${line#+files }; do
                while IFS= read -r file; do
                  case $file in *."$ending") [ -d "$file" ] || COMPREPLY+=("$file") ;; esac
                done < <(compgen -f -- "$cur")
              done
            fi
            ;;
          *) COMPREPLY+=("$word") ;;
        esac
      done < <("${COMP_WORDS[0]/#\~/$HOME}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    }
    complete -F _eventually eventually

    """#

  private static let zshScript = #"""
    #compdef eventually
    # Completion of `eventually` for zsh. The program itself says what could come next.
    _eventually() {
      local line endings
      local -a found lines
      lines=("${(@f)$(${(Q)words[1]} complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
      for line in $lines; do
        case $line in
          +folders) _files -/ ;;
          +files) _files ;;
          "+files "*)
            endings=${${line#+files }// /|}
            _files -g "*.(${endings})(-.)"
            ;;
          *' '*) found+=("${${line%% *}//:/\\:}:${line#* }") ;;
          ?*) found+=("${line//:/\\:}") ;;
        esac
      done
      (( $#found )) && _describe -V eventually found
    }
    if [ "$funcstack[1]" = _eventually ]; then _eventually "$@"; else compdef _eventually eventually; fi

    """#

  private static let fishScript = #"""
    # Completion of `eventually` for fish. The program itself says what could come next.
    function __eventually_complete
        set -l words (commandline -opc)
        set -l current (commandline -ct)
        for line in (command $words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
            switch $line
                case +folders
                    __fish_complete_directories $current
                case +files
                    __fish_complete_path $current
                case '+files *'
                    for ending in (string split ' ' -- $line)[2..-1]
                        __fish_complete_suffix .$ending
                    end
                case '*'
                    string replace -r '^(\S+) ' '$1\t' -- $line
            end
        end
    end
    complete -c eventually -f -a '(__eventually_complete)'

    """#
}

/// What the scripts of shells ask.
struct CompleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete", abstract: "Says what could come next on a command line; shells ask it.",
    discussion: "Each line is a word and what it is, `+files` with the endings that come into question, or `+folders`.",
    shouldDisplay: false)

  @Option(help: "Print the script of that shell: bash, zsh or fish.")
  var script: Shell?

  @Argument(parsing: .postTerminator, help: "The words after the program's name, the last of which is completed.")
  var words: [String] = []

  func run() throws {
    let output = LineWriter.standardOutput
    let lines =
      try script.map { $0.script.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
      ?? Completion(of: words, in: .current()).lines
    for line in lines { output.write(line) }
    try output.close()
  }
}
