import type { LocationHint } from '../../shared/geo/location_hints.ts';
import type { Observations } from './judge/observation.ts';
import type { Watched } from './probe/order.ts';

// The Durable Objects implement these interfaces. env.ts names the interfaces and not the classes, so that a class can import
// env.ts without a circle.

/** RPC interface of the object `Monitors`. */
export interface Coordinator extends Rpc.DurableObjectBranded {
  wake(): Promise<void>;
  report(region: LocationHint, observations: Observations): Promise<void>;
}

/** RPC interface of an object `Region`. */
export interface RegionalProber extends Rpc.DurableObjectBranded {
  follow(coordinator: string, assignment: Assignment): Promise<Observations>;
}

/** What a region has to check. */
export interface Assignment {
  region: LocationHint;
  watched: Watched[];
  /** What is known about the origins, for those that the region has not checked before. */
  known: Observations;
}
