import type { FactName, Facts } from '../../shared/contracts/facts.ts';
import { OPTION_DEFAULTS, policyNamed, STRATEGIES } from '../../shared/strategies/strategies.ts';
import type { StrategyOptions, Target } from '../../shared/strategies/strategy.ts';
import { Draws } from '../../workers/selector/draws.ts';
import { settler } from './settler.ts';

/** How many origins a strategy chooses among. */
export const SIZES = [3, 30, 300, 3_000] as const;

/** Clients that take turns, so that no decision is the one before. A power of two. */
const CLIENTS = 1_024;
/** Attempts that a request has where nothing else is configured. */
const LIMIT = 2;
/** Rounds that do not count. */
const WARM_UP = 10;
/** The time as strategies see it: it stands still, so that nothing that was measured ages. */
const NOW = Date.UTC(2026, 0, 1);

export interface StrategyBenchOptions {
  /** Rounds of every strategy at every size. */
  rounds: number;
  /** Milliseconds that a round lasts, about. Short: most rounds are over before another process gets its turn. */
  batch_ms: number;
  /** Rounds of making tables. */
  builds: number;
}

/** One strategy at one size. */
export interface Cell {
  strategy: string;
  origins: number;
  /** Microseconds a decision, one for each round. */
  decision_us: number[];
  /** Microseconds of the first decision on a new list, for strategies that make a table. */
  build_us: number[];
}

/**
 * Measures the shipped strategies one by one: ranking, and choosing among the finalists by load, with requests in
 * flight. What a strategy makes once for a list of targets is made before, and measured apart. Rounds are short and
 * take turns, so that noise of the machine hits all of them.
 *
 * @param names strategies to measure; absent: all
 */
export function benchStrategies(
  { rounds, batch_ms, builds }: StrategyBenchOptions,
  sizes: readonly number[] = SIZES,
  names: readonly string[] = Object.keys(STRATEGIES),
): Cell[] {
  const subjects = sizes.flatMap((origins) => names.map((name) => subjectOf(name, origins)));
  for (const subject of subjects) subject.calibrate(batch_ms);
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < subjects.length; at++) subjects[(at + round) % subjects.length]?.measure();
  }
  for (let build = 0; build < builds; build++) for (const subject of subjects) subject.build();
  return subjects.map(({ cell }) => cell);
}

interface Subject {
  cell: Cell;
  /** Finds out how many decisions make a round, and warms up. */
  calibrate(batch_ms: number): void;
  measure(): void;
  /** Makes its table, if it has one. */
  build(): void;
}

function subjectOf(name: string, origins: number): Subject {
  const strategy = Object.entries(STRATEGIES).find(([each]) => each === name)?.[1];
  if (strategy === undefined) throw new Error(`no strategy "${name}"`);
  const targets = targetsOf(origins);
  const options = optionsOf(targets);
  const draw = new Draws(Math.random, undefined, () => NOW).of(name);
  const settled = settler(targets, Math.random, () => NOW);
  const clients = Array.from({ length: CLIENTS }, (_, client) => factsOf(client));
  const decide = (list: readonly Target[], client: number) =>
    settled(strategy.rank(list, clients[client % CLIENTS] ?? {}, draw, options), LIMIT);

  const cell: Cell = { strategy: name, origins, decision_us: [], build_us: [] };
  let client = 0;
  let batch = 1;
  const run = (): number => {
    const started = performance.now();
    for (let i = 0; i < batch; i++) decide(targets, client++);
    return performance.now() - started;
  };
  return {
    cell,
    calibrate(batch_ms) {
      run();
      while (run() < batch_ms / 2) batch *= 2;
      for (let round = 0; round < WARM_UP; round++) run();
    },
    measure: () => cell.decision_us.push((run() * 1_000) / batch),
    build() {
      if (!policyNamed(name)?.makes_table) return;
      // A list of its own: strategies keep tables by the list they were made for.
      const fresh = [...targets];
      const started = performance.now();
      decide(fresh, client++);
      cell.build_us.push((performance.now() - started) * 1_000);
    },
  };
}

/** Weights differ, as the cheaper ways that some strategies have for equal ones are not to be taken. */
function targetsOf(origins: number): Target[] {
  return Array.from({ length: origins }, (_, index) => ({
    id: `pool/origin-${index}`,
    weight: index % 2 === 0 ? 1 : 0.5,
    latitude: (index * 37) % 90,
    longitude: (index * 73) % 180,
    rtt_ms: 10 + ((index * 7_919) % 200),
    healthy: 1,
    total: 1,
    cost: 1 + (index % 5),
    capacity: 10,
    host: `origin-${index}.example.com`,
    port: 8_080,
    shard: index,
    shards: origins,
  }));
}

function optionsOf(targets: readonly Target[]): StrategyOptions {
  const default_pools = targets.map(({ id }) => id);
  const maps = { region_pools: {}, country_pools: {}, pop_pools: {} };
  return { ...OPTION_DEFAULTS, ...maps, default_pools, limit: LIMIT };
}

function factsOf(client: number): Facts<FactName> {
  return {
    client_address: `10.20.${client >> 8}.${client & 255}`,
    position: `${client % 90},${client % 180}`,
    colo: 'FRA',
    country: 'DE',
    region: 'WEU',
  };
}
