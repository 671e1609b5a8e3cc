import { describe, expect, it } from 'vitest';
import type { Balancer } from '../../../shared/model/config.ts';
import { freePorts } from '../../../tools/local/ports.ts';
import { accepts, knockOn, statusOf, until } from '../../../tools/local/ready.ts';

function balancer(host: string, path: string, enabled = true): Balancer {
  return { host, path, enabled } as Balancer;
}

describe('knockOn', () => {
  it.each([
    ['*', '/', 'localhost'],
    ['*.example.com', '/', 'www.example.com'],
    ['app.example.com', '/api', 'app.example.com'],
  ])('finds a host that %s serves', (pattern, path, host) => {
    expect(knockOn([balancer('off.example.com', '/', false), balancer(pattern, path)])).toEqual({
      host,
      path,
    });
  });
});

describe('statusOf and accepts', () => {
  it('report that nothing answers if nothing listens', async () => {
    const [port = 0] = await freePorts(1);
    expect(await statusOf(port, '/')).toBeUndefined();
    expect(await accepts(port)).toBe(false);
  });
});

describe('until', () => {
  it('repeats a check until it succeeds', async () => {
    let tries = 0;
    expect(await until(async () => ++tries === 3, Date.now() + 5_000)).toBe(true);
    expect(tries).toBe(3);
  });

  it('ends at the deadline, or if it should give up', async () => {
    expect(await until(async () => false, Date.now())).toBe(false);
    expect(
      await until(
        async () => true,
        Date.now() + 5_000,
        () => true,
      ),
    ).toBe(false);
  });
});
