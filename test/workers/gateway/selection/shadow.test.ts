import { describe, expect, it } from 'vitest';
import { TRAFFIC } from '../../../../shared/analytics/datasets.ts';
import type { Ranking, Shadow } from '../../../../shared/contracts/selection.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { shadowChoice } from '../../../../workers/gateway/selection/shadow.ts';
import { newLoads } from '../../../../workers/gateway/state/load/loads.ts';
import { stored } from '../../../support/stored.ts';
import { origin, rotating, setUp } from '../support.ts';

const [a, b, c] = [origin('p', 'a'), origin('p', 'b'), origin('p', 'c')] as const;
const KNOWN = new Map([a, b, c, origin('q', 'a')].map((one) => [one.id, one]));
const ORIGINS: OriginId[] = ['p/a', 'p/b'];

function choice(shadow: Partial<Shadow>, served = [a, b]) {
  const loads = newLoads(
    () => 0,
    () => 0,
  );
  loads.inflight.begin('p/a');
  const cast: Shadow = { strategy: 'off/x', origins: ORIGINS, finalists: 0, ...shadow };
  const ranking: Ranking = { origins: ['p/a', 'p/b'], finalists: 0, shadow: cast };
  return shadowChoice(ranking, KNOWN, served, loads);
}

describe('shadowChoice', () => {
  it('is the first of the order, or the finalist that the current load chooses', () => {
    expect(choice({})).toEqual({ strategy: 'off/x', origin: 'p/a', differs: false });
    expect(choice({ finalists: 2 })).toEqual({ strategy: 'off/x', origin: 'p/b', differs: true });
    expect(choice({}, [c])).toMatchObject({ origin: 'p/a', differs: true });
  });

  it('skips an origin that this gateway does not know', () => {
    expect(choice({ origins: ['p/new', 'p/b'] })).toMatchObject({ origin: 'p/b' });
    expect(choice({ origins: ['p/new'] })).toBeUndefined();
  });

  it.each(['reported', 'prequal'] as const)('is not known if settling counts the choice: %s', (by) => {
    expect(choice({ finalists: 2, by })).toBeUndefined();
  });

  it('differs in any case if it is in another pool', () => {
    expect(choice({ origins: ['q/a'], finalists: 1, by: 'prequal' })).toEqual({
      strategy: 'off/x',
      origin: 'q/a',
      differs: true,
    });
  });

  it('is the origin tried first if the shadow ranks as the live policy does', () => {
    const same: Partial<Shadow> = { origins: [], as_ranked: true };
    expect(choice(same, [b, a])).toEqual({ strategy: 'off/x', origin: 'p/b', differs: false });
    expect(choice(same, [])).toBeUndefined();
  });

  it('is ignored if a selector sends nonsense', () => {
    for (const shadow of [{}, { origins: 7 }, { origins: [null] }, 'x', null])
      expect(
        shadowChoice(
          { origins: ['p/a'], finalists: 0, shadow } as unknown as Ranking,
          KNOWN,
          [a],
          newLoads(
            () => 0,
            () => 0,
          ),
        ),
      ).toBeUndefined();
  });
});

describe('what the data point of a request carries', () => {
  const columns = ['variant', 'shadow', 'shadow_strategy', 'shadow_differs'] as const;
  const valuesOf = (point: { blobs: string[]; doubles: number[] } | undefined) =>
    columns.map((name) => stored(point, TRAFFIC.columns[name]));

  it.each([
    ['a canary', { variant: 'canary' as const }, ['canary', '', '', 0]],
    [
      'a shadow that agrees',
      { shadow: { strategy: 'off/x', origins: ORIGINS, finalists: 0 } },
      ['live', 'p/a', 'off/x', 0],
    ],
    [
      'a shadow that differs',
      { shadow: { strategy: 'off/x', origins: ['p/c' as const], finalists: 0 } },
      ['live', 'p/c', 'off/x', 1],
    ],
  ])('of %s', async (_, marks, expected) => {
    const { request, points } = setUp({
      select: (question) => ({
        ...rotating([])(question),
        rankings: [{ origins: ORIGINS, finalists: 0, ...marks }],
        use: 'repeat',
      }),
    });
    await (await request('https://app.example.com/')).text();
    expect(valuesOf(points.at(-1))).toEqual(expected);
  });

  it('of a request without a selector', async () => {
    const { request, points } = setUp({
      select: () => {
        throw new Error('absent');
      },
    });
    await (await request('https://app.example.com/')).text();
    expect(valuesOf(points.at(-1))).toEqual(['', '', '', 0]);
  });
});
