import type { Command } from 'commander';

/** Shells that completion is written for. */
export const shells = ['bash', 'zsh'] as const;

const complete = (words: readonly string[]): string =>
  `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word"));;`;

const bash = (name: string, commands: readonly Command[]): string =>
  [
    '_generation_archiver() {',
    '  local word=${COMP_WORDS[COMP_CWORD]}',
    '  case ${COMP_CWORD}:${COMP_WORDS[1]} in',
    `    1:*) ${complete(commands.map((one) => one.name()))}`,
    ...commands.map(
      (one) => `    *:${one.name()}) ${complete(one.options.flatMap(({ long }) => long ?? []))}`,
    ),
    '  esac',
    '}',
    `complete -o default -F _generation_archiver ${name}`,
  ].join('\n');

/** The script that teaches a shell the commands and their options. */
export const completionScript = (program: Command, shell: (typeof shells)[number]): string => {
  const script = bash(program.name(), program.commands);
  return shell === 'bash' ? script : `autoload -Uz bashcompinit && bashcompinit\n${script}`;
};
