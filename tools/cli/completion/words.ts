import type { Command } from 'commander';

/** A command and what can follow it, as shells complete it. */
export interface Word {
  /** What one types after `lb`: `config history`. Empty: `lb` itself. */
  path: string;
  name: string;
  summary: string;
  options: readonly Flag[];
  /** Words that its first argument can be. */
  choices: readonly string[];
  commands: readonly Word[];
}

export interface Flag {
  /** `--scope`. */
  long: string;
  summary: string;
  takes_value: boolean;
  choices: readonly string[];
}

/** The command and all below it. @param root of the whole tree; its own name is left out of paths */
export function wordsOf(root: Command): Word {
  return wordOf(root, '');
}

function wordOf(command: Command, path: string): Word {
  const [argument] = command.registeredArguments;
  return {
    path,
    name: command.name(),
    summary: command.summary() || command.description(),
    options: command.options.flatMap(({ long, description, required, optional, argChoices }) =>
      typeof long === 'string'
        ? [{ long, summary: description, takes_value: required || optional, choices: argChoices ?? [] }]
        : [],
    ),
    choices: argument?.argChoices ?? [],
    commands: command.commands.map((one) => wordOf(one, path === '' ? one.name() : `${path} ${one.name()}`)),
  };
}

/** A word and all words below it. */
export function flat(word: Word): Word[] {
  return [word, ...word.commands.flatMap(flat)];
}
