import { parseConfig } from '../../../shared/authoring/parse.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import type { Recorded } from '../../../tools/backtest/recorded.ts';
import { steered } from '../../../tools/backtest/steered.ts';
import type { Steering } from '../../../tools/simulate/documents.ts';

/** A configuration with the load balancer `shop` and the pool `web` of these origins. */
export function shop(steering: Steering, origins: readonly string[] = ['a', 'b']): ConfigDocument {
  const { config } = parseConfig(
    {
      load_balancers: [{ id: 'shop', name: '*', default_pools: ['web'] }],
      pools: [{ name: 'web', origins: origins.map((name) => ({ name, address: `${name}.example` })) }],
    },
    'local',
  );
  if (config === undefined) throw new Error('the configuration of this test is wrong');
  return {
    format: 1,
    version: 7,
    hash: '',
    published_at: '',
    config: steered(config, steering, 'origins'),
  };
}

/** A row of the load balancer `shop` with a good answer of `web/a`. */
export function recorded(row: Partial<Recorded> = {}): Recorded {
  return {
    at: 1_790_000_000_000,
    weight: 1,
    balancer: 'shop',
    origin: 'web/a',
    strategy: 'off/random',
    country: 'DE',
    colo: 'TXL',
    path: '/',
    method: 'GET',
    client: 1,
    outcome: 'ok',
    attempts: 1,
    first_byte_ms: 10,
    total_ms: 10,
    ...row,
  };
}
