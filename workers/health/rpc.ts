import type { LocationHint } from '../../shared/geo/location_hints.ts';
import type { Watched } from './order.ts';
import type { Sights } from './sight.ts';

/** RPC interface of {@link Monitors}, the coordinator. */
export interface Coordinator extends Rpc.DurableObjectBranded {
  wake(): Promise<void>;
  report(region: LocationHint, sights: Sights): Promise<void>;
}

/** RPC interface of {@link Region}. */
export interface RegionalProber extends Rpc.DurableObjectBranded {
  follow(coordinator: string, assignment: Assignment): Promise<Sights>;
}

/** What the coordinator tells a region. */
export interface Assignment {
  region: LocationHint;
  watched: Watched[];
  /** What is known of the origins, for those that the region has not watched before. */
  known: Sights;
}
