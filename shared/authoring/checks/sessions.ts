import { type DraftBalancer, type DraftConfig, placed } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, info, type Path, type Problem, warning } from '../problem.ts';
import { SESSION_TTL } from '../session_affinity.ts';

/** Fields of session affinity that do not fit together. */
export function* sessions(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const [path, balancer] of placed(config.load_balancers, 'load_balancers'))
    yield* session(balancer, path, profile);
}

/** Checks one object with the fields of session affinity. @param path of the object */
export function* session(
  { session_affinity: by, session_affinity_ttl: ttl, session_affinity_attributes: attributes }: SessionFields,
  path: Path,
  profile: Profile,
): Generator<Problem> {
  const at = (field: string) => [...path, 'session_affinity_attributes', field];
  const { samesite, secure, drain_duration, zero_downtime_failover, headers } = attributes ?? {};
  if (by === undefined) return;
  if (samesite === 'None' && secure === 'Never')
    yield error(
      at('samesite'),
      'got "None" with `secure` "Never", but browsers refuse such a cookie; set `secure` to "Auto" or "Always"',
    );
  if (by === '' || by === 'none') {
    if (ttl || drain_duration || (zero_downtime_failover ?? 'none') !== 'none' || headers?.length)
      yield warning(
        [...path, ttl ? 'session_affinity_ttl' : 'session_affinity_attributes'],
        'has no effect: `session_affinity` is "none"',
      );
    return;
  }
  const { min, max, standard } = SESSION_TTL[by];
  if (typeof ttl === 'number' && (ttl < min || ttl > max))
    yield error(
      [...path, 'session_affinity_ttl'],
      `got ${ttl}; allowed with \`session_affinity\` "${by}": a whole number from ${min} to ${max}`,
    );
  if (by === 'header') {
    if (headers?.length === 0)
      yield error(
        at('headers'),
        'missing; `session_affinity` "header" needs at least one header name, or "cookie"',
      );
    if (zero_downtime_failover === 'sticky')
      yield error(
        at('zero_downtime_failover'),
        'got "sticky", but `session_affinity` "header" has no cookie to move a session with; allowed: "none", "temporary"',
      );
    return;
  }
  if (headers?.length)
    yield warning(
      at('headers'),
      `has no effect with \`session_affinity\` "${by}": only "header" reads it; remove it`,
    );
  if (drain_duration && drain_duration < (ttl ?? standard))
    yield warning(
      at('drain_duration'),
      `got ${drain_duration} s, but a session lasts ${ttl ?? standard} s: the remaining sessions then move to another ` +
        'origin; raise it, or leave it out',
    );
  if (profile === 'production')
    yield info(
      [...path, 'session_affinity'],
      "cookies are signed with the gateway's secret AFFINITY_KEY, and without it there is no affinity; set it: " +
        '`npx wrangler secret put AFFINITY_KEY -c wrangler.gateway.toml`',
    );
}

type SessionFields = Pick<
  DraftBalancer,
  'session_affinity' | 'session_affinity_ttl' | 'session_affinity_attributes'
>;
