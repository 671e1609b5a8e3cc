import { afterEach, describe, expect, it, vi } from 'vitest';
import { compileConfig } from '../../../../workers/gateway/state/compiled_config.ts';
import { Sessions } from '../../../../workers/gateway/state/sessions.ts';
import { balancer, config, documentOf, pool } from '../support.ts';

const NOW = 1_000_000;
const HOUR_MS = 3_600_000;

const named = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const compiled = (...names: string[]) => compileConfig(documentOf(config([balancer()], [pool('p', names)])));

/** Reads a session with the origin `p/NAME` under configurations, and counts the hashes that each takes. */
async function reader(name: string) {
  const sessions = new Sessions({ AFFINITY_KEY: 'secret' });
  const value = await new Sessions({ AFFINITY_KEY: 'secret' }).issue(
    `p/${name}`,
    'app',
    compiled(name),
    NOW + HOUR_MS,
  );
  const sign = vi.spyOn(crypto.subtle, 'sign');
  return async (...names: string[]) => {
    sign.mockClear();
    const found = await sessions.find([value ?? ''], 'app', compiled(...names), NOW);
    return { origin: found?.origin, hashes: sign.mock.calls.length };
  };
}

afterEach(() => vi.restoreAllMocks());

describe('the tags of origins', () => {
  it('are computed once, and by a publication only for its new origins', async () => {
    const read = await reader('a3');
    expect(await read(...named('a', 600))).toEqual({ origin: 'p/a3', hashes: 600 });
    expect(await read(...named('a', 601))).toEqual({ origin: 'p/a3', hashes: 1 });
    expect(await read(...named('a', 601))).toEqual({ origin: 'p/a3', hashes: 0 });
  });

  it('lead to no origin that the configuration no longer has', async () => {
    const read = await reader('a3');
    await read(...named('a', 4));
    expect(await read(...named('a', 3))).toEqual({ origin: undefined, hashes: 0 });
    expect(await read(...named('a', 4))).toEqual({ origin: 'p/a3', hashes: 0 });
  });

  it('of former origins are forgotten when they are most of all tags', async () => {
    const read = await reader('a3');
    await read(...named('a', 10));
    await read(...named('b', 10));
    await read(...named('c', 10));
    await read(...named('d', 10));
    expect(await read(...named('a', 10))).toEqual({ origin: 'p/a3', hashes: 10 });
  });

  it('are computed one by one for sessions that begin', async () => {
    const sessions = new Sessions({ AFFINITY_KEY: 'secret' });
    const config = compiled(...named('a', 600));
    const sign = vi.spyOn(crypto.subtle, 'sign');
    expect(await sessions.issue('p/a3', 'app', config, NOW + HOUR_MS)).toBeTypeOf('string');
    // One for the tag, one for the cookie.
    expect(sign).toHaveBeenCalledTimes(2);
    expect(await sessions.issue('p/gone', 'app', config, NOW + HOUR_MS)).toBeUndefined();
  });

  it('leave other work its turn between slices', async () => {
    const read = await reader('a3');
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await read(...named('a', 2_000));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });
});
