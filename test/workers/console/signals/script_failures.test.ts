import { describe, expect, it } from 'vitest';
import { scriptFailures } from '../../../../workers/console/signals/script_failures.ts';

const row = (strategy: string, shadow_strategy = '', requests = '1') => ({
  balancer: 'app',
  pool: 'p',
  strategy,
  shadow_strategy,
  requests,
});

describe('scriptFailures', () => {
  it('names script and reason, and adds up equal ones', () => {
    const rows = [
      row('off/random (script:my-1 too slow)', '', '3'),
      row('random (script:my-1 too slow)/hash', 'off/random (script:new failed)', '2'),
      row('off/script:fine'),
    ];
    expect(scriptFailures(rows).get('app p')).toEqual([
      { script: 'my-1', reason: 'too slow', where: 'live', requests: 5 },
      { script: 'new', reason: 'failed', where: 'shadow', requests: 2 },
    ]);
  });

  it('returns both if both levels failed', () => {
    const both = scriptFailures([row('random (script:a not loaded)/random (script:b broken)')]).get('app p');
    expect(both?.map(({ script, reason }) => `${script} ${reason}`)).toEqual(['a not loaded', 'b broken']);
  });
});
