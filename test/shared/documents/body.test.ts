import { describe, expect, it } from 'vitest';
import { bodyOf, parseBody } from '../../../shared/documents/body.ts';
import type { Config } from '../../../shared/model/config.ts';
import { runNow } from '../../../shared/time/steps.ts';
import { configOf } from '../../support/rankings.ts';

/** A configuration with balancers, pools of eight origins, and the parts that few have. */
function config(pools: number): Config {
  const ids = Array.from({ length: pools }, (_, i) => `p${i}`);
  const { config: made } = configOf([], [], 1);
  const [pool, balancer] = [{ id: '', origins: [] }, { id: '' }];
  return {
    ...made,
    balancers: ids.map((id) => ({ ...balancer, id: `b-${id}` })) as unknown as Config['balancers'],
    pools: Object.fromEntries(
      ids.map((id) => [
        id,
        { ...pool, id, origins: Array.from({ length: 8 }, (_, i) => ({ id: `${id}/${i}`, name: 'ä\n"' })) },
      ]),
    ) as unknown as Config['pools'],
    monitors: { m: { id: 'm' } } as unknown as Config['monitors'],
    monitor_groups: { g: [{ monitor: 'm' }] },
    notifications: [],
  };
}

describe('the body of a configuration', () => {
  it.each([0, 1, 3])('gives the same configuration when it is parsed (%d pools)', (pools) => {
    expect(runNow(parseBody(bodyOf(config(pools))))).toEqual(config(pools));
  });

  it('is parsed in slices of at most 64 KiB and one line', () => {
    const text = bodyOf(config(1_000));
    let slices = 1;
    for (const steps = parseBody(text); steps.next().done !== true; ) slices++;
    expect(slices).toBeGreaterThanOrEqual(Math.floor(text.length / (70 * 1_024)));
  });

  it('is refused if any of its lines is missing', () => {
    const lines = bodyOf(config(2)).split('\n');
    for (const dropped of lines.keys())
      expect(() => runNow(parseBody(lines.filter((_, i) => i !== dropped).join('\n')))).toThrow(
        'configuration body',
      );
  });

  it('is refused if it is cut short at any place', () => {
    const text = bodyOf(config(1));
    for (let length = 0; length < text.length; length += 7)
      expect(() => runNow(parseBody(text.slice(0, length)))).toThrow('configuration body');
  });

  it.each(['', 'null', '[]', '{"format":1}', 'hello'])('is refused when it is %j', (text) => {
    expect(() => runNow(parseBody(text))).toThrow('does not begin with format 2');
  });
});
