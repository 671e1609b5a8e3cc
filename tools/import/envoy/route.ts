import type { FileRule } from '../../../shared/authoring/schema.ts';
import { durationMs, fitted } from '../parts/time.ts';
import { sharesOf } from '../parts/weights.ts';
import type { Route, RoutePools, RouteSettings } from '../routes/ordered.ts';
import type { Place } from '../tree/tree.ts';
import type { Clusters } from './cluster.ts';
import { conditionOf } from './match.ts';

/** Cloudflare answers 524 after 100 s. */
const LONGEST_MS = 100_000;

/** Reads a route of a virtual host. Undefined: it leads nowhere that Plimsoll can go. */
export function routeOf(route: Place, clusters: Clusters): Route | undefined {
  const condition = conditionOf(route.at('match'));
  const name =
    route.at('name').text ??
    route
      .at('match')
      .leaves()[0]
      ?.text.replace(/^.*\.match\./, '') ??
    'route';
  if (condition === undefined) {
    route.none('rules cannot express its match');
    return undefined;
  }
  const target = targetOf(route, clusters);
  if (target === undefined) {
    route.at('match').none('its destination was not taken');
    return undefined;
  }
  route.at('match').taken();
  route.at('name').taken();
  return {
    name: name.slice(0, 60),
    condition,
    to: target,
    onRule: () => {
      for (const key of ['timeout', 'retry_policy', 'request_mirror_policies'])
        route
          .at('route', key)
          .approximated(
            'a rule changes pools only: deadlines, retries and mirror are those of the load balancer',
          );
    },
    onUnreached: () => route.none('an earlier route matches every request'),
  };
}

function targetOf(route: Place, clusters: Clusters): Route['to'] | undefined {
  const action = route.at('route');
  if (action.exists) {
    const pools = poolsOf(action, clusters);
    return pools && { pools, settings: settingsOf(action, clusters) };
  }
  const response = responseOf(route);
  return response && { response };
}

function poolsOf(action: Place, clusters: Clusters): RoutePools | undefined {
  const cluster = action.at('cluster');
  if (cluster.exists) {
    const pools = clusters.use(cluster.text ?? '');
    if (pools === undefined) cluster.none('this cluster is not in the file, or none of its hosts was taken');
    else cluster.taken();
    return pools;
  }
  action.at('cluster_header').none('a computed name; write a rule for each cluster');
  const weighted = action.at('weighted_clusters', 'clusters');
  const parts = weighted.parts().flatMap((part) => {
    const pools = clusters.use(part.at('name').text ?? '')?.default_pools;
    const [id] = pools ?? [];
    if (id === undefined || pools?.length !== 1) {
      part.none('this cluster was not taken, or has several priorities');
      return [];
    }
    part.at('name').taken();
    part.at('weight').taken();
    return [{ id, weight: Math.max(0, part.at('weight').number ?? 0) }];
  });
  if (parts.length === 0) return undefined;
  action.at('weighted_clusters', 'total_weight').taken();
  const { shares } = sharesOf(parts.map(({ weight }) => weight));
  return {
    default_pools: parts.map(({ id }) => id),
    steering_policy: 'random',
    random_steering: {
      pool_weights: Object.fromEntries(parts.map(({ id }, index) => [id, shares[index] ?? 1])),
    },
  };
}

const RETRY_ON: Readonly<
  Record<string, readonly ('connect_failure' | 'reset' | 'timeout' | 'gateway_error' | '5xx')[]>
> = {
  '5xx': ['5xx', 'connect_failure', 'reset', 'timeout'],
  'gateway-error': ['gateway_error'],
  'connect-failure': ['connect_failure'],
  reset: ['reset', 'timeout'],
  'reset-before-request': ['connect_failure'],
  'refused-stream': ['reset'],
};

/** Envoy's defaults: an answer within 15 s, and no retry. */
function settingsOf(action: Place, clusters: Clusters): RouteSettings {
  const timeout = action.at('timeout');
  const total = durationMs(timeout.text ?? '15s', 's') ?? 15_000;
  timeout.approximated(
    total === 0
      ? 'no deadline; the platform ends a request without an answer after 100 s'
      : 'until the headers of an answer; `idle_ms` watches its body',
  );
  const total_ms = fitted(total === 0 ? LONGEST_MS : total, 1, LONGEST_MS).value;
  action.at('idle_timeout').approximated('set `timeouts.idle_ms`; 300 s here and in Envoy');
  const policy = action.at('retry_policy');
  const words = (policy.at('retry_on').text ?? '').split(',').map((word) => word.trim());
  const on = [...new Set(words.flatMap((word) => RETRY_ON[word] ?? []))];
  const statuses = policy
    .at('retriable_status_codes')
    .parts()
    .flatMap(({ number = 0 }) =>
      Number.isInteger(number) && number >= 400 && number <= 599 ? [number] : [],
    );
  const per_try = durationMs(policy.at('per_try_timeout').text ?? '', 's');
  for (const field of ['retry_on', 'num_retries', 'retriable_status_codes', 'per_try_timeout'])
    policy.at(field).taken();
  policy.at('retry_back_off').approximated('set `retry.backoff`; 25 ms to 250 ms here and in Envoy');
  for (const rest of policy.rest()) rest.none('a retry goes to another origin');
  const attempts = policy.exists ? fitted((policy.at('num_retries').number ?? 1) + 1, 1, 10).value : 1;
  return {
    timeouts: { first_byte_ms: fitted(per_try ?? total_ms, 1, total_ms).value, total_ms },
    retry: {
      attempts,
      ...(on.length === 0 ? {} : { on }),
      ...(statuses.length === 0 || !words.includes('retriable-status-codes') ? {} : { on_status: statuses }),
    },
    ...mirrorOf(action, clusters),
  };
}

function mirrorOf(action: Place, clusters: Clusters): Pick<RouteSettings, 'mirror'> {
  const [first, ...others] = action.at('request_mirror_policies').parts();
  for (const other of others) other.none('a load balancer has one mirror');
  if (first === undefined) return {};
  const pool = clusters.use(first.at('cluster').text ?? '')?.default_pools[0];
  if (pool === undefined) {
    first.none(first.at('cluster_header').exists ? 'a computed name' : 'this cluster is not in the file');
    return {};
  }
  const fraction = first.at('runtime_fraction', 'default_value');
  const whole =
    { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 }[
      fraction.at('denominator').text ?? 'HUNDRED'
    ] ?? 100;
  first.approximated('GET, HEAD and OPTIONS only, unless `mirror.methods` is set');
  const percent = fraction.exists ? ((fraction.at('numerator').number ?? 0) / whole) * 100 : 100;
  return { mirror: { pool, percent: Math.min(100, Math.max(0, percent)) } };
}

function responseOf(route: Place): FileRule['fixed_response'] {
  const direct = route.at('direct_response');
  const status = direct.at('status').number ?? 0;
  if (
    direct.exists &&
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 599 &&
    ![201, 301, 302, 303, 307, 308].includes(status)
  ) {
    direct.at('status').taken();
    const body = direct.at('body', 'inline_string');
    const has_body = body.text !== undefined && ![204, 205, 304].includes(status);
    if (has_body) body.taken();
    else direct.at('body').none('write it as `message_body`');
    if (has_body) return { status_code: status, message_body: body.text?.slice(0, 65_536) ?? '' };
    return { status_code: status };
  }
  direct.none('no fixed response can have this status');
  const redirect = route.at('redirect');
  if (redirect.at('https_redirect').value === true) redirect.platform('Always Use HTTPS');
  else redirect.none('a fixed response has no variables; use a Redirect Rule');
  return undefined;
}
