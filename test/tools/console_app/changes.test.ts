import { describe, expect, it } from 'vitest';
import { errorBurst } from '../../../workers/console/app/lib/error_burst.ts';
import { marksOf } from '../../../workers/console/app/lib/marks.ts';

// What the overview says about changes: the marks of a chart, and the change before a rise of failures.

const steps = (failed: readonly number[], requests = 100) =>
  failed.map((count, index) => ({ at: 1_000 + 60 * index, requests, failed: count }));
const mark = (at: number, text: string) => ({ at, text });

describe('a rise of failures', () => {
  it('begins at its first bad step, and names the last change before it', () => {
    const marks = [mark(1_110, 'version 2'), mark(1_020, 'version 1'), mark(1_200, 'version 3')];
    expect(errorBurst(steps([0, 1, 0, 30, 50, 1]), marks, 60)).toEqual({
      at: 1_180,
      share: 0.4,
      after: mark(1_200, 'version 3'),
    });
  });

  it('names no change that came long before', () => {
    expect(errorBurst(steps([0, 0, 0, 0, 0, 0, 40]), [mark(1_001, 'version 1')], 60)).toMatchObject({
      at: 1_360,
      after: undefined,
    });
  });

  it('is the latest one of two', () => {
    expect(errorBurst(steps([0, 40, 0, 0, 60, 0]), [], 60)).toMatchObject({ at: 1_240, share: 0.6 });
  });

  it('is found where most steps are bad', () => {
    expect(errorBurst(steps([0, 90, 90, 90]), [], 60)).toMatchObject({ at: 1_060 });
  });

  it.each([
    ['nothing fails', steps([0, 0, 0])],
    ['few requests fail', steps([0, 4, 0], 5)],
    ['as many fail as ever', steps([4, 4, 4, 4])],
    ['nothing was served', []],
  ])('is none where %s', (_, given) => {
    expect(errorBurst(given, [], 60)).toBeUndefined();
  });
});

describe('the marks of a chart', () => {
  const version = {
    ...{ version: 7, at: '2026-11-01T10:00:00Z', author: 'ada', way: 'drain' as const, comment: 'db' },
    ...{ source_hash: '', parent: 6, pinned: false, size_bytes: 1 },
  };
  const at = Date.parse(version.at) / 1_000;

  it('are versions, changes of health and deployments, the newest first', () => {
    const down = { at: at + 5, origin: 'eu/a', previous_state: 'up', state: 'down', reason: 'tcp_timeout' };
    const deployed = [
      { gateway_version: 'g1', selector_version: 's1', since: at - 100 },
      { gateway_version: 'g2', selector_version: 's1', since: at + 10 },
      { gateway_version: 'g2', selector_version: '', since: at + 9 },
    ];
    expect(marksOf([version], [down], deployed, at - 100)).toEqual([
      { at: at + 9, text: 'gateway deployed: g2' },
      { at: at + 5, text: 'eu/a: up to down (tcp_timeout)' },
      { at, text: 'version 7: drain by ada, db' },
    ]);
  });

  it('are none from before the range, and none for what served all along', () => {
    const served = [{ gateway_version: 'g1', selector_version: 's1', since: at + 500 }];
    expect(marksOf([version], [], served, at + 1)).toEqual([]);
  });
});
