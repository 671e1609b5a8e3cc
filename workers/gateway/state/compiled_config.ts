import { parseRange, type Range } from '../../../shared/ip/range.ts';
import type { Balancer, ConfigDocument, Origin, Pool } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { standingOf } from '../../../shared/model/standing.ts';
import { compileMatcher, type Matcher } from '../request/match.ts';
import { type CompiledRules, compileRules } from '../rules/apply_rules.ts';

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

/** Prepares a configuration once for all requests. */
export function compileConfig(document: ConfigDocument): CompiledConfig {
  const origins = new Map<OriginId, Origin>();
  const ready = new Map<OriginId, Origin>();
  const pools = new Map<OriginId, Pool>();
  for (const pool of Object.values(document.config.pools)) {
    for (const origin of pool.origins) {
      origins.set(origin.id, origin);
      pools.set(origin.id, pool);
      if (standingOf(pool, origin) === 'ready') ready.set(origin.id, origin);
    }
  }
  const { balancers } = document.config;
  return {
    document,
    matcher: compileMatcher(balancers),
    origins,
    ready,
    pools,
    rules: compileRules(balancers),
    trusted: trustedProxies(balancers),
  };
}

/**
 * Whether an origin is the same server in two configurations, reached in the same way. If not, older measurements say nothing about
 * it.
 */
export function sameServer(one: Origin | undefined, other: Origin | undefined): boolean {
  if (one === other) return true;
  return one?.url === other?.url && one?.host === other?.host && one?.proxy === other?.proxy;
}

function trustedProxies(balancers: readonly Balancer[]): Map<string, Range[]> {
  return new Map(
    balancers.flatMap(({ id, trusted_proxies: ranges }) =>
      ranges === undefined ? [] : [[id, ranges.flatMap((range) => parseRange(range) ?? [])] as const],
    ),
  );
}
