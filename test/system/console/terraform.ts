import { ACCOUNT, ADMIN_TOKEN, ZONE } from '../../../tools/harness/console.ts';
import { send } from './caller.ts';

// How Terraform's provider for Cloudflare (v5) decides whether there is a difference, for its four load-balancing resources. It
// fills its own defaults into the configuration, sends POST once and PUT later, with `null` for what was set before, reads the object
// again, and compares: a field in the configuration or with a default must come back as it is; an optional field that is neither must
// be absent.

/** A field: it has a default, must be absent unless it was written (`optional`), or is set by whoever answers (`free`). */
type Field = { default: unknown; fields?: Fields } | 'optional' | 'free' | { fields: Fields };
type Fields = Readonly<Record<string, Field>>;
type Values = Readonly<Record<string, unknown>>;

const or = (value: unknown): Field => ({ default: value });
const block = (fields: Fields): Field => ({ fields });

const ORIGIN: Fields = {
  ...{
    address: 'optional',
    name: 'optional',
    header: 'optional',
    virtual_network_id: 'optional',
    port: 'free',
  },
  ...{ enabled: or(true), flatten_cname: or(true), weight: or(1) },
};

/** Paths and fields of the resources. */
export const RESOURCES = {
  monitor: {
    path: `/accounts/${ACCOUNT}/load_balancers/monitors`,
    fields: {
      ...{ consecutive_down: 'optional', consecutive_up: 'optional', port: 'optional', header: 'optional' },
      ...{ method: 'free', path: 'free', type: or('http'), interval: or(60), retries: or(2), timeout: or(5) },
      ...{ allow_insecure: or(false), description: or(''), expected_body: or(''), expected_codes: or('') },
      ...{ follow_redirects: or(false), probe_zone: or('') },
    },
  },
  monitor_group: {
    path: `/accounts/${ACCOUNT}/load_balancers/monitor_groups`,
    fields: { description: 'free' },
  },
  pool: {
    path: `/accounts/${ACCOUNT}/load_balancers/pools`,
    fields: {
      ...{ latitude: 'optional', longitude: 'optional', monitor: 'optional', monitor_group: 'optional' },
      ...{ check_regions: 'optional', description: or(''), enabled: or(true), minimum_origins: or(1) },
      ...{
        notification_email: or(''),
        origin_steering: block({ policy: or('random') }),
        origins: block(ORIGIN),
      },
      load_shedding: block({
        ...{ default_percent: or(0), default_policy: or('random') },
        ...{ session_percent: or(0), session_policy: or('hash') },
      }),
    },
  },
  load_balancer: {
    path: `/zones/${ZONE}/load_balancers`,
    fields: {
      ...{ enabled: or(true), proxied: or(false), session_affinity: or('none'), steering_policy: or('') },
      adaptive_routing: block({ failover_across_pools: or(false) }),
      location_strategy: block({ mode: or('pop'), prefer_ecs: or('proximity') }),
      random_steering: block({ default_weight: or(1), pool_weights: 'optional' }),
      session_affinity_attributes: block({ headers: 'optional' }),
    },
  },
} as const satisfies Record<string, { path: string; fields: Fields }>;

export type Kind = keyof typeof RESOURCES;

/** An object as the provider keeps it. */
export interface Applied {
  id: string;
  created_on: unknown;
  /** What was sent. */
  planned: Values;
  /** What the next plan would change. An apply that worked leaves none. */
  drifts: string[];
}

/**
 * Applies a configuration and plans again.
 * @param before the object as it was applied last; absent: it is created
 * @throws Error if a call is refused
 */
export async function apply(base: string, kind: Kind, config: Values, before?: Applied): Promise<Applied> {
  const { path, fields }: { path: string; fields: Fields } = RESOURCES[kind];
  const planned = planOf(fields, config);
  const reset = Object.keys(before?.planned ?? {}).filter((name) => !(name in planned));
  const body = { ...planned, ...Object.fromEntries(reset.map((name) => [name, null])) };
  const written =
    before === undefined
      ? await call(base, 'POST', path, body)
      : await call(base, 'PUT', `${path}/${before.id}`, body);
  const id = String(written['id']);
  const read = await call(base, 'GET', `${path}/${id}`);
  // The provider keeps rules as they were planned.
  const { rules: _, ...compared } = planned;
  const drifts = driftsOf(fields, compared, read, '');
  if (before !== undefined && read['created_on'] !== before.created_on)
    drifts.push(`created_on: ${before.created_on} became ${read['created_on']}`);
  return { id, created_on: read['created_on'], planned, drifts };
}

/** The configuration with defaults, also of the blocks that it has. */
function planOf(fields: Fields, config: Values): Values {
  const defaults = Object.entries(fields).flatMap(([name, field]) =>
    typeof field === 'object' && 'default' in field && !(name in config)
      ? [[name, field.default] as const]
      : [],
  );
  const own = Object.entries(config).map(([name, value]) => {
    const inner = innerOf(fields, name);
    if (inner === undefined) return [name, value] as const;
    return [
      name,
      Array.isArray(value)
        ? value.map((item: Values) => planOf(inner, item))
        : planOf(inner, value as Values),
    ] as const;
  });
  return Object.fromEntries([...defaults, ...own]);
}

function driftsOf(fields: Fields, planned: Values, read: Values, at: string): string[] {
  const changed = Object.entries(planned).flatMap(([name, value]): string[] => {
    const inner = innerOf(fields, name);
    const now = read[name];
    if (inner !== undefined && Array.isArray(value) && Array.isArray(now) && now.length === value.length)
      return value.flatMap((item: Values, i) =>
        driftsOf(inner, item, now[i] as Values, `${at}${name}[${i}].`),
      );
    if (inner !== undefined && !Array.isArray(value) && now !== undefined)
      return driftsOf(inner, value as Values, now as Values, `${at}${name}.`);
    return text(now) === text(value) ? [] : [`${at}${name}: ${text(now)} -> ${text(value)}`];
  });
  const extra = Object.entries(fields).flatMap(([name, field]) =>
    field === 'optional' && !(name in planned) && (read[name] ?? undefined) !== undefined
      ? [`${at}${name}: ${text(read[name])} -> null`]
      : [],
  );
  return [...changed, ...extra];
}

function innerOf(fields: Fields, name: string): Fields | undefined {
  const field = fields[name];
  return typeof field === 'object' && 'fields' in field ? field.fields : undefined;
}

/** Text of a value. The order of keys does not count, that of lists does. */
function text(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

async function call(base: string, method: string, path: string, body?: Values): Promise<Values> {
  const answer = await send(base, method, `/client/v4${path}`, { token: ADMIN_TOKEN, body });
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return (JSON.parse(answer.text) as { result: Values }).result;
}
