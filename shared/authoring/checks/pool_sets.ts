import { hasNeed } from '../../strategies/strategies.ts';
import { type DraftBalancer, type DraftConfig, placed } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, otherPlace, type Path, type Problem, warning } from '../problem.ts';
import { type BalancerContext, balancersOf, overrides } from './overrides.ts';
import { unknownCountry } from './pool_choice.ts';
import { fixedResponse } from './rules.ts';

type DraftPoolSet = NonNullable<NonNullable<DraftBalancer['pool_sets']>[number]>;

/**
 * Pool sets that match nothing, have no effect or are never reached. Messages name the codes that Cloudflare's API has for the same mistakes.
 * https://developers.cloudflare.com/load-balancing/additional-options/pool-sets/
 */
export function* poolSets(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const context of balancersOf(config, profile)) {
    let everybody: Path | undefined;
    for (const [path, set] of placed(context.balancer.pool_sets, ...context.path, 'pool_sets')) {
      yield* match(set, [...path, 'match']);
      const problems = [...effects(set, path, context)];
      yield* set.disabled === true ? problems.filter(({ severity }) => severity === 'error') : problems;
      if (set.disabled === true) continue;
      if (everybody !== undefined)
        yield warning(
          path,
          `is never reached: ${otherPlace(path, everybody)} comes first and matches every request; move it before that one`,
        );
      else if (set.match === undefined || set.match.default === true) everybody = path;
    }
  }
}

function* match({ match }: DraftPoolSet, path: Path): Generator<Problem> {
  if (match === undefined) return;
  const { default: everybody, topology } = match;
  if (everybody === true && topology !== undefined)
    yield error(
      [...path, 'default'],
      'set either `default` or `topology`, not both (POOL_SET_DEFAULT_WITH_MATCH)',
    );
  if (everybody !== true && topology === undefined)
    yield error(
      path,
      'matches nothing; set `topology` or `default: true`, or leave `match` out for every request',
    );
  if (topology === undefined) return;
  const lists = (['pops', 'countries', 'regions'] as const).filter((kind) => topology[kind] !== undefined);
  // An invalid list keeps its key, and has its own error.
  if (Object.keys(topology).length === 0)
    yield error(
      [...path, 'topology'],
      'is empty; list `pops`, `countries` or `regions` (POOL_SET_EMPTY_TOPOLOGY)',
    );
  if (lists.length > 1)
    yield warning(
      [...path, 'topology'],
      `a request must match all of ${lists.map((kind) => `\`${kind}\``).join(' and ')}, as Cloudflare documents; ` +
        'to match either, write two pool sets',
    );
  for (const [at, code] of placed(topology.countries, ...path, 'topology', 'countries'))
    yield* unknownCountry(code, at);
}

function* effects(
  { overrides: changed, fixed_response }: DraftPoolSet,
  path: Path,
  context: BalancerContext,
): Generator<Problem> {
  const overriding = Object.keys(changed ?? {}).length > 0;
  if (!overriding && !fixed_response)
    yield error(
      path,
      'has no effect; set `overrides` with `pools`, or `fixed_response` (POOL_SET_NO_INTENT)',
    );
  if (overriding && fixed_response)
    yield warning(
      [...path, 'overrides'],
      'has no effect: `fixed_response` answers without an origin; remove one',
    );
  if (fixed_response) yield* fixedResponse(fixed_response, [...path, 'fixed_response']);
  else if (changed !== undefined) {
    const place = [...path, 'overrides'];
    const policy = changed.steering_policy;
    if (hasNeed(policy, 'pool_maps'))
      yield error(
        [...place, 'steering_policy'],
        `"${policy}" reads pool maps, which a pool set has not; name another`,
      );
    else yield* overrides(changed, place, context);
  }
}
