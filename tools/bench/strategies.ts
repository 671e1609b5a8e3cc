import type { FactName, Facts } from '../../shared/contracts/facts.ts';
import { OPTION_DEFAULTS, policyNamed, STRATEGIES } from '../../shared/strategies/strategies.ts';
import type { StrategyOptions, Target } from '../../shared/strategies/strategy.ts';
import { Draws } from '../../workers/selector/draws.ts';
import { settler } from './settler.ts';

/** Numbers of origins to choose among. */
export const SIZES = [3, 30, 300, 3_000] as const;

/** Clients that take turns, so that successive decisions differ. A power of two. */
const CLIENTS = 1_024;
/** Default number of attempts of a request. */
const LIMIT = 2;
/** Rounds that do not count. */
const WARM_UP = 10;
/** The time that strategies see. It stands still, so that no measurement of theirs ages. */
const NOW = Date.UTC(2026, 0, 1);

export interface StrategyBenchOptions {
  /** Rounds of every strategy at every size. */
  rounds: number;
  /** Approximate length of a round. It is short, so that most rounds end before the system switches to another process. */
  batch_ms: number;
  /** Rounds in which tables are built. */
  builds: number;
}

/** One strategy at one size. */
export interface Cell {
  strategy: string;
  origins: number;
  /** Microseconds per decision, for each round. */
  decision_us: number[];
  /** Microseconds of the first decision on a new list, for strategies that build a table. */
  build_us: number[];
}

/**
 * Measures the shipped strategies: ranking, and choosing among the finalists by load, with requests in flight. Tables that a
 * strategy builds once for a list of targets are built before and measured separately. Rounds are short and take turns, so
 * that noise of the machine affects all strategies.
 *
 * @param names strategies to measure; default: all
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
  /** Finds the number of decisions in a round, and warms up. */
  calibrate(batch_ms: number): void;
  measure(): void;
  /** Builds the strategy's table, if it has one. */
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
      // A new list, because strategies keep tables by the list of targets.
      const fresh = [...targets];
      const started = performance.now();
      decide(fresh, client++);
      cell.build_us.push((performance.now() - started) * 1_000);
    },
  };
}

/** Targets with different weights, because some strategies have a cheaper way for equal weights. */
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
