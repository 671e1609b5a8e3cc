import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { RTT_POLICIES } from '../../../shared/model/rtt_readers.ts';
import type { Option } from '../../../shared/strategies/option.ts';
import type { Policy } from '../../../shared/strategies/policy.ts';
import { OPTIONS, POLICIES, policyNamed } from '../../../shared/strategies/strategies.ts';
import { inRoot } from '../../../tools/project/root.ts';
import { settlerOf } from '../../../workers/gateway/selection/settlers/settlers.ts';
import { bundledFiles } from './bundled_files.ts';

const FOLDER = inRoot('shared', 'strategies');

/** The names of all exports of shared/strategies with a method `rank`. */
async function written(): Promise<string[]> {
  const files = readdirSync(FOLDER).filter((file) => file !== 'catalogue.ts');
  const modules = await Promise.all(files.map((file) => import(`${FOLDER}/${file}`)));
  return modules.flatMap((module: object) =>
    Object.entries(module).flatMap(([name, value]) => (typeof value?.rank === 'function' ? [name] : [])),
  );
}

/** A configuration with a policy as the shadow of a pool. */
function shadowed(policy: string): unknown {
  const origins = [{ name: 'a', address: 'a.example.com' }];
  const pools = [{ name: 'p', origins, origin_steering: { shadow: { policy } } }];
  return { load_balancers: [{ name: '*', default_pools: ['p'] }], pools };
}

describe('the catalogue of policies', () => {
  it('lists every strategy in shared/strategies under its own name', async () => {
    const names = await written();
    expect(names.length).toBeGreaterThan(20);
    expect(POLICIES.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  it('has one line for each policy', () => {
    const lines = readFileSync(`${FOLDER}/catalogue.ts`, 'utf8').match(/^export .*$/gm);
    expect(lines).toHaveLength(POLICIES.length);
  });

  it.each(POLICIES)(
    'declares an option of $name only once, even if other policies read it',
    ({ options = {} }) => {
      for (const [name, option] of Object.entries<Option>(options)) expect(OPTIONS[name]).toBe(option);
    },
  );

  it('has a level and a sentence for every policy', () => {
    for (const { name, levels, about } of POLICIES) {
      expect(levels, name).not.toEqual([]);
      expect(about, name).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each(POLICIES.filter(({ levels }) => levels.includes('origins')))(
    'warns of $name as a shadow if its settler counts what it chooses',
    ({ name, settled_by }) => {
      const { problems } = parseConfig(shadowed(name), 'local');
      const warned = problems.some(({ path, message }) => path.includes('shadow') && /canary/.test(message));
      expect(warned).toBe(
        settlerOf(settled_by === undefined ? {} : { by: settled_by }).counts_choice === true,
      );
    },
  );

  it('needs probes for the policies whose round-trip times are published, and for no others', () => {
    const reading = POLICIES.filter(({ needs = [] }) => needs.includes('probes')).map(({ name }) => name);
    expect(RTT_POLICIES).toEqual(reading);
  });

  it('settles keyed policies by bounded load, and no others: gateways recognise them by this', () => {
    const named = (policies: readonly Policy[]) => policies.map(({ name }) => name);
    const keyed = POLICIES.filter((policy) => policy.keyed !== undefined);
    expect(keyed).not.toEqual([]);
    expect(named(POLICIES.filter(({ settled_by }) => settled_by === 'bounded_load'))).toEqual(named(keyed));
  });
});

it('finds no policy by the name of a method of Object', () => {
  expect(policyNamed('toString')).toBeUndefined();
});

it.each(['gateway', 'selector', 'proxy', 'health'])(
  'bundles no validator and no parser into the %s',
  async (worker) => {
    const files = await bundledFiles(worker);
    expect(files.filter((file) => /valibot|jsonc-parser/.test(file))).toEqual([]);
  },
);
