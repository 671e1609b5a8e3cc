import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quiet } from '../../../tools/lock/quiet_lock.ts';
import { inRoot } from '../../../tools/project/root.ts';

describe('package-lock.json', () => {
  it('requires no Node version, so that an install prints no warnings', () => {
    const lock = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'));
    expect(quiet(lock), 'packages that require a Node version; run `npm run lock`').toBe(0);
  });
});

describe('quiet', () => {
  it('removes the engines of packages, and keeps those of the project', () => {
    const lock = {
      packages: {
        '': { engines: { npm: '>=10' } },
        'node_modules/a': { engines: { node: '>=22' } },
        'node_modules/b': {},
      },
    };
    expect(quiet(lock)).toBe(1);
    expect(lock.packages).toEqual({
      '': { engines: { npm: '>=10' } },
      'node_modules/a': {},
      'node_modules/b': {},
    });
  });
});
