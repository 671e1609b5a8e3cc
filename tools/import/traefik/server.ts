import { placeOf } from '../parts/host.ts';
import type { Place } from '../tree/tree.ts';

/** A server of a service. */
interface Server {
  host: string;
  port: number;
  scheme: 'http' | 'https';
  weight: number;
  place: string;
}

/** A server of a service. Undefined: its URL names no host. */
export function serverOf(server: Place): Server | undefined {
  const url = server.at('url');
  const [, scheme = '', authority = '', path = ''] =
    /^(https?|h2c):\/\/([^/?#]+)(.*)$/i.exec(url.text ?? '') ?? [];
  const place = placeOf(authority);
  if (place === undefined) {
    server.none('is no host that a Worker can connect to; render templates first');
    return undefined;
  }
  if (path === '' || path === '/') url.taken();
  else url.approximated(`the path ${path} is dropped, as Traefik drops it unless preservePath is set`);
  server.at('weight').taken();
  server.at('preservePath').none('paths reach the origin as they are');
  const weight = server.at('weight').number ?? 1;
  return {
    ...place,
    scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http',
    weight: Number.isFinite(weight) && weight >= 0 ? Math.min(weight, 1_000_000) : 1,
    place: server.place,
  };
}
