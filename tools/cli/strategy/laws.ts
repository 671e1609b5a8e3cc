import type { Facts } from '../../../shared/contracts/facts.ts';
import { OPTION_DEFAULTS } from '../../../shared/strategies/strategies.ts';
import type { Target } from '../../../shared/strategies/strategy.ts';
import { nonsenseAbout, nonsenseIn } from '../../../workers/selector/scripts/nonsense.ts';
import type { About, Done, Job, RankBatch } from '../../../workers/selector/scripts/rank_batch.ts';

// The laws that a script must keep before it may serve. The selector checks rankings in production too, but there a
// broken law costs a batch of rankings.

/** One law. */
export interface Law {
  says: string;
  /** If this law is broken, the others are not checked. */
  first?: boolean;
  /** @returns how the script breaks the law; undefined if it keeps it @throws anything, which breaks the law too */
  holds(script: object, host: RankBatch): string | undefined;
}

/** Whether a script keeps one law. */
export interface LawResult {
  law: string;
  /** How the script breaks the law; absent if it keeps it. */
  wrong?: string;
}

/** The most rankings that a gateway asks for at once. */
const BATCH = 256;
/** Time that the selector gives a script for a batch. The gateway waits 50 ms for the selector. */
const BATCH_MS = 25;
/** Runs of which the fastest counts. The first ones still compile, and a garbage collection may slow one down. */
const TRIES = 5;

const FACTS: Facts = {
  client_address: '192.0.2.7',
  country: 'DE',
  region: 'WEU',
  colo: 'FRA',
  position: '50,9',
  host: 'app.example.com',
  path: '/',
  method: 'GET',
};

function job(targets: readonly Target[], some: Partial<Job> = {}): Job {
  const options = {
    ...OPTION_DEFAULTS,
    // Longer than the list, so that a target that is named twice is not cut off before it is found.
    limit: targets.length + 10,
    default_pools: targets.map(({ id }) => id),
    region_pools: {},
    country_pools: {},
    pop_pools: {},
  };
  return { targets, facts: FACTS, options, want: 20, seed: [1, 2, 3, 4], first: 7, ...some };
}

/** Targets, frozen because a strategy must not change them. */
function targets(
  count: number,
  weight: (index: number) => number = (index) => (1 + (index % 7)) / 7,
): Target[] {
  const made = Array.from({ length: count }, (_, index) =>
    Object.freeze({ id: `pool/origin-${index}`, weight: weight(index), shard: index, shards: count }),
  );
  return Object.freeze(made) as unknown as Target[];
}

function ranks(...jobs: Job[]): Law['holds'] {
  return (script, host) => nonsenseIn(jobs, host.rankBatch(script, jobs));
}

/** The laws in the order in which they are checked. */
export const LAWS: readonly Law[] = [
  {
    says: 'it exports a Strategy, as default or as `strategy`',
    first: true,
    holds: (script, host) => nonsenseAbout(host.about(script)),
  },
  {
    says: 'it ranks nothing for an empty list, and does not throw',
    holds: (script, host) => {
      const [done] = host.rankBatch(script, [job([], { want: 1 })]);
      return done?.rankings[0]?.order.length === 0 ? undefined : 'it ranked something';
    },
  },
  { says: 'it chooses the only target', holds: ranks(job(targets(1))) },
  { says: 'it ranks equal targets, each at most once', holds: ranks(job(targets(10, () => 1))) },
  { says: 'it ranks targets of different weights, each at most once', holds: ranks(job(targets(10))) },
  { says: 'it ranks 1,000 targets', holds: ranks(job(targets(1_000))) },
  {
    says: 'it ranks even if every fact is empty',
    holds: (script, host) => {
      const { reads } = host.about(script);
      return ranks(job(targets(5), { facts: Object.fromEntries(reads.map((fact) => [fact, ''])) }))(
        script,
        host,
      );
    },
  },
  {
    says: 'the same targets, facts and draws give the same ranking',
    holds: (script, host) => {
      const once = JSON.stringify(host.rankBatch(script, [job(targets(10))]));
      return JSON.stringify(host.rankBatch(script, [job(targets(10))])) === once
        ? undefined
        : 'they did not; draw only from `draw`, and keep no state';
    },
  },
  {
    says: 'rankings with `use` "repeat" do not depend on draws',
    holds: (script, host) => {
      const about: About = host.about(script);
      const one = host.rankBatch(script, [job(targets(10))]);
      const other = host.rankBatch(script, [job(targets(10), { seed: [9, 8, 7, 6], first: 3 })]);
      // A ranking with `use` "once" may depend on draws.
      const draws = [...one, ...other].some(({ rankings }) => rankings.some(({ use }) => use === 'once'));
      if (about.use === 'once' || draws) return undefined;
      return same(one, other) ? undefined : 'they do; `use` has to be "once"';
    },
  },
  {
    says: `it is fast enough: ${BATCH} rankings of 30 targets in ${BATCH_MS} ms, and one ranking of 1,000 targets`,
    holds: (script, host) => {
      const usual = (count: number, want: number): Job => {
        const each = job(targets(count), { want });
        return { ...each, options: { ...each.options, limit: 3 } };
      };
      for (const each of [usual(30, BATCH), usual(1_000, 1)]) {
        const took_ms = fastestCpuMs(() => void host.rankBatch(script, [each]));
        if (took_ms > BATCH_MS)
          return `${each.want} of ${each.targets.length} took ${took_ms.toFixed(1)} ms, more than ${BATCH_MS} ms`;
      }
      return undefined;
    },
  },
];

function same(one: readonly Done[], other: readonly Done[]): boolean {
  const rankings = (all: readonly Done[]) => JSON.stringify(all.map((each) => each.rankings));
  return rankings(one) === rankings(other);
}

/** The shortest of several runs, in processor time of this thread, so that other work on the machine does not count. */
function fastestCpuMs(work: () => void): number {
  const times = Array.from({ length: TRIES }, () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}
