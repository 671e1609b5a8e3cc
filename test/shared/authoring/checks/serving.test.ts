import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../shared/authoring/parse.ts';
import { line, pool, said } from './said.ts';

const origin = (name: string, fields: object = {}) => ({ name, address: `${name}.example.net`, ...fields });

/** One load balancer over the pool `p`, or over `p` and `q`. */
function of(p: object, { q, ...balancer }: { q?: object } & Record<string, unknown> = {}) {
  return said({
    load_balancers: [{ name: 'a.example.com', default_pools: q ? ['p', 'q'] : ['p'], ...balancer }],
    pools: [pool('p', p), ...(q ? [pool('q', q)] : [])],
  });
}

const NOBODY = line('error load_balancers[0].default_pools: no pool can serve');

describe('a load balancer that cannot serve', () => {
  it.each<[string, object, unknown[]]>([
    ['its pool is disabled', { enabled: false }, [NOBODY]],
    ['its pool is in drain', { state: 'drain' }, [NOBODY]],
    [
      'its pool has no origin',
      { origins: [] },
      [line('warning pools[0].origins: the list is empty'), NOBODY],
    ],
    [
      'no origin is enabled',
      { origins: [origin('x', { enabled: false })] },
      [line('warning pools[0].origins: no origin is enabled'), NOBODY],
    ],
    [
      'every weight is 0',
      { origins: [origin('x', { weight: 0 }), origin('y', { weight: 0 })] },
      [line('warning pools[0].origins: every `weight` is 0'), NOBODY],
    ],
    [
      'one origin is in maintenance, the other has weight 0',
      { origins: [origin('x', { state: 'maintenance' }), origin('y', { weight: 0 })] },
      [NOBODY],
    ],
  ])('is refused: %s', (_, p, problems) => expect(of(p)).toEqual(problems));

  it('is ignored while it is disabled or in maintenance, because its owner wants that', () => {
    expect(of({ enabled: false }, { enabled: false })).toEqual([]);
    expect(of({ enabled: false }, { maintenance: { enabled: true } })).toEqual([]);
  });

  it('is a warning if sessions or rules are still served', () => {
    const only = line('warning load_balancers[0].default_pools: no pool can serve');
    expect(of({ state: 'drain' }, { session_affinity: 'cookie' })).toEqual([only]);
    const fixed_response = { status_code: 503 };
    const rules = [{ condition: 'http.host eq "a.example.com"', fixed_response }];
    expect(of({ enabled: false }, { rules })).toEqual([only]);
    expect(of({ enabled: false }, { pool_sets: [{ fixed_response }] })).toEqual([only]);
  });

  it('is refused although it has rules and pool sets, if these never apply', () => {
    const fixed_response = { status_code: 503 };
    expect(of({ enabled: false }, { rules: [{ fixed_response, disabled: true }] })).toEqual([NOBODY]);
    expect(of({ enabled: false }, { pool_sets: [{ fixed_response, disabled: true }] })).toEqual([NOBODY]);
    expect(of({ enabled: false }, { rules: [{ fixed_response, condition: 'false' }] })).toContainEqual(
      NOBODY,
    );
  });

  it('is the one error that force passes', () => {
    const file = {
      load_balancers: [{ name: 'a.example.com', default_pools: ['p'] }],
      pools: [pool('p', { enabled: false })],
    };
    const refused = parseConfig(file, 'production');
    expect(refused.config).toBeUndefined();
    expect(refused.problems.filter(({ forceable }) => forceable).map(({ severity }) => severity)).toEqual([
      'error',
    ]);
    const forced = parseConfig(file, 'production', { force: true });
    expect(forced.config?.pools['p']?.enabled).toBe(false);
    expect(forced.problems).toEqual(
      refused.problems.map((problem) => (problem.forceable ? { ...problem, severity: 'warning' } : problem)),
    );
  });

  it('is refused even with force if it has another mistake', () => {
    const file = {
      load_balancers: [{ name: 'a.example.com', default_pools: ['p'], path: 'x' }],
      pools: [pool('p', { enabled: false })],
    };
    const { config, problems } = parseConfig(file, 'production', { force: true });
    expect(config).toBeUndefined();
    expect(problems.map(({ severity, path }) => [severity, path.at(-1)])).toEqual([
      ['error', 'path'],
      ['warning', 'default_pools'],
    ]);
  });

  it('is not reported if another error hides whether it can serve', () => {
    expect(of({ origins: 'x' })).toEqual([line('error pools[0].origins')]);
    expect(of({ enabled: false }, { default_pools: ['p', 'z'] })).toEqual([
      line('error load_balancers[0].default_pools[1]: got "z"'),
    ]);
  });
});

describe('a pool that is always down', () => {
  it('is a warning if another pool serves', () => {
    expect(of({ origins: [] }, { q: {} })).toEqual([line('warning pools[0].origins: the list is empty')]);
    expect(of({ minimum_origins: 2 }, { q: {} })).toEqual([
      line(
        'warning pools[0].minimum_origins: got 2, but the pool has 1 enabled origin, so it is always down',
      ),
    ]);
    expect(of({ minimum_origins: 2, origins: [origin('x'), origin('y', { weight: 0 })] })).toEqual([]);
  });

  it('is a warning if only the fallback pool is left, or if it is the fallback pool', () => {
    const fallback = { default_pools: ['p'], fallback_pool: 'q' };
    expect(of({ enabled: false }, { q: {}, ...fallback })).toEqual([
      line('warning load_balancers[0].default_pools: none of these pools can serve'),
    ]);
    expect(of({}, { q: { origins: [] }, ...fallback })).toEqual([
      line('warning pools[1].origins: the list is empty'),
      line('warning load_balancers[0].fallback_pool: this pool cannot serve'),
    ]);
  });

  it('is no warning if its owner has disabled it', () => {
    expect(of({ enabled: false, origins: [] }, { q: {} })).toEqual([]);
    expect(of({ state: 'maintenance', minimum_origins: 9 }, { q: {} })).toEqual([]);
  });
});

it('mentions unused pools and monitors', () => {
  const { problems } = parseConfig(
    {
      load_balancers: [
        {
          name: '*',
          default_pools: ['p'],
          mirror: { pool: 'm', percent: 1 },
          rules: [{ condition: 'http.host eq "a"', overrides: { region_pools: { WEU: ['r'] } } }],
        },
      ],
      pools: ['p', 'm', 'r', 'unused'].map((name) => pool(name)),
      monitors: [{ id: 'unused' }],
    },
    'production',
  );
  expect(problems.map(({ severity, path }) => [severity, path])).toEqual([
    ['info', ['pools', 3]],
    ['info', ['monitors', 0]],
  ]);
});
