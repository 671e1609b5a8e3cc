import { describe, expect, it } from 'vitest';
import { check } from '../../../../../shared/authoring/check.ts';
import type { SettleBy } from '../../../../../shared/contracts/selection.ts';
import { POLICIES } from '../../../../../shared/strategies/strategies.ts';
import { inflight } from '../../../../../workers/gateway/selection/settlers/inflight.ts';
import { settlerOf } from '../../../../../workers/gateway/selection/settlers/settlers.ts';

describe('the settler of a ranking', () => {
  it.each([undefined, null, 'later', 'toString', '__proto__', 7, {}])(
    'is `inflight` where `by` is %o',
    (by) => {
      expect(settlerOf({ by: by as SettleBy })).toBe(inflight);
    },
  );

  const settled = POLICIES.filter(({ levels, settled_by }) => levels.includes('origins') && settled_by);

  it.each(settled)('is known for $name', ({ settled_by }) => {
    if (settled_by !== 'inflight') expect(settlerOf({ by: settled_by as SettleBy })).not.toBe(inflight);
  });

  it.each(settled)(
    'counts its choices if `lb validate` warns of the shadow $name',
    ({ name, settled_by }) => {
      const shadowed = { name: 'p', origins: [], origin_steering: { shadow: { policy: name } } };
      const warned = check({ pools: [shadowed] }, 'local').some(({ path }) => path.at(-2) === 'shadow');
      expect(settlerOf({ by: settled_by as SettleBy }).counts_choice ?? false).toBe(warned);
    },
  );
});
