import * as v from 'valibot';
import { LoadBalancerSchema } from '../../../../shared/authoring/load_balancer.ts';
import { MonitorGroupSchema, MonitorSchema } from '../../../../shared/authoring/monitor.ts';
import { PoolSchema } from '../../../../shared/authoring/pool.ts';

// Bodies and results of the four kinds of objects, for the documentation. The history checks bodies, because it needs the whole
// configuration for that. References are names in the authoring schemas and 32 hex digits here: the OpenAPI document writes them
// so wherever the schema has the note `refers_to`.

/** The id of an object of Cloudflare's API. */
export const ApiId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, '32 hex digits'));

const time = v.pipe(v.string(), v.isoTimestamp('a time of RFC 3339'));
const set_here = { id: ApiId, created_on: time, modified_on: time };

const zone = { zone_name: v.optional(v.string()), zone_id: v.optional(v.string()) };

/** What a client sends to create or replace an object. */
export const BODIES = {
  load_balancers: v.omit(LoadBalancerSchema, ['id']),
  pools: v.omit(PoolSchema, ['id']),
  monitors: v.omit(MonitorSchema, ['id']),
  monitor_groups: v.omit(MonitorGroupSchema, ['id']),
} as const;

/** What a client sends to change an object: any of its fields. `null` unsets a field. */
export const CHANGES = {
  load_balancers: v.partial(BODIES.load_balancers),
  pools: v.partial(BODIES.pools),
  monitors: v.partial(BODIES.monitors),
  monitor_groups: v.partial(BODIES.monitor_groups),
} as const;

/** What is answered: the fields that were written, and those that are set here. */
export const RESULTS = {
  load_balancers: v.object({ ...BODIES.load_balancers.entries, ...set_here, ...zone }),
  pools: v.object({ ...BODIES.pools.entries, ...set_here }),
  monitors: v.object({ ...BODIES.monitors.entries, ...set_here }),
  monitor_groups: v.object({ ...BODIES.monitor_groups.entries, ...set_here }),
} as const;

/** By name, for `components` of the OpenAPI document. */
export const NAMED_SCHEMAS: Readonly<Record<string, v.GenericSchema>> = {
  LoadBalancerBody: BODIES.load_balancers,
  LoadBalancerChange: CHANGES.load_balancers,
  LoadBalancer: RESULTS.load_balancers,
  PoolBody: BODIES.pools,
  PoolChange: CHANGES.pools,
  Pool: RESULTS.pools,
  MonitorBody: BODIES.monitors,
  MonitorChange: CHANGES.monitors,
  Monitor: RESULTS.monitors,
  MonitorGroupBody: BODIES.monitor_groups,
  MonitorGroupChange: CHANGES.monitor_groups,
  MonitorGroup: RESULTS.monitor_groups,
};
