import { describe, expect, it } from 'vitest';
import { canonicalJson, canonicalSteps, configHash, toDocument } from '../../../shared/authoring/document.ts';
import { normalise } from '../../../shared/authoring/normalise.ts';
import { filled, filledSteps, parseConfig } from '../../../shared/authoring/parse.ts';
import type { Config } from '../../../shared/model/config.ts';
import { runNow, type Steps } from '../../../shared/time/steps.ts';
import { everything } from './everything.ts';
import { sampleFile } from './sample.ts';

const EMPTY: Config = { balancers: [], pools: {}, monitors: {} };

describe('canonicalJson', () => {
  it('is the same for equal values in another order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  });

  it('keeps the order of lists', () => {
    expect(canonicalJson(['b', 'a'])).toBe('["b","a"]');
  });
});

/** A file with many objects. */
function large() {
  const { pools, load_balancers } = sampleFile();
  const numbers = Array.from({ length: 1_500 }, (_, i) => i);
  return {
    ...sampleFile(),
    pools: [...pools, ...numbers.map((i) => ({ ...pools[0], name: `pool-${i}` }))],
    load_balancers: [
      ...load_balancers,
      ...numbers.map((i) => ({ ...load_balancers[0], name: `host-${i}.example.com` })),
    ],
  };
}

/** How many slices steps have. */
function slicesOf(steps: Steps<unknown>): number {
  let slices = 1;
  while (steps.next().done !== true) slices++;
  return slices;
}

describe('a configuration that is made in slices', () => {
  it.each([
    ['an empty file', {}],
    ['lists that are null', { pools: null, load_balancers: null }],
    ['a file with every object', everything()],
    ['a large file', large()],
  ])('is the same as one that is made at once: %s', (_, file) => {
    const config = normalise(filled(file), { profile: 'production' });
    expect(config).toEqual(parseConfig(file, 'production').config);
    expect(runNow(canonicalSteps(config))).toBe(canonicalJson(config));
  });

  it('lets others run in between if it is large', () => {
    const config = normalise(filled(large()), { profile: 'production' });
    expect(slicesOf(filledSteps(large()))).toBeGreaterThan(5);
    expect(slicesOf(canonicalSteps(config))).toBeGreaterThan(5);
  });
});

describe('configHash', () => {
  it('is SHA-256 of the canonical JSON', async () => {
    // printf '{"balancers":[],"monitors":{},"pools":{}}' | sha256sum
    expect(await configHash(EMPTY)).toBe('9e9450b01f6a61f82876c4f22cc08ae74082bcaa15ed002545dc65dafc1a68e8');
  });

  it('differs if a weight differs', async () => {
    const file = sampleFile();
    const one = parseConfig(file, 'production').config ?? EMPTY;
    Object.assign(file.pools[0]?.origins[0] ?? {}, { weight: 0.5 });
    const other = parseConfig(file, 'production').config ?? EMPTY;
    expect(await configHash(one)).not.toBe(await configHash(other));
  });
});

describe('toDocument', () => {
  it('has format, version, hash and time', async () => {
    const published_at = '2026-01-02T03:04:05.000Z';
    expect(await toDocument(EMPTY, 7, published_at)).toEqual({
      format: 1,
      version: 7,
      hash: await configHash(EMPTY),
      published_at,
      config: EMPTY,
    });
  });
});
