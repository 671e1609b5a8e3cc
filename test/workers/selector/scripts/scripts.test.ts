import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { SCRIPT_PREFIX, scriptKey, sourceKey } from '../../../../shared/contracts/scripts.ts';
import type { Balancer, Pool } from '../../../../shared/model/config.ts';
import { STRATEGIES } from '../../../../shared/strategies/strategies.ts';
import { Draws } from '../../../../workers/selector/draws.ts';
import type { Env } from '../../../../workers/selector/env.ts';
import type { Strategies } from '../../../../workers/selector/plan.ts';
import type { About, Done, Job } from '../../../../workers/selector/scripts/rank_batch.ts';
import { Scripts } from '../../../../workers/selector/scripts/scripts.ts';
import { select } from '../../../../workers/selector/select.ts';
import { balancer, configOf, pool, question, seeded } from '../../../support/rankings.ts';

const SCRIPT = `${SCRIPT_PREFIX}mine` as const;
const HASH = 'a'.repeat(64);

/** The behaviour of a script's isolate. */
interface FakeIsolate {
  about?(): Promise<About> | About;
  rank?(jobs: readonly Job[]): Promise<Done[]> | Done[];
}

/** An answer about the one list of `BY_SCRIPT`. */
const every = (rankings: Done['rankings']) => [{ rankings, taken: 0 }];

const backwards = (jobs: readonly Job[]): Done[] =>
  jobs.map(({ targets, want }) => ({
    rankings: Array.from({ length: want }, () => ({ order: targets.map(({ id }) => id).reverse() })),
    taken: want,
  }));

/** A selector with a clock, and a script that is published or not. */
function start(isolate: FakeIsolate | undefined, env: Partial<Env> = {}, ours: Strategies = STRATEGIES) {
  const time = { now: 1_000_000, loaded: [] as string[] };
  const calls: Job[][] = [];
  const values = new Map<string, unknown>([
    [scriptKey('mine'), { format: 1, name: 'mine', hash: HASH, published_at: '' }],
    [sourceKey(HASH), 'its source'],
  ]);
  const KV = { get: async (key: string) => values.get(key) ?? null } as unknown as KVNamespace;
  const entrypoint = {
    about: async () => (await isolate?.about?.()) ?? { reads: [], use: 'once', weighted: false },
    rank: async (jobs: Job[]) => {
      calls.push(jobs);
      return (isolate?.rank ?? backwards)(jobs);
    },
  };
  const LOADER = {
    get: (name: string) => {
      time.loaded.push(name);
      return { getEntrypoint: () => entrypoint };
    },
  } as unknown as WorkerLoader;
  if (isolate === undefined) values.clear();
  const scripts = new Scripts({ KV, LOADER, ...env } as Env, () => time.now, ours);
  const draws = new Draws(seeded(1));
  const ask = async (config = BY_SCRIPT, want = 3, rules?: string[]) => {
    const context = createExecutionContext();
    const asked = question({ want, ...(rules && { rules }) });
    const ready = await scripts.prepare(config, undefined, asked, draws, (work) => context.waitUntil(work));
    await waitOnExecutionContext(context);
    if (ready === undefined) return undefined;
    const { strategies, want: cut, failed } = ready;
    const answer = select(config, undefined, { ...asked, want: cut }, ready.draws, time.now, strategies);
    return { ...answer, failed };
  };
  return { ask, calls, time, values };
}

const BY_SCRIPT = configOf([balancer(['p'])], [pool('p', ['a', 'b', 'c'], { origin_policy: SCRIPT })]);
const first = (answer: { rankings: { origins: string[] }[] } | undefined) =>
  answer?.rankings.map(({ origins }) => origins[0]);

describe('Scripts', () => {
  it('does nothing if the configuration names no script', async () => {
    const config = configOf([balancer(['p'])], [pool('p', ['a', 'b'])]);
    expect(await start({}).ask(config)).toBeUndefined();
  });

  it('does nothing for a script that is compiled in', async () => {
    const ours = { ...STRATEGIES, [SCRIPT]: STRATEGIES.off };
    expect(await start({}, {}, ours).ask()).toBeUndefined();
  });

  it('ranks origins with one call for all rankings', async () => {
    const { ask, calls } = start({});
    const answer = await ask();
    expect(answer).toMatchObject({ strategy: `off/${SCRIPT}`, use: 'once', failed: false });
    expect(first(answer)).toEqual(['p/c', 'p/c', 'p/c']);
    expect(calls).toHaveLength(1);
  });

  it('ranks pools and their origins with one call', async () => {
    const pools = ['p', 'q'].map((id) => pool(id, ['a', 'b'], { origin_policy: SCRIPT }));
    const { ask, calls } = start({});
    const answer = await ask(configOf([balancer(['p', 'q'], { steering_policy: SCRIPT })], pools), 1);
    expect(answer?.strategy).toBe(`${SCRIPT}/${SCRIPT}`);
    expect(first(answer)).toEqual(['q/b']);
    expect(calls).toHaveLength(1);
  });

  it('ranks for a canary and a shadow with one call', async () => {
    const on = (trial: Partial<Pool>) => configOf([balancer(['p'])], [pool('p', ['a', 'b', 'c'], trial)]);
    const { ask, calls } = start({});
    const canary = await ask(on({ canary: { policy: SCRIPT, percent: 50, sticky: false } }), 40);
    expect(canary).toMatchObject({ strategy: 'off/off', failed: false });
    for (const { origins, variant, strategy } of canary?.rankings ?? [])
      expect({ first: origins[0], strategy }).toEqual(
        variant === 'canary'
          ? { first: 'p/c', strategy: `off/${SCRIPT}` }
          : { first: 'p/a', strategy: undefined },
      );
    expect(new Set(canary?.rankings.map(({ variant }) => variant)).size).toBe(2);
    const shadow = await ask(on({ shadow: { policy: SCRIPT } }));
    expect(first(shadow)).toEqual(['p/a', 'p/a', 'p/a']);
    expect(shadow?.rankings[0]?.shadow).toEqual({
      strategy: `off/${SCRIPT}`,
      origins: ['p/c'],
      finalists: 0,
    });
    expect(calls).toHaveLength(2);
  });

  it('ranks pools for a trial', async () => {
    const pools = ['p', 'q'].map((id) => pool(id, ['a', 'b']));
    const on = (trial: Partial<Balancer>) => configOf([balancer(['p', 'q'], trial)], pools);
    const { ask } = start({});
    const canary = await ask(on({ canary: { policy: SCRIPT, percent: 100, sticky: false } }));
    expect(first(canary)).toEqual(['q/a', 'q/a', 'q/a']);
    expect(canary?.rankings[0]).toMatchObject({ variant: 'canary', strategy: `${SCRIPT}/off` });
    const shadow = await ask(on({ shadow: { policy: SCRIPT } }));
    expect(first(shadow)).toEqual(['p/a', 'p/a', 'p/a']);
    expect(shadow?.rankings[0]?.shadow).toMatchObject({ strategy: `${SCRIPT}/off`, origins: ['q/a'] });
  });

  it('ranks separately for the shadow of the pools, so that live turns do not skip', async () => {
    const pools = ['p', 'q'].map((id) => pool(id, ['a', 'b'], { origin_policy: SCRIPT }));
    const { ask } = start({});
    const answer = await ask(configOf([balancer(['p', 'q'], { shadow: { policy: 'random' } })], pools), 40);
    const shadows = answer?.rankings.map(({ shadow }) => shadow);
    expect(new Set(shadows?.map((one) => (one?.as_ranked ? 'same' : one?.origins[0])))).toEqual(
      new Set(['same', 'q/b']),
    );
  });

  it('hands a script only the facts that it reads, and varies on them', async () => {
    const { ask, calls } = start({ about: () => ({ reads: ['country'], use: 'repeat', weighted: false }) });
    const answer = await ask();
    // The question lacked the fact.
    expect(answer).toMatchObject({ vary: ['country'], rankings: [] });
    expect(calls).toHaveLength(0);
  });

  it('continues its sequence where the script stopped', async () => {
    const { ask, calls } = start({});
    await ask();
    await ask();
    const [one, two] = calls.map(([job]) => job?.first ?? Number.NaN);
    expect((two ?? 0) - (one ?? 0)).toBe(3);
  });

  it.each<[string, FakeIsolate, string]>([
    ['throws', { rank: () => Promise.reject(new Error('no')) }, 'failed'],
    ['never answers', { rank: () => new Promise<never>((resolve) => setTimeout(resolve, 200)) }, 'too slow'],
    ['answers nonsense', { rank: () => 'a' as unknown as Done[] }, 'failed'],
    ['names somebody else', { rank: () => every([{ order: ['p/x'] }]) }, 'failed'],
    ['names one twice', { rank: () => every([{ order: ['p/a', 'p/a'] }]) }, 'failed'],
    ['ranks nothing', { rank: () => every([{ order: [] }]) }, 'failed'],
    [
      'settles by no number',
      {
        rank: () => every([{ order: ['p/a'], settle: { bias: Number.NaN } }]),
      },
      'failed',
    ],
    ['does not load', { about: () => Promise.reject(new Error('syntax')) }, 'broken'],
    ['reads no fact', { about: () => ({ reads: ['body'], use: 'once', weighted: false }) }, 'broken'],
  ])('lets random rank when the script %s, and says so', async (_, isolate, why) => {
    const { ask } = start(isolate);
    const answer = await ask(BY_SCRIPT, 60);
    expect(answer).toMatchObject({ strategy: `off/random (${SCRIPT} ${why})`, failed: true });
    expect([...new Set(first(answer))].sort()).toEqual(['p/a', 'p/b', 'p/c']);
  });

  it('lets random rank if the script was never published', async () => {
    expect((await start(undefined).ask())?.strategy).toBe(`off/random (${SCRIPT} not loaded)`);
  });

  it('lets random rank if there is no Worker Loader', async () => {
    const { ask } = start({}, { LOADER: undefined } as unknown as Partial<Env>);
    expect((await ask())?.strategy).toBe(`off/random (${SCRIPT} has no Worker Loader)`);
  });

  it.each([
    ['for a second', 1_000],
    ['no longer when the clock is set back', -3_600_000],
  ])('leaves a script that failed alone %s', async (_, jump_ms) => {
    let fails = true;
    const { ask, calls, time } = start({
      rank: (jobs) => {
        if (fails) throw new Error('no');
        return backwards(jobs);
      },
    });
    await ask();
    fails = false;
    expect((await ask())?.failed).toBe(true);
    expect(calls).toHaveLength(1);
    time.now += jump_ms;
    expect((await ask())?.failed).toBe(false);
  });

  it('keeps a working version when the next one is broken', async () => {
    let broken = false;
    const { ask, time, values } = start({
      about: () => {
        if (broken) throw new Error('syntax');
        return { reads: [], use: 'once', weighted: false };
      },
    });
    await ask();
    broken = true;
    const next = 'b'.repeat(64);
    values.set(sourceKey(next), 'broken');
    values.set(scriptKey('mine'), { format: 1, name: 'mine', hash: next, published_at: '' });
    time.now += 5_000;
    await ask();
    expect((await ask())?.strategy).toBe(`off/${SCRIPT}`);
  });

  it('ranks the first question after a pause by the version that was published meanwhile', async () => {
    const ranked: string[] = [];
    const { ask, time, values } = start({
      rank: (jobs) => {
        ranked.push(time.loaded.at(-1) ?? '');
        return backwards(jobs);
      },
    });
    await ask();
    const next = 'b'.repeat(64);
    values.set(sourceKey(next), 'its next source');
    values.set(scriptKey('mine'), { format: 1, name: 'mine', hash: next, published_at: '' });
    time.now += 60_000;
    await ask();
    expect(ranked).toEqual([expect.stringContaining(HASH), expect.stringContaining(next)]);
  });

  it.each(['rules', 'pool_sets'] as const)('ranks if only %s name it', async (field) => {
    const changes = [{ name: 'some', overrides: { steering_policy: SCRIPT } }];
    const ruled = balancer(['p', 'q'], { [field]: changes });
    const config = configOf([ruled], [pool('p', ['a']), pool('q', ['b'])]);
    const { ask } = start({});
    await ask(config, 1, ['some']);
    expect(await ask(config, 1, ['some'])).toMatchObject({ strategy: `${SCRIPT}/off`, failed: false });
  });

  it('makes at most 1,024 rankings for one question', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const pools = names.map((id) => pool(id, ['a', 'b'], { origin_policy: SCRIPT }));
    const { ask, calls } = start({});
    const answer = await ask(configOf([balancer(names)], pools), 256);
    expect(answer?.rankings).toHaveLength(Math.floor(1_024 / 20));
    expect(calls[0]?.reduce((sum, { want }) => sum + want, 0)).toBeLessThanOrEqual(1_024);
  });
});
