import { describe, expect, it } from 'vitest';
import { accessScope } from '../../../../workers/console/access/access_scope.ts';

describe('accessScope', () => {
  it('lets no empty entry of a list match an empty name', () => {
    expect(accessScope({ ACCESS_ADMINS: 'anna@example.com, ,', ACCESS_OPERATORS: '' }, [''])).toBe('read');
  });

  it('takes the higher scope of somebody whom both lists name', () => {
    const lists = { ACCESS_ADMINS: 'anna@example.com', ACCESS_OPERATORS: 'anna@example.com' };
    expect(accessScope(lists, ['anna@example.com'])).toBe('admin');
  });
});
