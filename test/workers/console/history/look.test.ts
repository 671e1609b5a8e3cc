import { describe, expect, it, vi } from 'vitest';
import { headOf } from '../../../../shared/documents/published.ts';
import { CONFIG_KEY } from '../../../../shared/model/config.ts';
import { config, documentOf } from '../../../support/normalised.ts';
import { inHistory, twoPools, type World } from './world.ts';

const DRAIN = { do: 'operate', changes: [{ target: 'eu', state: 'drain' }] } as const;

/** A history whose version 1 is in KV, and somebody else writes version 40 after that. */
const changedOutside = (run: (world: World) => Promise<void>) =>
  inHistory(async (world) => {
    await world.publish(twoPools());
    await world.later(10_000);
    const head = headOf(documentOf(config([], []), 40), '{}');
    world.kv.values.set(CONFIG_KEY, JSON.stringify(head));
    await run(world);
  });

describe('a change from outside', () => {
  it('is shown by the publication of a file, also of an unchanged one', () =>
    changedOutside(async (world) => {
      const { changed, publication } = await world.publish(world.source);
      expect(changed).toBe(false);
      expect(publication).toMatchObject({ published: false, outside: { version: 40 } });
    }));

  it('is seen by every other change, whose version is above it', () =>
    changedOutside(async (world) => {
      const { version, publication } = await world.write(DRAIN);
      expect(version.version).toBe(41);
      expect(publication).toMatchObject({ published: false, outside: { version: 40 } });
    }));

  it('is looked for once in five seconds, because each look costs money', () =>
    changedOutside(async (world) => {
      const reads = vi.spyOn(world.kv, 'get');
      await world.write(DRAIN);
      await world.write({ do: 'operate', changes: [{ target: 'eu', state: 'ready' }] });
      expect(reads).toHaveBeenCalledTimes(1);
    }));
});

describe('a KV that does not answer', () => {
  it('holds up a drain for 200 ms', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      await world.later(10_000);
      vi.spyOn(world.kv, 'get').mockReturnValue(new Promise(() => {}));
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const draining = world.write(DRAIN);
        await vi.advanceTimersByTimeAsync(200);
        expect((await draining).changed).toBe(true);
      } finally {
        vi.useRealTimers();
      }
    }));

  it('holds up the publication of a file for two seconds, and the next one not at all', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      await world.later(10_000);
      const reads = vi.spyOn(world.kv, 'get').mockReturnValue(new Promise(() => {}));
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const publishing = world.publish('{}', { force: true });
        const looking = world.changes.publication();
        await vi.advanceTimersByTimeAsync(2_000);
        expect((await publishing).changed).toBe(true);
        expect((await looking).published).toBe(false);
        // No timer runs any more: this one is answered at once.
        expect((await world.publish(twoPools())).changed).toBe(true);
        expect(reads).toHaveBeenCalledTimes(1);
      } finally {
        vi.useRealTimers();
      }
    }));
});
