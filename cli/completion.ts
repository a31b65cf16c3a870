import type { Command } from 'commander';
import { loadCatalogue } from '../lib/catalogue/loading.ts';

/** The commands whose first argument is an operation. */
const takingOperation: readonly string[] = ['show', 'invoke', 'pull'];

/** So many ids are printed at the most: more are no help. */
const mostShown = 200;

/** What the last of the words, which may be begun or empty, can become. Files are left to the shell: then there is nothing. */
export function completionsOf(
  program: Command,
  words: readonly string[],
  catalogueFolder: string,
): readonly string[] {
  const begun = words.at(-1) ?? '';
  const { command, rest } = commandAt(program, words.slice(0, -1));
  const matching = (all: readonly string[]) => all.filter((word) => word.startsWith(begun));
  if (begun.startsWith('-')) return matching(command.options.flatMap(({ long }) => long ?? []));
  const previous = words.at(-2) ?? '';
  const option = command.options.find(
    ({ long, short }) => previous !== '' && [long, short].includes(previous),
  );
  if (option?.argChoices) return matching(option.argChoices);
  if (option && (option.required || option.optional)) return [];
  if (command.commands.length > 0) return matching(visibleNames(command));
  if (!takingOperation.includes(command.name()) || rest > 0) return [];
  return operationIds(begun, catalogueFolder);
}

/** The command that words lead to, and how many of them are its arguments. */
function commandAt(program: Command, words: readonly string[]) {
  let command = program;
  let rest = 0;
  for (const word of words) {
    const inner = command.commands.find((it) => it.name() === word);
    if (inner) command = inner;
    else if (!word.startsWith('-')) rest += 1;
  }
  return { command, rest };
}

const visibleNames = (command: Command): readonly string[] =>
  command.commands.map((it) => it.name()).filter((name) => !name.startsWith('_'));

function operationIds(begun: string, catalogueFolder: string): readonly string[] {
  try {
    const lower = begun.toLowerCase();
    const ids = loadCatalogue(catalogueFolder)
      .all()
      .map(({ operationId }) => operationId);
    return ids.filter((id) => id.toLowerCase().startsWith(lower)).slice(0, mostShown);
  } catch {
    return [];
  }
}

/** A script for each shell, all of them short: the words come from `manage __complete`. */
export const completionScripts: Readonly<Record<string, string>> = {
  bash: `_manage() {
  local IFS=$'\\n'
  COMPREPLY=($(manage __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _manage manage`,
  zsh: `#compdef manage
_manage() {
  local -a found
  found=("\${(@f)$(manage __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ -n "\${found[*]}" ]] && compadd -- $found || _files
}
compdef _manage manage`,
  // Files only where there is nothing of ours: fish would offer both.
  fish: `function __manage_words
  set -l found (manage __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c manage -f -a '(__manage_words)'`,
};
