import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ORIGIN_FAULTS, PLATFORM_FAULTS } from '../../../tools/chaos/faults.ts';
import { inRoot } from '../../../tools/project/root.ts';

it('describes every fault in docs/chaos.md, in the same words', () => {
  const described = readFileSync(inRoot('docs', 'chaos.md'), 'utf8')
    .split('\n')
    .flatMap((line) => [...line.matchAll(/^\| `([a-z_]+)` \| (.+) \|$/g)])
    .map(([, kind, meaning]) => [kind, meaning]);
  expect(described).toEqual([...Object.entries(ORIGIN_FAULTS), ...Object.entries(PLATFORM_FAULTS)]);
});
