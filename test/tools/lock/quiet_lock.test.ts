import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quiet } from '../../../tools/lock/quiet_lock.ts';
import { inRoot } from '../../../tools/project/root.ts';

describe('package-lock.json', () => {
  it('asks for no Node of its own, so that an install prints no warnings under another one', () => {
    const lock = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'));
    expect(quiet(lock), 'packages that ask for one; `npm run lock` mends it').toBe(0);
  });
});

describe('quiet', () => {
  it('takes the engines of packages, and leaves those of the project', () => {
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
