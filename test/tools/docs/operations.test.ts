import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { SUBCOMMANDS } from '../../../tools/cli/commands.ts';
import { inRoot } from '../../../tools/project/root.ts';
import { namedQueries } from '../../../tools/sql/named.ts';

const TEXT = readFileSync(inRoot('docs', 'operations.md'), 'utf8');
const COMMANDS = [...TEXT.matchAll(/`lb ([^`]+)`/g)].map(([, command = '']) => command);

/** The command that a line names, and the words behind it. */
async function resolved(line: string): Promise<{ command: Command; rest: string[] }> {
  const [name, ...rest] = line.split(' ');
  const found = SUBCOMMANDS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`lb has no ${name}`);
  let command = await found.load();
  for (;;) {
    const below = command.commands.find((one) => one.name() === rest[0]);
    if (below === undefined) return { command, rest };
    command = below;
    rest.shift();
  }
}

describe('docs/operations.md', () => {
  it('has twelve things, three lines each', () => {
    const things = TEXT.split(/\n\n/).filter((part) => /^\*\*\d+\. /.test(part));
    expect(things).toHaveLength(12);
    for (const thing of things) expect(thing.split('\n').length, thing).toBe(3);
  });

  it.each(COMMANDS)('names a command that there is: lb %s', async (line) => {
    const { command, rest } = await resolved(line);
    expect(command.commands, `${line} needs a subcommand`).toHaveLength(0);
    const options = command.options.map(({ long }) => long);
    for (const word of rest.filter((one) => one.startsWith('--'))) expect(options).toContain(word);
    const query = /--query (\S+)/.exec(line)?.[1];
    if (query !== undefined) expect(namedQueries().map(({ name }) => name)).toContain(query);
  });
});
