import type { PointWriter } from '../../shared/analytics/data_point.ts';
import type { Heads, Suspicion } from '../../shared/contracts/control.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { LocationHint } from '../../shared/geo/location_hints.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { Observations } from './judge/observation.ts';
import type { Proxies } from './probe/check.ts';
import type { Watched, WatchKey } from './probe/order.ts';

/** The bindings of wrangler.health.toml. */
export interface Env extends Proxies {
  /** Holds the configuration (read) and the health document (written). */
  KV: KVNamespace;
  MONITORS: DurableObjectNamespace<Coordinator>;
  REGIONS: DurableObjectNamespace<RegionalProber>;
  /** Secret that signs messages to webhooks: base64, with or without `whsec_`. Absent: messages are not signed. */
  WEBHOOK_SECRET?: string;
  /** Secret of one webhook instead: `WEBHOOK_SECRET_OPS` for the webhook `ops`. */
  [secret: `WEBHOOK_SECRET_${string}`]: string;
  /** Analytics Engine dataset `plimsoll_health_v1`. Absent: checks are not recorded. */
  HEALTH?: PointWriter;
}

/** What this Worker asks of the outside, passed in so that tests can replace it. */
export interface Io {
  fetch(request: Request): Promise<Response>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  uuid(): string;
}

/** The real outside. */
export const IO: Io = {
  fetch: (request) => fetch(request),
  now: () => Date.now(),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
};

// The Durable Objects implement these interfaces. env.ts names the interfaces and not the classes, so that a class can import
// env.ts without a circle.

/** RPC interface of the object `Monitors`. shared/contracts/control.ts describes the methods that `Control` and `Operator` pass on. */
export interface Coordinator extends Rpc.DurableObjectBranded {
  wake(): Promise<void>;
  heads(): Promise<Heads>;
  body(hash: string): Promise<string | undefined>;
  announce(document: ConfigDocument): Promise<boolean>;
  health(): Promise<HealthDocument | undefined>;
  suspect(suspicions: readonly Suspicion[]): Promise<void>;
  report(region: LocationHint, observations: Observations): Promise<void>;
}

/** The only object `Monitors`. */
export function coordinatorOf(env: Env): DurableObjectStub<Coordinator> {
  return env.MONITORS.getByName('monitors');
}

/** RPC interface of an object `Region`. */
export interface RegionalProber extends Rpc.DurableObjectBranded {
  follow(coordinator: string, assignment: Assignment): Promise<Observations>;
  /** Checks these at once, see `ProbeLoop.hurry`. */
  hurry(keys: readonly WatchKey[]): Promise<void>;
}

/** What a region has to check. */
export interface Assignment {
  region: LocationHint;
  watched: Watched[];
  /** What is known about the origins, for those that the region has not checked before. */
  known: Observations;
}
