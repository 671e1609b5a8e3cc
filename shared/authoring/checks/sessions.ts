import { SESSION_TTL } from '../../model/session_ttl.ts';
import { type DraftBalancer, type DraftConfig, present } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, info, type Path, type Problem, warning } from '../problem.ts';

/** Session affinity whose parts do not go together. */
export function* sessions(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const [index, balancer] of present(config.load_balancers)) {
    yield* session(balancer, ['load_balancers', index], profile);
  }
}

/**
 * The same of one object that has the fields of session affinity.
 * @param path where it is
 */
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
        'missing; `session_affinity` "header" needs at least one name of a header, or "cookie"',
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
      `has no effect: \`session_affinity\` "${by}" does not read it, "header" does`,
    );
  if (drain_duration && drain_duration < (ttl ?? standard))
    yield warning(
      at('drain_duration'),
      `${drain_duration} s is less than the ${ttl ?? standard} s that a session lasts: those that are left then move ` +
        'to another origin',
    );
  if (profile === 'production')
    yield info(
      [...path, 'session_affinity'],
      'its cookies are signed with the secret AFFINITY_KEY of the gateway, without which no client is kept: ' +
        '`npx wrangler secret put AFFINITY_KEY -c wrangler.gateway.toml`',
    );
}

type SessionFields = Pick<
  DraftBalancer,
  'session_affinity' | 'session_affinity_ttl' | 'session_affinity_attributes'
>;
