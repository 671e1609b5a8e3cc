import { describe, expect, it } from 'vitest';
import type { Origin, Rule } from '../../../../shared/model/config.ts';
import {
  compileConfig,
  compileSteps,
  SLICE_UNITS,
} from '../../../../workers/gateway/state/compiled_config.ts';
import { balancer, config, documentOf, origin, pool } from '../support.ts';

const ORIGINS = 2_500;
const BALANCERS = 300;

/** A configuration that counts how often each of its parts is read. */
function counted() {
  const reads = { origins: 0, rules: 0, ranges: 0 };
  const counting = <T extends object>(part: T, kind: keyof typeof reads, key: keyof T): T => {
    const value = part[key];
    return Object.defineProperty(part, key, {
      enumerable: true,
      get() {
        reads[kind]++;
        return value;
      },
    });
  };
  const rule = (name: string): Rule => counting<Rule>({ name, terminates: true }, 'rules', 'condition');
  const ranges = Array.from({ length: 1_500 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const balancers = Array.from({ length: BALANCERS }, (_, i) =>
    balancer({ id: `app-${i}`, host: `host-${i}`, rules: [rule('a'), rule('b')], pool_sets: [rule('c')] }),
  );
  balancers.push(
    balancer({
      id: 'trusting',
      host: 'trusting',
      trusted_proxies: new Proxy(ranges, {
        get(target, key) {
          if (typeof key === 'string' && /^\d+$/.test(key)) reads.ranges++;
          return Reflect.get(target, key);
        },
      }),
    }),
  );
  const origins = Array.from({ length: ORIGINS }, (_, i) =>
    counting<Origin>(origin('p', `o${i}`, i === 7 ? { state: 'drain' } : {}), 'origins', 'state'),
  );
  return { document: documentOf(config(balancers, [pool('p', origins)])), reads };
}

describe('the steps that prepare a configuration', () => {
  it('handle a bounded number of origins, rules and address ranges each', () => {
    const { document, reads } = counted();
    const steps = compileSteps(document);
    const slices: (typeof reads)[] = [];
    for (let done = false; !done; ) {
      const before = { ...reads };
      done = steps.next().done === true;
      slices.push({
        origins: reads.origins - before.origins,
        rules: reads.rules - before.rules,
        ranges: reads.ranges - before.ranges,
      });
    }
    const total = (kind: keyof typeof reads) => slices.reduce((sum, slice) => sum + slice[kind], 0);
    expect([total('rules'), total('ranges')]).toEqual([3 * BALANCERS, 1_500]);
    expect(total('origins')).toBeGreaterThanOrEqual(ORIGINS);
    // The standing of an origin is read from its state at most twice.
    for (const { origins, rules, ranges } of slices)
      expect(origins / 2 + 25 * rules + ranges).toBeLessThanOrEqual(SLICE_UNITS + 25);
  });

  it('end in the same as preparing it at once', () => {
    const { document } = counted();
    const steps = compileSteps(document);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const { rules, ...rest } = step.value;
    const { rules: rules_at_once, ...at_once } = compileConfig(document);
    expect(rest).toEqual(at_once);
    expect([...rules.keys()]).toEqual([...rules_at_once.keys()]);
    expect(rest.origins.size).toBe(ORIGINS);
    expect(rest.ready.has('p/o7')).toBe(false);
    expect(rest.trusted.get('trusting')).toHaveLength(1_500);
    expect(rules.get(document.config.balancers[0] ?? balancer())?.rules).toHaveLength(2);
    expect(rules.get(document.config.balancers[0] ?? balancer())?.pool_sets).toHaveLength(1);
  });
});
