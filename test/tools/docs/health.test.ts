import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { readJson } from '../../../shared/authoring/source/json_source.ts';
import { hintOf } from '../../../shared/geo/location_hints.ts';
import { REGION_CODES } from '../../../shared/geo/regions.ts';
import { inRoot } from '../../../tools/project/root.ts';

const page = readFileSync(inRoot('docs', 'health.md'), 'utf8');

describe('docs/health.md', () => {
  it('lists each region with its prober', () => {
    const rows = [...page.matchAll(/^\| ((?:`[A-Z]+`,? ?)+) \| `([a-z]+)` \|$/gm)];
    const listed = rows.flatMap(([, regions = '', hint]) =>
      [...regions.matchAll(/`([A-Z]+)`/g)].map(([, region = '']) => [region, hint] as const),
    );
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(REGION_CODES.map((code) => [code, hintOf(code)])),
    );
  });

  it.each([...page.matchAll(/```jsonc\n([\s\S]*?)```/g)].map(([, block = '']) => block))(
    'shows valid configuration: %s',
    (block) => {
      const { data } = readJson(`{${block}}`);
      const shown = data as { pools: object[]; monitor_groups?: object[] };
      const file = {
        load_balancers: [{ name: '*', default_pools: ['eu'] }],
        monitors: ['http', 'login', 'search', 'cart', 'deep'].map((id) => ({ id })),
        ...shown,
        pools: shown.pools.map((pool) => ({
          ...pool,
          origins: [{ name: 'eu-1', address: 'eu-1.example.com' }],
        })),
      };
      const { problems } = parseConfig(file, 'production');
      expect(problems.filter(({ severity }) => severity !== 'info')).toEqual([]);
    },
  );
});
