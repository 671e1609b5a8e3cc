import { fitted } from '../parts/time.ts';
import type { RouteSettings } from '../routes/ordered.ts';
import type { Place } from '../tree/tree.ts';

const PLATFORM: readonly (readonly [RegExp, string])[] = [
  [/^(redirectscheme|redirectregex)$/, 'Always Use HTTPS, or Redirect Rules'],
  [/^(headers|contenttype|passtlsclientcert)$/, 'headers: the origin, or Transform Rules'],
  [/^(ipwhitelist|ipallowlist|ratelimit|inflightreq)$/, 'WAF and rate limiting rules'],
  [/^(basicauth|digestauth|forwardauth)$/, 'Cloudflare Access'],
  [/^(compress|buffering|grpcweb)$/, 'compression and buffers'],
  [/^(chain)$/, ''],
];

const NONE: readonly (readonly [RegExp, string])[] = [
  [
    /^(addprefix|stripprefix|stripprefixregex|replacepath|replacepathregex|encodedcharacters)$/,
    'paths reach the origin as they are; use Transform Rules',
  ],
  [/^errors$/, 'the origin answers errors'],
  [/^circuitbreaker$/, 'set `outlier_detection` or `circuit_breaker` of the pool'],
  [/^plugin$/, ''],
];

/** Gives a fate to all middlewares. @param middlewares `http.middlewares` */
export function classifyMiddlewares(middlewares: Place): void {
  for (const middleware of middlewares.parts())
    for (const kind of middleware.parts()) {
      const name = kind.key.toLowerCase();
      const platform = PLATFORM.find(([pattern]) => pattern.test(name));
      const none = NONE.find(([pattern]) => pattern.test(name));
      if (platform !== undefined) kind.platform(platform[1]);
      else if (none !== undefined) kind.none(none[1]);
      else if (name === 'retry')
        kind.at('initialInterval').approximated('`retry.backoff` waits before a second retry only');
    }
}

/**
 * The retries of a router. Traefik retries nothing by itself; `retry` tries again after network errors.
 * @param names of the router's middlewares
 */
export function retryOf(names: readonly string[], middlewares: Place): NonNullable<RouteSettings['retry']> {
  const all = expanded(names, middlewares, []);
  for (const name of all) {
    const retry = middlewares.at(name, 'retry');
    const attempts = retry.at('attempts');
    if (!retry.exists) continue;
    attempts.taken();
    return { attempts: fitted(attempts.number ?? 1, 1, 10).value, on: ['connect_failure', 'reset'] };
  }
  return { attempts: 1 };
}

/** The names with those of chains in them. */
function expanded(names: readonly string[], middlewares: Place, open: readonly string[]): string[] {
  return names.flatMap((text) => {
    const name = text.replace(/@file$/, '');
    if (open.includes(name)) return [];
    const inner = middlewares
      .at(name, 'chain', 'middlewares')
      .parts()
      .flatMap((part) => part.text ?? []);
    return [name, ...expanded(inner, middlewares, [...open, name])];
  });
}
