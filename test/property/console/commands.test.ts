import { runInDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../../shared/authoring/document.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { OBJECT_LISTS } from '../../../shared/authoring/source/lists.ts';
import { dataOf, readSource } from '../../../shared/authoring/source/source.ts';
import type { Written } from '../../../shared/contracts/history.ts';
import { Refusal } from '../../../workers/console/refusal.ts';
import type { Command } from '../../../workers/console/rpc.ts';
import { World } from '../../workers/console/history/world.ts';
import { BINDINGS } from '../../workers/console/visit.ts';
import { runs } from '../runs.ts';
import { anyCommand, withIds } from './any_command.ts';

/** A sequence takes as long as twenty cases of other properties. */
const numRuns = Math.ceil(runs().numRuns / 20);
const TABLES = ['versions', 'objects', 'audit', 'publications'];

/** An empty history on a storage that others have used. */
function emptied(storage: DurableObjectStorage): World {
  for (const table of TABLES) storage.sql.exec(`DELETE FROM ${table}`);
  for (const key of ['stored', 'outside', 'floor', 'put_at', 'publication_error']) storage.kv.delete(key);
  return new World(storage);
}

const everything = (world: World) => OBJECT_LISTS.map((list) => world.ledger.objects.shown(list));

/** What a body asks for: all its fields but those that are null, and but `id` and times, which the API sets. */
function meant(value: unknown, at_top = true): unknown {
  if (Array.isArray(value)) return value.map((item) => meant(item, false));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) =>
      part === null || key === 'created_on' || (at_top && key === 'id') ? [] : [[key, meant(part, false)]],
    ),
  );
}

/** Runs a command. Undefined: it was refused, and then nothing changed. */
async function run(world: World, command: Command, force: boolean): Promise<Written | undefined> {
  const before = world.snapshot();
  try {
    return await world.write(command, { force });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect([400, 404, 409, 412]).toContain(error.status);
    expect(error.mistakes.every(({ message }) => message !== '')).toBe(true);
    expect(world.snapshot()).toEqual(before);
    return undefined;
  }
}

/** Checks what must hold after every accepted command. */
function checkAccepted(world: World, command: Command, { object, changed, version }: Written): void {
  const { problems } = parseConfig(dataOf(readSource(world.source)), 'production', { force: true });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (command.do === 'create' && object !== undefined) {
    expect(JSON.stringify(object.value)).toBe(JSON.stringify(meant(command.body)));
    expect(changed).toBe(true);
  }
  if (object !== undefined && command.do !== 'remove')
    expect(
      world.ledger.objects.shownOne(command.do === 'operate' ? 'pools' : listOf(command), object.id),
    ).toEqual(object);
  const shown = everything(world);
  for (const objects of shown) {
    expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
    for (const { created_on, modified_on } of objects) expect(created_on <= modified_on).toBe(true);
  }
  expect(world.ledger.newest).toEqual(version);
  const { source } = world;
  world.restart();
  expect(everything(world)).toEqual(shown);
  expect(world.source).toBe(source);
}

function listOf(command: Command) {
  if ('list' in command) return command.list;
  throw new Error(`${command.do} is not about one object`);
}

/** A configuration as text, without the times at which drains began. */
const plain = (config: unknown) => canonicalJson(config).replace(/"draining_since":\d+,?/g, '');

it('any commands are refused without a trace, or are what the API then shows, and the last is what KV has', {
  timeout: 60_000 + numRuns * 400,
}, () => {
  const { HISTORY } = BINDINGS as unknown as { HISTORY: DurableObjectNamespace };
  return runInDurableObject(HISTORY.get(HISTORY.newUniqueId()), async (_, { storage }) => {
    const commands = fc.array(anyCommand, { minLength: 1, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const world = emptied(storage);
        for (const { command: drawn, force } of sequence) {
          const command = withIds(drawn, (list, n) => world.ledger.objects.written(list)[n]?.id);
          const written = await run(world, command, force);
          if (written !== undefined) checkAccepted(world, command, written);
          await world.later(300);
        }
        await world.later(5_000);
        if (world.ledger.newest === undefined) return;
        const { config, version } = await world.inKv();
        const wanted = parseConfig(dataOf(world.ledger.source), 'production', { force: true }).config;
        expect(plain(config)).toBe(plain(wanted));
        expect(version).toBe(world.ledger.newest.version);
        expect(await world.changes.publication()).toMatchObject({
          published: true,
          error: null,
          outside: null,
        });
      }),
      { numRuns },
    );
  });
});
