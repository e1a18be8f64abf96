export const shells = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof shells)[number];

/**
 * What a shell runs once. Each asks `commons complete` at every press of the key, so that it never says anything else than the installed
 * program: a line for each candidate (value, tab, description), or `:files` where the shell's own paths are meant.
 */
export const shellScripts: Readonly<Record<Shell, string>> = {
  // For bash 3.2 too, which a Mac has: no mapfile, no negative index, no compopt.
  bash: `# Completion of commons for bash: put  eval "$(commons completion bash)"  into ~/.bashrc
_commons() {
  local words count word line value current index
  words=()
  count=0
  # bash takes the parts of --name=value for words of their own.
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if ((count > 0)) && [[ $word == "=" || ( \${words[count - 1]} == --*= && \${COMP_WORDS[index - 1]} == "=" ) ]]; then
      words[count - 1]="\${words[count - 1]}$word"
    else
      words[count]=$word
      count=$((count + 1))
    fi
  done
  current=""
  if ((count > 0)); then current=\${words[count - 1]}; fi
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ":files" ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$current")
    else
      value=\${line%%$'\\t'*}
      if [[ $current == --*=* ]]; then COMPREPLY+=("\${value#*=}"); else COMPREPLY+=("$value"); fi
    fi
  done < <(commons complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _commons commons
`,
  zsh: `#compdef commons
# Completion of commons for zsh: put  eval "$(commons completion zsh)"  into ~/.zshrc, after compinit
_commons() {
  local line
  local -a lines candidates
  lines=("\${(@f)$(commons complete -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    case $line in
      ':files') _files ;;
      ?*) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  if (( $#candidates )); then _describe -V 'commons' candidates; fi
}
if [[ $funcstack[1] == _commons ]]; then _commons "$@"; else compdef _commons commons; fi
`,
  fish: `# Completion of commons for fish: put  commons completion fish | source  into ~/.config/fish/config.fish
function __commons_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    test (count $current) -eq 0; and set current ""
    for line in (commons complete -- $words[2..-1] $current 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path "$current"
        else
            printf '%s\\n' $line
        end
    end
end
complete -c commons -e
complete -c commons -f -k -a '(__commons_complete)'
`,
  powershell: `# Completion of commons for PowerShell: put  commons completion powershell | Out-String | Invoke-Expression  into $PROFILE
Register-ArgumentCompleter -Native -CommandName @('commons', 'commons.cmd', 'commons.ps1') -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  # Windows PowerShell hands no empty word to a program, so a flag says that one begins.
  $next = @()
  if ($wordToComplete -eq '') { $next = @('--next') }
  $lines = @(& commons complete @next '--' @words 2>$null)
  foreach ($line in $lines) {
    if ($line -eq ':files') {
      # Without results the shell completes paths by itself.
      continue
    }
    $value, $description = $line -split "\`t", 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`,
};
