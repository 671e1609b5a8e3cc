import { parseCondition } from '../../rules/condition.ts';
import { type DraftBalancer, type DraftConfig, present } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, type Path, type Problem, warning } from '../problem.ts';
import { session } from './sessions.ts';
import { coordinates } from './steering.ts';

type DraftRule = Exclude<NonNullable<DraftBalancer['rules']>[number], undefined>;

/** Conditions that cannot be read, and rules whose parts do not go together. */
export function* rules(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const [at, balancer] of present(config.load_balancers))
    for (const [index, rule] of present(balancer.rules)) {
      const path = ['load_balancers', at, 'rules', index];
      yield* condition(rule, path);
      yield* effects(rule, path);
      if (rule.fixed_response) yield* fixedResponse(rule.fixed_response, [...path, 'fixed_response']);
      if (rule.overrides)
        yield* overrides(
          rule.overrides,
          balancer,
          config,
          profile,
          [...path, 'overrides'],
          ['load_balancers', at],
        );
    }
}

function* condition({ condition }: DraftRule, path: Path): Generator<Problem> {
  for (const { message, from, to } of parseCondition(condition ?? '').errors) {
    const part = (condition ?? '').slice(from, to);
    const shown = part.length > 40 ? `${part.slice(0, 40)}…` : part;
    yield error(
      [...path, 'condition'],
      `at character ${from + 1}${shown === '' ? '' : `, ${shown}`}: ${message}`,
    );
  }
}

function* effects({ overrides, fixed_response, terminates }: DraftRule, path: Path): Generator<Problem> {
  const overriding = Object.keys(overrides ?? {}).length > 0;
  if (overriding && fixed_response)
    yield error([...path, 'fixed_response'], 'beside `overrides`; a rule has one of the two');
  if (!overriding && !fixed_response && terminates !== true)
    yield warning(path, 'has no effect: without `overrides`, `fixed_response` and `terminates`');
}

/** Statuses whose answers have no body (RFC 9110, 6.4.1). */
const WITHOUT_BODY: readonly unknown[] = [204, 205, 304];
const REDIRECTS: readonly unknown[] = [201, 301, 302, 303, 307, 308];

function* fixedResponse(
  { status_code = 200, message_body, location }: NonNullable<DraftRule['fixed_response']>,
  path: Path,
): Generator<Problem> {
  if (WITHOUT_BODY.includes(status_code) && message_body)
    yield error([...path, 'message_body'], `an answer with status ${status_code} has no body`);
  if (location && !REDIRECTS.includes(status_code))
    yield warning(
      [...path, 'location'],
      `clients do not follow it with status ${status_code}; 302 redirects`,
    );
  if (!location && status_code !== 201 && REDIRECTS.includes(status_code))
    yield error([...path, 'location'], `missing; status ${status_code} needs it`);
}

function* overrides(
  changed: NonNullable<DraftRule['overrides']>,
  balancer: DraftBalancer,
  config: DraftConfig,
  profile: Profile,
  path: Path,
  balancer_path: Path,
): Generator<Problem> {
  const {
    steering_policy,
    default_pools,
    session_affinity,
    session_affinity_ttl,
    session_affinity_attributes,
  } = changed;
  const policy = steering_policy ?? balancer.steering_policy;
  if (policy === 'proximity' && (steering_policy !== undefined || default_pools !== undefined))
    yield* coordinates(
      { default_pools: default_pools ?? balancer.default_pools },
      'steering_policy',
      config.pools ?? [],
      default_pools === undefined ? balancer_path : path,
    );
  if (session_affinity ?? session_affinity_ttl ?? session_affinity_attributes)
    yield* session(
      {
        session_affinity: session_affinity ?? balancer.session_affinity,
        session_affinity_ttl,
        session_affinity_attributes: session_affinity_attributes ?? balancer.session_affinity_attributes,
      },
      path,
      profile,
    );
}
