import { expect, it } from 'vitest';
import type { Filter } from '../../../../shared/model/config.ts';
import { passes } from '../../../../workers/health/notify/filter.ts';

it.each<[string, Filter | undefined, string]>([
  ['without a filter', undefined, 'opened changed closed'],
  ['with an empty one', {}, 'opened changed closed'],
  ['healthy: true', { healthy: true }, 'closed'],
  ['healthy: false', { healthy: false }, 'opened changed'],
  ['disable', { disable: true }, ''],
  ['disable, whatever else it says', { disable: true, healthy: true }, ''],
])('%s lets through: %s', (_, filter, expected) => {
  const all = ['opened', 'changed', 'closed'] as const;
  expect(all.filter((change) => passes(filter, change)).join(' ')).toBe(expected);
});
