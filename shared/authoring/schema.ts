import * as v from 'valibot';
import { text } from './fields.ts';
import { LoadBalancerSchema } from './load_balancer.ts';
import { MonitorGroupSchema, MonitorSchema, NotificationSchema } from './monitor.ts';
import { about } from './notes.ts';
import { PoolSchema } from './pool.ts';

// The schema of a configuration file: Cloudflare Load Balancing's objects and field names, a file for each object. It is the
// only place for defaults and for the meaning of fields. It uses valibot, so only tools and the console import it.
// https://developers.cloudflare.com/api/resources/load_balancers/

/** A whole configuration file, `plimsoll.jsonc`. */
export const ConfigSchema = v.strictObject(
  {
    $schema: about('For editors: the JSON schema.', v.optional(text)),
    load_balancers: about(
      'Pools by host and path.',
      v.optional(v.array(LoadBalancerSchema, 'a list of load balancers'), []),
    ),
    pools: about(
      'Groups of interchangeable origins.',
      v.optional(v.array(PoolSchema, 'a list of pools'), []),
    ),
    monitors: about('How origins are probed.', v.optional(v.array(MonitorSchema, 'a list of monitors'), [])),
    monitor_groups: about(
      'Monitors that decide together.',
      v.optional(v.array(MonitorGroupSchema, 'a list of monitor groups'), []),
    ),
    notifications: about(
      'Webhooks that are told when an origin or a pool fails or recovers.',
      v.optional(v.array(NotificationSchema, 'a list of webhooks'), []),
    ),
  },
  'an object',
);

/** A file as written: fields with a default are optional. */
export type ConfigFile = v.InferInput<typeof ConfigSchema>;
/** A file with every default filled in and references not yet resolved. */
export type FilledConfig = v.InferOutput<typeof ConfigSchema>;
export type FilledBalancer = FilledConfig['load_balancers'][number];
export type FilledPool = FilledConfig['pools'][number];
export type FilledOrigin = FilledPool['origins'][number];
export type FilledMonitor = FilledConfig['monitors'][number];
