import { parseRange, type Range } from '../../../shared/ip/range.ts';
import type { Balancer, ConfigDocument, Origin, Pool } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { standingOf } from '../../../shared/model/standing.ts';
import { type CountWork, runNow, type Steps, sliceBy } from '../../../shared/time/steps.ts';
import { compileMatcher, type Matcher } from '../request/match.ts';
import { type CompiledRules, compileRules } from '../rules/compile_rules.ts';

/** A configuration prepared for requests. */
export interface CompiledConfig {
  document: ConfigDocument;
  matcher: Matcher;
  origins: ReadonlyMap<OriginId, Origin>;
  /** The origins that take new clients: not disabled, in drain or in maintenance. Health is not considered. */
  ready: ReadonlyMap<OriginId, Origin>;
  /** Pool sets and rules, for balancers that have any. */
  rules: ReadonlyMap<Balancer, CompiledRules>;
  /** The pool of each origin. */
  pools: ReadonlyMap<OriginId, Pool>;
  /** `trusted_proxies` by balancer. Absent: it trusts none. */
  trusted: ReadonlyMap<string, readonly Range[]>;
}

/**
 * The units of work in one slice. An origin, a balancer and an address range are one unit each; a rule is `RULE_UNITS`
 * (compile_rules.ts). A unit takes up to 1 µs (`npm run bench -- growth`), so a slice stays below 10 ms on a processor that is several
 * times slower.
 */
export const SLICE_UNITS = 1_000;

/** Prepares a configuration once for all requests. */
export function* compileSteps(document: ConfigDocument): Steps<CompiledConfig> {
  const { balancers, pools } = document.config;
  const fills = sliceBy(SLICE_UNITS);
  const origins = yield* compileOrigins(Object.values(pools), fills);
  const matcher = compileMatcher(balancers);
  if (fills(balancers.length)) yield;
  const rules = yield* compileRules(balancers, fills);
  const trusted = yield* trustedProxies(balancers, fills);
  return { document, matcher, ...origins, rules, trusted };
}

/** {@link compileSteps} at once, for a configuration that is known to be small. */
export function compileConfig(document: ConfigDocument): CompiledConfig {
  return runNow(compileSteps(document));
}

/**
 * Whether an origin is the same server in two configurations, reached in the same way. If not, older measurements say nothing about
 * it.
 */
export function sameServer(one: Origin | undefined, other: Origin | undefined): boolean {
  if (one === other) return true;
  return one?.url === other?.url && one?.host === other?.host && one?.proxy === other?.proxy;
}

function* compileOrigins(
  listed: readonly Pool[],
  fills: CountWork,
): Steps<Pick<CompiledConfig, 'origins' | 'ready' | 'pools'>> {
  const origins = new Map<OriginId, Origin>();
  const ready = new Map<OriginId, Origin>();
  const pools = new Map<OriginId, Pool>();
  for (const pool of listed)
    for (const origin of pool.origins) {
      origins.set(origin.id, origin);
      pools.set(origin.id, pool);
      if (standingOf(pool, origin) === 'ready') ready.set(origin.id, origin);
      if (fills(1)) yield;
    }
  return { origins, ready, pools };
}

function* trustedProxies(
  balancers: readonly Balancer[],
  fills: CountWork,
): Steps<ReadonlyMap<string, readonly Range[]>> {
  const trusted = new Map<string, Range[]>();
  for (const { id, trusted_proxies } of balancers) {
    if (trusted_proxies === undefined) continue;
    const ranges: Range[] = [];
    for (const range of trusted_proxies) {
      const parsed = parseRange(range);
      if (parsed !== undefined) ranges.push(parsed);
      if (fills(1)) yield;
    }
    trusted.set(id, ranges);
  }
  return trusted;
}
