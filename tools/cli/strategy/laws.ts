import type { Facts } from '../../../shared/contracts/facts.ts';
import { OPTION_DEFAULTS } from '../../../shared/strategies/strategies.ts';
import type { Target } from '../../../shared/strategies/strategy.ts';
import { nonsenseAbout, nonsenseIn } from '../../../workers/selector/scripts/nonsense.ts';
import type { About, Done, Job, RankBatch } from '../../../workers/selector/scripts/rank_batch.ts';

// What a script has to keep before it may serve. The selector holds it to the same at work, but there a breach costs
// a batch of rankings.

/** One law: `holds` says what is wrong, undefined if nothing is, or throws. */
export interface Law {
  says: string;
  /** Without it, the others are not tried. */
  first?: boolean;
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
/** What the selector waits for a batch; the gateway waits 50 ms for the selector. */
const BATCH_MS = 25;
/** The fastest of five counts: the first ones still compile, and a collection of garbage may fall into one. */
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
    // Beyond the list, so that nothing which is named twice is cut off before it is seen.
    limit: targets.length + 10,
    default_pools: targets.map(({ id }) => id),
    region_pools: {},
    country_pools: {},
    pop_pools: {},
  };
  return { targets, facts: FACTS, options, want: 20, seed: [1, 2, 3, 4], first: 7, ...some };
}

/** Frozen, for a strategy leaves its targets as they are. */
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

/** In the order in which they are tried. */
export const LAWS: readonly Law[] = [
  {
    says: 'it exports a Strategy, as default or as `strategy`',
    first: true,
    holds: (script, host) => nonsenseAbout(host.about(script)),
  },
  {
    says: 'it takes an empty list: nothing is ranked, nothing thrown',
    holds: (script, host) => {
      const [done] = host.rankBatch(script, [job([], { want: 1 })]);
      return done?.rankings[0]?.order.length === 0 ? undefined : 'it ranked something';
    },
  },
  { says: 'it chooses the only target', holds: ranks(job(targets(1))) },
  { says: 'it ranks equal targets, each of them once at most', holds: ranks(job(targets(10, () => 1))) },
  { says: 'it ranks unequal targets, each of them once at most', holds: ranks(job(targets(10))) },
  { says: 'it ranks 1,000 targets', holds: ranks(job(targets(1_000))) },
  {
    says: 'it ranks though nothing is known of the request',
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
        : 'they did not: it draws from something else than `draw`, or keeps a state';
    },
  },
  {
    says: 'if its rankings repeat, they do so whatever is drawn',
    holds: (script, host) => {
      const about: About = host.about(script);
      const one = host.rankBatch(script, [job(targets(10))]);
      const other = host.rankBatch(script, [job(targets(10), { seed: [9, 8, 7, 6], first: 3 })]);
      // One that says `once` for this request draws with good reason.
      const draws = [...one, ...other].some(({ rankings }) => rankings.some(({ use }) => use === 'once'));
      if (about.use === 'once' || draws) return undefined;
      return same(one, other) ? undefined : 'they did not: `use` has to be "once"';
    },
  },
  {
    says: `it is in time: ${BATCH} rankings of 30 targets in ${BATCH_MS} ms, and one of 1,000`,
    holds: (script, host) => {
      const usual = (count: number, want: number): Job => {
        const each = job(targets(count), { want });
        return { ...each, options: { ...each.options, limit: 3 } };
      };
      for (const each of [usual(30, BATCH), usual(1_000, 1)]) {
        const took_ms = fastestCpuMs(() => void host.rankBatch(script, [each]));
        if (took_ms > BATCH_MS) return `${each.want} of ${each.targets.length} took ${took_ms.toFixed(1)} ms`;
      }
      return undefined;
    },
  },
];

function same(one: readonly Done[], other: readonly Done[]): boolean {
  const rankings = (all: readonly Done[]) => JSON.stringify(all.map((each) => each.rankings));
  return rankings(one) === rankings(other);
}

/** In processor time of this thread, so that other work of this machine fails no script. */
function fastestCpuMs(work: () => void): number {
  const times = Array.from({ length: TRIES }, () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}
