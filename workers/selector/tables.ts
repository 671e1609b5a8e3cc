import { clientsShed } from '../../shared/balancing/shedding.ts';
import type { FactName } from '../../shared/contracts/facts.ts';
import type { KeyMap, RequestClass } from '../../shared/contracts/key_map.ts';
import { sizeOf } from '../../shared/hashing/key_map.ts';
import { readsOf } from '../../shared/strategies/strategy.ts';
import type { Plan, PolicyInstance, PoolPolicy, Stage } from './plan.ts';
import { canaryClass } from './trials.ts';

/**
 * The largest maps that an answer carries. Beyond this the selector ranks key by key. Maglev's default table for up to 256 origins
 * is 64 KiB, a ring of 300 origins 280 KiB, and an isolate asks every ten seconds.
 */
export const MAX_TABLES_BYTES = 512 * 1_024;
/** The most targets that are scored for every request (`hash`). With more of them, keeping the order of each key is cheaper. */
const MAX_SCORED = 256;

/** The maps of an answer, each once. */
export class Tables {
  readonly maps: KeyMap[] = [];
  bytes = 0;

  /** The index of a map, which is added if it is new. */
  add(map: KeyMap): number {
    const known = this.maps.indexOf(map);
    if (known !== -1) return known;
    this.bytes += map.by === 'rendezvous' && map.ids.length > MAX_SCORED ? Infinity : sizeOf(map);
    return this.maps.push(map) - 1;
  }
}

/**
 * Finds the classes that tell requests apart for an answer with maps. They take the place of the facts that strategies read.
 *
 * A shadow is compared key by key, so the facts that it reads stay classes of their own.
 * @param tables collects the maps of pools
 * @returns undefined: maps would gain nothing, because nothing depends on a key, or the key's facts tell requests apart anyway
 */
export function classesOf(plan: Plan, tables: Tables): RequestClass[] | undefined {
  const facts = new Set<FactName>();
  const by_key: RequestClass[] = [];
  for (const policy of [plan.live, plan.canary ?? []].flat()) addPools(policy, tables, facts, by_key);
  if (plan.shadow !== undefined) addFacts(plan.shadow, facts);
  by_key.push(...[canaryClass(plan, undefined) ?? []].flat());
  const stages = [...plan.stages.values(), plan.fallback ?? []].flat();
  for (const stage of stages) addOrigins(plan, stage, facts, by_key);
  for (const pool of plan.shedding?.pools.values() ?? []) {
    const share = clientsShed(pool, plan.shedding?.pinned ?? false);
    if (share !== undefined) by_key.push(share);
  }
  const classes = by_key.filter((one) => !factsOf(one).every((fact) => facts.has(fact)));
  if (classes.length === 0) return undefined;
  const all: RequestClass[] = [...[...facts].map((fact) => ({ fact })), ...by_key];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function addPools(
  { strategy, options, pools }: PoolPolicy,
  tables: Tables,
  facts: Set<FactName>,
  by_key: RequestClass[],
): void {
  const { keyed } = strategy;
  if (keyed === undefined) addFacts({ strategy, options }, facts);
  else if (pools.length > 0) {
    // Pools have no slow start.
    const map = tables.add(keyed.mapsOf(pools, options).whole);
    by_key.push({ order: keyed.partsOf(options), map, take: options.limit });
  }
}

function addOrigins(plan: Plan, stage: Stage, facts: Set<FactName>, by_key: RequestClass[]): void {
  for (const policy of [stage.live, stage.canary ?? []].flat()) {
    const { keyed } = policy.strategy;
    if (keyed === undefined) addFacts(policy, facts);
    else by_key.push({ has: keyed.partsOf(policy.options) });
  }
  if (stage.shadow !== undefined) addFacts(stage.shadow, facts);
  by_key.push(...[canaryClass(plan, stage) ?? []].flat());
}

function addFacts({ strategy, options }: PolicyInstance, facts: Set<FactName>): void {
  for (const fact of readsOf(strategy, options)) facts.add(fact);
}

function factsOf(one: RequestClass): readonly FactName[] {
  if ('fact' in one) return [one.fact];
  if ('share' in one) return one.key ?? ['client_address'];
  return 'has' in one ? one.has : one.order;
}
