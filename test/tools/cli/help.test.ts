import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { SUBCOMMANDS } from '../../../tools/cli/commands.ts';
import { everyCommand } from '../../../tools/cli/completion/completion.ts';
import { examplesOf } from '../../../tools/cli/examples.ts';

// What every command of `lb` has: examples that fit it, and `--json`.

/** Commands without subcommands, by what one types after `lb`. */
function leaves(command: Command, path: readonly string[] = []): { name: string; command: Command }[] {
  if (command.commands.length === 0) return [{ name: path.join(' '), command }];
  return command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
}

const LEAVES = leaves(await everyCommand(SUBCOMMANDS));

/** They print a script or a file for other programs, which is JSON already or can be none. */
const WITHOUT_JSON = ['schema', 'bundle-config', 'completion'];

/** Splits as a shell does, without pipes and redirections. */
function words(line: string): string[] {
  const [command = ''] = line.replace(/^source <\((.*)\)$/, '$1').split(/ [|<>] /);
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('every command of lb', () => {
  it.each(LEAVES)('lb $name has examples, and takes them', async ({ name }) => {
    const examples = examplesOf(name);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const root = await everyCommand(SUBCOMMANDS);
      let called: string | undefined;
      for (const one of leaves(root))
        one.command
          .action(() => {
            called = one.name;
          })
          .exitOverride();
      const [lb, ...args] = words(example);
      await root.parseAsync(args, { from: 'user' });
      expect([lb, called], example).toEqual(['lb', name]);
    }
  });

  it.each(LEAVES.filter(({ name }) => !WITHOUT_JSON.includes(name)))(
    'lb $name takes --json',
    ({ command }) => {
      expect(command.options.map(({ long }) => long)).toContain('--json');
    },
  );
});
