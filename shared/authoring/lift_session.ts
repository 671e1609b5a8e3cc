import type { Session } from '../model/config.ts';
import { canonicalJson } from './document.ts';
import type { FileBalancer } from './schema.ts';
import { nodeAt } from './schema_node.ts';
import { SESSION_TTL } from './session_affinity.ts';
import { withoutDefaults } from './without_defaults.ts';

// The inverse of normalise_session.ts.

type FileSession = Pick<
  FileBalancer,
  'session_affinity' | 'session_affinity_ttl' | 'session_affinity_attributes'
>;

/** The fields of session affinity of a load balancer. */
export function liftSession(session: Session | undefined): FileSession {
  if (session === undefined) return {};
  return {
    session_affinity: session.by,
    session_affinity_ttl: session.ttl_ms === standardTtl(session) ? undefined : session.ttl_ms / 1_000,
    session_affinity_attributes: attributesOf(session),
  };
}

/**
 * The fields of session affinity in overrides of a rule. What the rule would take over from its load balancer is left out.
 * @param session null: the rule ends session affinity; undefined: it does not change it
 * @param own of the load balancer
 */
export function liftSessionOverride(
  session: Session | null | undefined,
  own: Session | undefined,
): FileSession {
  if (session === undefined) return {};
  if (session === null) return { session_affinity: 'none' };
  // A rule takes over the time only for sessions of the same kind, and all attributes or none.
  const ttl_ms = own?.by === session.by ? own.ttl_ms : standardTtl(session);
  const same = short(session) === (own === undefined ? '{}' : short(own));
  return {
    session_affinity: session.by,
    session_affinity_ttl: session.ttl_ms === ttl_ms ? undefined : session.ttl_ms / 1_000,
    session_affinity_attributes: same ? undefined : attributesOf(session),
  };
}

function standardTtl({ by }: Session): number {
  return SESSION_TTL[by].standard * 1_000;
}

function attributesOf({
  drain_ms,
  by: _by,
  ttl_ms: _ttl,
  cookie: _follows_from_the_path,
  ...rest
}: Session): FileSession['session_affinity_attributes'] {
  return { ...rest, drain_duration: drain_ms === undefined ? undefined : drain_ms / 1_000 };
}

function short(session: Session): string {
  const node = nodeAt(['load_balancers', 0, 'session_affinity_attributes']);
  return canonicalJson(node && withoutDefaults(attributesOf(session), node));
}
