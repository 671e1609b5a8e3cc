import { describe, expect, it } from 'vitest';
import { consequences } from '../../../shared/authoring/consequences.ts';
import { balancer, config, origin, pool, session } from '../../support/normalised.ts';

const NOW = Date.UTC(2026, 0, 2);

describe('consequences', () => {
  it('says how long the sessions of each affected balancer stay', () => {
    const origins = [origin('p', 'a', { state: 'drain', draining_since: NOW }), origin('p', 'b')];
    const short = balancer({ id: 'short', session: session({ drain_ms: 60_000 }) });
    const elsewhere = balancer({ id: 'q', default_pools: ['q'], fallback_pool: 'q', session: session() });
    const all = config([balancer(), short, elsewhere], [pool('p', origins), pool('q', ['c'])]);
    expect(consequences(all, 'p/a')).toEqual(['sessions of short stay until 2026-01-02T00:01:00.000Z']);
  });

  it('warns if no origin takes new clients, and says that a disabled origin stays disabled', () => {
    const off = config(
      [],
      [pool('p', [origin('p', 'a', { enabled: false }), origin('p', 'b', { weight: 0 })])],
    );
    expect(consequences(off, 'p/a')).toEqual([
      'warning: pool p has no origin left that takes new clients',
      'p/a stays disabled: `enabled` is false in the configuration',
    ]);
  });
});
