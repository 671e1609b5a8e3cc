import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../shared/authoring/document.ts';
import { parseConfig } from '../../shared/authoring/parse.ts';
import { pathText } from '../../shared/authoring/problem.ts';
import { sampleFile } from '../shared/authoring/sample.ts';
import { runs } from './runs.ts';
import { validFile } from './valid_file.ts';

const FIELDS = [
  'name',
  'id',
  'default_pools',
  'fallback_pool',
  'origins',
  'address',
  'weight',
  'monitor',
  'retry',
  'timeouts',
  'attempts',
  'first_byte_ms',
  'steering_policy',
  'region_pools',
  'rules',
  'session_affinity',
  'trusted_proxies',
  'header',
  'port',
  'type',
  'interval',
  '__proto__',
  'constructor',
  '',
];

/** Anything that JSON can hold, with the names of fields among its keys. */
const anything = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      1,
      -1,
      1e308,
      0.5,
      '',
      '*',
      'eu',
      'app.example.com',
      'off',
      '10.0.0.0/8',
    ),
    fc.string({ maxLength: 8 }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), fc.string({ maxLength: 5 })), tie('any')), {
        maxLength: 4,
      })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).any;

/** The sample file with something else in one of its places. */
const broken = fc
  .tuple(
    fc.constantFrom<'load_balancers' | 'pools' | 'monitors'>('load_balancers', 'pools', 'monitors'),
    fc.constantFrom(...FIELDS),
    anything,
  )
  .map(([list, field, value]) => {
    const file: Record<string, unknown> = sampleFile();
    const [first] = file[list] as [Record<string, unknown>];
    Object.defineProperty(first, field, { value, enumerable: true, configurable: true, writable: true });
    return file;
  });

it('any input is a configuration or gives an error with its place, and never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(anything, broken),
      fc.constantFrom<'local' | 'production'>('local', 'production'),
      (data, profile) => {
        const { config, problems } = parseConfig(data, profile);
        const errors = problems.filter(({ severity }) => severity === 'error');
        expect(config === undefined).toBe(errors.length > 0);
        for (const { path, message } of problems) {
          expect(message).not.toBe('');
          expect(typeof pathText(path)).toBe('string');
        }
      },
    ),
    runs(),
  );
});

it('a valid configuration normalises the same each time, and with every default written out', () => {
  fc.assert(
    fc.property(validFile, (file) => {
      const { config, problems } = parseConfig(file, 'production');
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(config?.balancers).toHaveLength(file.load_balancers.length);
      // As it is stored and read again.
      expect(canonicalJson(JSON.parse(canonicalJson(config)))).toBe(canonicalJson(config));
      // References by id resolve to the same configuration as references by name.
      const written = {
        ...file,
        load_balancers: file.load_balancers.map((balancer, i) => ({
          ...balancer,
          id: config?.balancers[i]?.id,
          path: config?.balancers[i]?.path,
          default_pools: config?.balancers[i]?.default_pools,
          fallback_pool: config?.balancers[i]?.fallback_pool,
          steering_policy: config?.balancers[i]?.steering_policy,
        })),
      };
      expect(canonicalJson(parseConfig(written, 'production').config)).toBe(canonicalJson(config));
    }),
    runs(),
  );
});
