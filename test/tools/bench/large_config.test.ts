import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { largeConfig } from '../../../tools/bench/large_config.ts';

describe('largeConfig', () => {
  it('is valid, and has every balancer and every origin once', () => {
    const { config, problems } = parseConfig(largeConfig(4, 10), 'production');
    expect(problems.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(config?.balancers.map(({ host }) => host)).toEqual(
      [0, 1, 2, 3].map((i) => `host-${i}.example.com`),
    );
    const urls = Object.values(config?.pools ?? {}).map(({ origins }) => origins.map(({ url }) => url));
    expect(urls.map(({ length }) => length)).toEqual([3, 3, 2, 2]);
    expect(new Set(urls.flat()).size).toBe(10);
  });

  it('takes the places of origins from the caller', () => {
    const file = largeConfig(1, 2, (origin) => ({
      address: '127.0.0.1',
      scheme: 'http',
      port: 9_000 + origin,
    }));
    const { config, problems } = parseConfig(file, 'local');
    expect(problems.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(config?.pools['pool-0']?.origins.map(({ url }) => url)).toEqual([
      'http://127.0.0.1:9000',
      'http://127.0.0.1:9001',
    ]);
  });
});
