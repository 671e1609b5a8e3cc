import type { HealthDocument, OriginState } from '../../../shared/contracts/health.ts';
import type { OriginId } from '../../../shared/model/ids.ts';

let version = 0;

/**
 * Creates a health document as the health Worker publishes it. Each is newer than the one before.
 * @param options.age_ms how long ago the document was published
 */
export function healthOf(
  states: Record<OriginId, OriginState>,
  { age_ms = 0, heartbeat_ms = 60_000 } = {},
): HealthDocument {
  const published_at = Date.now() - age_ms;
  version++;
  return {
    version,
    published_at,
    heartbeat_ms,
    origins: Object.fromEntries(
      Object.entries(states).map(([id, state]) => [id, { state, since: published_at, rtt_ms: {} }]),
    ),
  };
}
