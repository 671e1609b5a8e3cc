import { isBareIp, isIPv6 } from '../address.ts';
import { type DraftConfig, type DraftOrigin, present } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, type Path, type Problem, shown, warning } from '../problem.ts';

/** Origins that cannot be reached or cannot be told what their configuration says. */
export function* origins(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const [index, pool] of present(config.pools)) {
    const path = ['pools', index, 'origins'];
    const list = [...present(pool.origins)];
    if (list.length > 0 && list.every(([, { enabled }]) => enabled === false))
      yield error(path, 'no origin is enabled; enable one, or set `enabled` of the pool to false');
    for (const [at, origin] of list) {
      yield* address(origin, [...path, at, 'address'], profile);
      yield* header(origin, [...path, at, 'header'], profile);
    }
  }
}

function* address({ address, name }: DraftOrigin, path: Path, profile: Profile): Generator<Problem> {
  if (address === undefined) return;
  const bare = isBareIp(address);
  const host = isIPv6(address) && !address.startsWith('[') ? `[${address}]` : address;
  if (!URL.canParse(`http://${host}/`)) {
    yield error(path, `got ${shown(address)}; allowed: a hostname without scheme, port or path`);
  } else if (bare && profile === 'production') {
    const type = isIPv6(address) ? 'AAAA' : 'A';
    yield error(
      path,
      `got ${shown(address)}, but the platform cannot fetch a bare IP address; make a DNS record of type ${type} ` +
        `for a hostname in your zone, such as "${name ?? 'origin'}.example.com", that points to it, and name that here`,
    );
  }
}

function* header({ address, header }: DraftOrigin, path: Path, profile: Profile): Generator<Problem> {
  const hosts: string[] = [];
  for (const [name, list] of Object.entries(header ?? {})) {
    if (name.toLowerCase() === 'host') hosts.push(...[...present(list)].map(([, value]) => value));
    else yield error([...path, name], 'only "Host" can be set for an origin');
  }
  if (hosts.length > 1) yield error(path, `got ${hosts.length} values of Host; allowed: one`);
  const host = hosts[0];
  if (host === undefined || host === address) return;
  yield warning(
    path,
    profile === 'local'
      ? `Host ${shown(host)} has no effect locally: Host follows the address there`
      : `Host ${shown(host)} needs both ${shown(host)} and ${shown(address)} in your own zone; if one is not, the ` +
          'platform ignores it without a word and Host is the address',
  );
}
