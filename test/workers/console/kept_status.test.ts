import { afterEach, describe, expect, it, vi } from 'vitest';
import { KEPT_MS, KeptStatus } from '../../../workers/console/kept_status.ts';
import type { PublicStatus } from '../../../workers/console/public_status.ts';

const statusOf = (seen_at: string): PublicStatus => ({ seen_at, load_balancers: [] });

/** A kept status with a clock, and looks that the test ends. */
function world() {
  let now = 1_000_000;
  const looks: { end(seen_at: string): void; fail(): void }[] = [];
  const kept = new KeptStatus(() => now);
  const get = () =>
    kept.get(
      () =>
        new Promise((resolve, reject) => {
          looks.push({
            end: (seen_at) => resolve(statusOf(seen_at)),
            fail: () => reject(new Error('no')),
          });
        }),
      () => undefined,
    );
  return { get, looks, wait: (ms: number) => (now += ms) };
}

afterEach(() => vi.restoreAllMocks());

describe('the kept public status', () => {
  it('is looked up once for all requests of 15 seconds', async () => {
    const { get, looks, wait } = world();
    const first = Array.from({ length: 50 }, get);
    expect(looks).toHaveLength(1);
    looks[0]?.end('one');
    for (const status of await Promise.all(first)) expect(status?.seen_at).toBe('one');
    wait(KEPT_MS - 1);
    expect((await get())?.seen_at).toBe('one');
    expect(looks).toHaveLength(1);
    wait(1);
    const next = get();
    looks[1]?.end('two');
    expect((await next)?.seen_at).toBe('two');
  });

  it('is the answer before, while a look is under way', async () => {
    const { get, looks, wait } = world();
    const first = get();
    looks[0]?.end('one');
    await first;
    wait(KEPT_MS);
    void get();
    expect((await get())?.seen_at).toBe('one');
    expect(looks).toHaveLength(2);
  });

  it('stays unknown for 15 seconds after a look that failed', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { get, looks, wait } = world();
    const first = get();
    looks[0]?.fail();
    expect(await first).toBeUndefined();
    wait(KEPT_MS - 1);
    expect(await get()).toBeUndefined();
    expect(looks).toHaveLength(1);
  });

  it('is looked up again if a look never ends', async () => {
    const { get, looks, wait } = world();
    void get();
    wait(5_000);
    const second = get();
    looks[1]?.end('two');
    expect((await second)?.seen_at).toBe('two');
    looks[0]?.end('late');
    expect((await get())?.seen_at).toBe('two');
  });
});
