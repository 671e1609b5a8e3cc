import { Argument, Command } from 'commander';
import type { Subcommand } from '../subcommand.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { type Word, wordsOf } from './words.ts';
import { zshScript } from './zsh.ts';

const SHELLS: Readonly<Record<string, (root: Word) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `lb completion SHELL`: a script with every command and option, generated from the commands themselves. */
export function completionCommand(subcommands: readonly Subcommand[]): Command {
  return new Command('completion')
    .description('Print a script that completes commands and options in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .action(async (shell: string) => {
      process.stdout.write(SHELLS[shell]?.(wordsOf(await everyCommand(subcommands))) ?? '');
    });
}

/** `lb` with all its subcommands. */
export async function everyCommand(subcommands: readonly Subcommand[]): Promise<Command> {
  const root = new Command('lb');
  for (const { summary, load } of subcommands) root.addCommand((await load()).summary(summary));
  return root;
}
