import { type DraftConfig, type DraftOrigin, present } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, type Path, type Problem, shown, warning } from '../problem.ts';
import { originAddress } from './address.ts';

/** Origins with an address that cannot be fetched or headers that cannot be sent. */
export function* origins(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const [index, pool] of present(config.pools)) {
    const path = ['pools', index, 'origins'];
    for (const [at, origin] of present(pool.origins)) {
      yield* originAddress(origin, pool, config, [...path, at, 'address'], profile);
      yield* header(origin, [...path, at, 'header'], profile);
    }
  }
}

function* header({ address, header }: DraftOrigin, path: Path, profile: Profile): Generator<Problem> {
  const hosts: string[] = [];
  for (const [name, list] of Object.entries(header ?? {})) {
    if (name.toLowerCase() === 'host') hosts.push(...[...present(list)].map(([, value]) => value));
    else yield error([...path, name], 'only "Host" can be set for an origin; remove it');
  }
  if (hosts.length > 1) yield error(path, `got ${hosts.length} values of Host; allowed: one`);
  const host = hosts[0];
  if (host === undefined || host === address) return;
  yield warning(
    path,
    profile === 'local'
      ? `Host ${shown(host)} has no effect locally: Host follows the address there`
      : `Host ${shown(host)} needs both ${shown(host)} and ${shown(address)} in your own zone; otherwise the ` +
          'platform silently ignores it and sends the address as Host',
  );
}
