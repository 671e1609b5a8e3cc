import { expect, it } from 'vitest';
import { HEALTH } from '../../../../shared/analytics/datasets.ts';
import { explain } from '../../../../workers/gateway/explain/explain.ts';
import { stored } from '../../../support/stored.ts';
import { failed, inOrder, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/';
const ctx = { waitUntil: () => {} } as unknown as ExecutionContext;

it('an explanation shows an ejection and does not end it, so its end is recorded by the next request', async () => {
  const points: { blobs: string[]; doubles: number[] }[] = [];
  const world = setUp({
    pools: [
      {
        ...pool('p', ['a', 'b']),
        outlier_detection: {
          ...{ consecutive_failures: 1, interval_s: 10, base_ejection_s: 30, max_ejection_s: 300 },
          ...{ max_ejection_percent: 50, failure_percent: 100, minimum_requests: 100 },
        },
      },
    ],
    select: inOrder(['p/a', 'p/b']),
    random: () => 0,
    carry: (_, { origin }) => (origin === 'p/a' ? failed('connect_failed', false) : plain(origin)),
    bindings: { HEALTH: { writeDataPoint: (point: (typeof points)[number]) => void points.push(point) } },
  });
  const kinds = () => points.map((point) => stored(point, HEALTH.columns.kind));
  const look = () => explain({ url: URL }, world.isolate, ctx);
  const share = (pools: Awaited<ReturnType<typeof look>>['pools']) => pools[0]?.origins[0]?.share;

  await world.request(URL);
  await world.settled();
  expect(kinds()).toEqual(['ejection']);
  expect(share((await look()).pools)).toBe(0);
  world.clock.ms += 30_000;
  expect(share((await look()).pools)).toBeGreaterThan(0);
  expect(kinds()).toEqual(['ejection']);
  await world.request(URL);
  await world.settled();
  expect(kinds().slice(0, 2)).toEqual(['ejection', 'readmission']);
});
