import type { FileBalancer, FileRule } from '../../../shared/authoring/schema.ts';

/** Where a route leads. */
export interface RoutePools
  extends Pick<
    FileBalancer,
    | 'default_pools'
    | 'steering_policy'
    | 'random_steering'
    | 'adaptive_routing'
    | 'session_affinity'
    | 'session_affinity_ttl'
    | 'session_affinity_attributes'
  > {}

/** Fields that a rule cannot change. */
export type RouteSettings = Pick<FileBalancer, 'retry' | 'timeouts' | 'mirror'>;

/** A route of a host. The first whose condition is true serves. */
export interface Route {
  name: string;
  /** Empty: always. */
  condition: string;
  to: { pools: RoutePools; settings: RouteSettings } | { response: NonNullable<FileRule['fixed_response']> };
  /** Is told that a rule leads there, so that its settings are not in force. */
  onRule?: () => void;
  /** Is told that an earlier route always serves. */
  onUnreached?: () => void;
}

/**
 * Turns ordered routes into a load balancer: the one that always serves is the load balancer itself, those before it are rules.
 * @returns undefined: no route leads to a pool
 */
export function balancerOfRoutes(routes: readonly Route[]): Omit<FileBalancer, 'name'> | undefined {
  const last = routes.findIndex(({ condition }) => condition === '');
  for (const route of last === -1 ? [] : routes.slice(last + 1)) route.onUnreached?.();
  const reached = last === -1 ? [...routes] : routes.slice(0, last + 1);
  const final = last === -1 ? undefined : reached.pop();
  const serving = [...(final === undefined ? [] : [final]), ...reached].find(({ to }) => 'pools' in to);
  if (serving === undefined || !('pools' in serving.to)) return undefined;
  const base = serving.to;
  const rules = reached.map((route): FileRule => {
    const { name, condition, to } = route;
    if ('response' in to) return { name, condition, fixed_response: to.response };
    if (JSON.stringify(to.settings) !== JSON.stringify(base.settings)) route.onRule?.();
    return { name, condition, terminates: true, overrides: overridesOf(to.pools, base.pools) };
  });
  if (final !== undefined && 'response' in final.to)
    rules.push({ name: final.name, fixed_response: final.to.response });
  if (final === undefined)
    rules.push({ name: 'no route', fixed_response: { status_code: 404, message_body: 'Not Found\n' } });
  return { ...base.pools, ...base.settings, ...(rules.length === 0 ? {} : { rules }) };
}

/** What a rule changes. Fields that only the load balancer's own pools have are set back. */
function overridesOf(own: RoutePools, base: RoutePools): NonNullable<FileRule['overrides']> {
  const has_session = own.session_affinity !== undefined || base.session_affinity !== undefined;
  return {
    ...own,
    ...(own.steering_policy === undefined && base.steering_policy !== undefined
      ? { steering_policy: 'off' as const }
      : {}),
    ...(has_session && own.session_affinity === undefined
      ? { session_affinity: 'none' as const, session_affinity_attributes: {} }
      : {}),
  };
}
