import { type DraftConfig, items, placed } from '../draft.ts';
import { info, type Path, type Problem } from '../problem.ts';
import { namedPools } from './pool_choice.ts';
import { namedMonitors } from './pools.ts';

/** Pools and monitors without a reference. They cost at most some probes, so this is only information. */
export function* unused(config: DraftConfig): Generator<Problem> {
  const { pools, monitors, load_balancers } = config;
  yield* unnamed(
    [...placed(pools, 'pools')].map(([path, { id, name }]) => [path, [id, name]]),
    items(load_balancers).flatMap((balancer) => namedPools(balancer)),
    'no load balancer uses this pool',
  );
  yield* unnamed(
    [...placed(monitors, 'monitors')].map(([path, { id }]) => [path, [id]]),
    namedMonitors(config),
    'no pool uses this monitor',
  );
}

/** Reports nothing while a reference is broken, because that may be a typo of the unused name. */
function* unnamed(
  things: readonly [Path, (string | undefined)[]][],
  references: readonly (string | undefined)[],
  message: string,
): Generator<Problem> {
  const known = new Set(things.flatMap(([, names]) => names));
  const used = new Set(references.filter((name) => name !== undefined));
  if ([...used].some((name) => !known.has(name))) return;
  for (const [path, names] of things)
    if (!names.some((name) => name !== undefined && used.has(name))) yield info(path, message);
}
