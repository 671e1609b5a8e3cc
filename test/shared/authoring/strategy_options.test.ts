import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { StrategyOptionsSchema } from '../../../shared/authoring/strategy_options.ts';
import { OPTION_DEFAULTS } from '../../../shared/strategies/strategies.ts';
import { sampleFile } from './sample.ts';

const pool = sampleFile().pools[0];

/** The sample with options at both levels. */
function parsed(options: unknown, policy = 'hash') {
  return parseConfig(
    {
      ...sampleFile(),
      load_balancers: [
        { name: '*', default_pools: ['eu'], steering_policy: 'hash', steering_options: options },
      ],
      pools: [{ ...pool, origin_steering: { policy, options } }],
    },
    'production',
  );
}

describe('StrategyOptionsSchema', () => {
  it('has the default of every option from the one list of them', () => {
    expect(v.parse(StrategyOptionsSchema, {})).toEqual(OPTION_DEFAULTS);
  });

  it.each([
    ['a path below a host', { key: 'uri' }, 'key'],
    ['an empty list of keys', { key: [] }, 'key'],
    ['a key without a name', { key: ['path', 'header:'] }, 'key'],
    ['a bound that nothing could hold', { bounded_load: 100 }, 'bounded_load'],
    ['a table whose size is not prime', { table_size: 65_536 }, 'table_size'],
    ['a fallback that needs a key itself', { fallback: 'hash' }, 'fallback'],
    ['an unknown option', { keys: 'path' }, 'keys'],
  ])('refuses %s', (_, options, field) => {
    const { config, problems } = parsed(options);
    expect(config).toBeUndefined();
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { path } of errors) expect(path).toContain(field);
  });
});

describe('an option that the policy does not read', () => {
  it('is a warning that says which do, at both levels', () => {
    const { problems } = parsed({ table_size: 101, key: 'path' });
    expect(
      problems
        .filter(({ severity }) => severity === 'warning')
        .map(({ path, message }) => [path.at(-1), message]),
    ).toEqual([
      ['table_size', 'has no effect: policy "hash" does not read it; "maglev" does'],
      ['table_size', 'has no effect: policy "hash" does not read it; "maglev" does'],
    ]);
  });

  it('causes no warning if it is the default', () => {
    expect(parsed({ table_size: 65_537 }).problems.filter(({ severity }) => severity === 'warning')).toEqual(
      [],
    );
  });
});

describe('a configuration with options', () => {
  it('carries them filled in, the key as a list and header names in lower case', () => {
    const { config } = parsed({ key: ['header:X-Tenant', 'path'], bounded_load: 125 });
    const filled = { ...OPTION_DEFAULTS, key: ['header:x-tenant', 'path'], bounded_load: 125 };
    expect(config?.pools['eu']?.origin_options).toEqual(filled);
    expect(config?.balancers[0]?.steering_options).toEqual(filled);
    expect(parsed({ key: 'cookie:session' }).config?.pools['eu']?.origin_options?.key).toEqual([
      'cookie:session',
    ]);
  });

  it('carries none where none is set', () => {
    const { config } = parsed(undefined);
    expect(config?.pools['eu']).not.toHaveProperty('origin_options');
    expect(config?.balancers[0]).not.toHaveProperty('steering_options');
  });
});
