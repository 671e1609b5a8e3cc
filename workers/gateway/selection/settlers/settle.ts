import { shareAt, sumOf } from '../../../../shared/balancing/share_at.ts';
import type { Ranking, SettleOptions } from '../../../../shared/contracts/selection.ts';
import type { Origin } from '../../../../shared/model/config.ts';
import { STRATEGY_DEFAULTS } from '../../../../shared/model/strategy_defaults.ts';
import type { Loads } from '../../state/load/loads.ts';
import { hotCold } from './hot_cold.ts';
import { slots } from './slots.ts';

/** The part of a ranking, or of its shadow, that is settled. */
type Rule = Pick<Ranking, 'origins' | 'finalists' | 'by' | 'settle' | 'weights'>;

/**
 * Puts one of the finalists first, by this instant's load, which only the gateway knows (`Ranking.by`). Load is this isolate's
 * own view under every rule. A constraint goes to the one ranked first, so idle origins keep the shares that the strategy drew.
 *
 * @param origins the ranking's origins, resolved in the gateway's own configuration
 */
export function settle(ranking: Rule, origins: readonly Origin[], loads: Loads): readonly Origin[] {
  const count = Math.min(ranking.finalists, origins.length);
  // A selector of another version may leave the number out: `count` is then NaN, and turns would be sought for ever.
  if (!(count >= 2)) return origins;
  const chosen = choose(ranking, weighed(origins, ranking), count, loads);
  const first = origins[chosen];
  if (chosen === 0 || first === undefined) return origins;
  return [first, ...origins.slice(0, chosen), ...origins.slice(chosen + 1)];
}

/** The origins with the weights that the selector gives them just now. */
function weighed(origins: readonly Origin[], { weights }: Rule): readonly Origin[] {
  if (weights === undefined) return origins;
  return origins.map((origin) => ({ ...origin, weight: weights[origin.id] ?? origin.weight }));
}

/** The index of the finalist that serves. */
function choose(ranking: Rule, origins: readonly Origin[], count: number, loads: Loads): number {
  const { inflight, latency, now } = loads;
  const options = { ...STRATEGY_DEFAULTS, ...ranking.settle };
  switch (ranking.by) {
    case 'next_inflight':
      return least(origins, count, ({ id, weight }) => (inflight.of(id) + 1) / (weight || 1));
    case 'weighted_inflight':
      return weightedInflight(origins, count, options, loads);
    case 'bounded_load':
      return bounded(origins, count, options.bounded_load, loads);
    case 'peak_ewma': {
      const { default_rtt_ms, decay_s } = options;
      const at = now();
      return least(
        origins,
        count,
        ({ id }) => latency.of(id, default_rtt_ms, decay_s * 1_000, at) * (inflight.of(id) + 1),
      );
    }
    case 'reported': {
      const { error_penalty, blackout_s, expiration_s } = options;
      const times = { blackout_ms: blackout_s * 1_000, expiration_ms: expiration_s * 1_000 };
      return loads.turns.next(
        origins.slice(0, count),
        loads.reports,
        { error_penalty, ...times },
        now(),
        loads.random,
      );
    }
    case 'prequal':
      return prequal(origins.slice(0, count), options, loads);
    default:
      return least(origins, count, ({ id, weight }) => inflight.of(id) / (weight || 1));
  }
}

/** The first of those whose load is the least. */
function least(origins: readonly Origin[], count: number, loadOf: (origin: Origin) => number): number {
  let best = 0;
  let best_load = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const origin = origins[i];
    if (origin === undefined) break;
    const load = loadOf(origin);
    if (load < best_load) {
      best = i;
      best_load = load;
    }
  }
  return best;
}

/**
 * Envoy's least request: with equal weights the least busy of `choices` that are drawn, else drawn by
 * weight / (in flight + 1) ^ bias.
 */
function weightedInflight(
  origins: readonly Origin[],
  count: number,
  { bias = 1, choices = 2 }: SettleOptions,
  { inflight, random }: Loads,
): number {
  const finalists = origins.slice(0, count);
  const weight = finalists[0]?.weight;
  if (finalists.every((origin) => origin.weight === weight)) {
    const drawn = sample(count, choices, random);
    const at = least(
      drawn.flatMap((index) => finalists[index] ?? []),
      drawn.length,
      ({ id }) => inflight.of(id),
    );
    return drawn[at] ?? 0;
  }
  return drawnBy(
    finalists.map(({ id, weight }) => weight / (inflight.of(id) + 1) ** bias),
    random,
  );
}

/** Draws `wanted` distinct indices below `count`. */
function sample(count: number, wanted: number, random: () => number): number[] {
  const drawn: number[] = [];
  while (drawn.length < Math.min(wanted, count)) {
    let index = Math.floor(random() * (count - drawn.length));
    // Past those that are drawn already, the least first.
    for (const taken of [...drawn].sort((a, b) => a - b)) if (index >= taken) index++;
    drawn.push(index);
  }
  return drawn;
}

/**
 * The hot-cold rule among the origins of which something recent is known. An unknown origin that is drawn is tried, if no request
 * of ours is with it already, because no probes make it known.
 */
function prequal(
  finalists: readonly Origin[],
  { rif_quantile = 1, report_age_ms = 0 }: SettleOptions,
  { inflight, reports, now, random }: Loads,
): number {
  const at = now();
  const drawn = drawnBy(
    finalists.map(({ weight }) => weight),
    random,
  );
  const seen = finalists.map(({ id }) => reports.recent(id, report_age_ms, at));
  const first = finalists[drawn];
  if (first !== undefined && seen[drawn] === undefined && inflight.of(first.id) === 0) return drawn;
  const known = seen.flatMap((entry, index) => (entry === undefined ? [] : { ...entry, index }));
  return known[hotCold(known, rif_quantile)]?.index ?? drawn;
}

/** An index, drawn by weight. */
function drawnBy(weights: readonly number[], random: () => number): number {
  const index = shareAt(weights, random() * sumOf(weights));
  // None if rounding left nothing: the last one guards.
  return index === -1 ? weights.length - 1 : index;
}

/** The first in the key's order that is below its bound. */
function bounded(origins: readonly Origin[], count: number, factor: number, { inflight }: Loads): number {
  const finalists = origins.slice(0, count);
  const served = finalists.map(({ id }) => inflight.of(id));
  // Slots do not depend on whose key it is: they are shared out in the order of ids.
  const order = finalists
    .map((_, index) => index)
    .sort((a, b) => compare(finalists[a]?.id, finalists[b]?.id));
  const shared = slots(
    order.map((index) => finalists[index]?.weight ?? 0),
    served.reduce((sum, one) => sum + one, 0),
    factor,
  );
  const bound = new Map(order.map((index, place) => [index, shared[place] ?? 1]));
  const free = served.findIndex((one, index) => one < (bound.get(index) ?? 1));
  return free === -1 ? 0 : free;
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : 1;
}
