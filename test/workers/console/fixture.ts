import type { HealthDocument, OriginHealth } from '../../../shared/contracts/health.ts';
import type { Balancer, ConfigDocument, Pool } from '../../../shared/model/config.ts';
import { balancer as anyBalancer, pool as anyPool, config, documentOf } from '../../support/normalised.ts';

export const NOW = Date.parse('2026-11-01T12:00:00.000Z');

export { origin } from '../../support/normalised.ts';

export function pool(id: string, origins: string[], more: Partial<Pool> = {}): Pool {
  return anyPool(id, origins, { monitor: 'm', origin_policy: 'random', ...more });
}

export function balancer(more: Partial<Balancer> = {}): Balancer {
  return anyBalancer({ id: 'app.example.com/', host: 'app.example.com', ...more });
}

export function configOf(pools: Pool[], balancers = [balancer()]): ConfigDocument {
  return { ...documentOf(config(balancers, pools), 3), hash: 'abcdef0123456789' };
}

export function healthOf(origins: Record<string, OriginHealth>, age_ms = 1_000): HealthDocument {
  return { version: 8, published_at: NOW - age_ms, heartbeat_ms: 30_000, origins };
}
