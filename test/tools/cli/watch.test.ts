import { describe, expect, it } from 'vitest';
import { originStatus, poolStatus, statusOf } from '../../support/status.ts';
import { type Asked, startConsole } from './fake_console.ts';
import { COLUMNS, HAS_TERMINAL, lbInTerminal, ROWS } from './terminal.ts';

// `lb status --watch` and `lb top` in a terminal of 80 columns and 24 rows, as somebody sees them.

const MANY = Array.from({ length: 40 }, (_, index) => `eu/origin-with-a-long-name-${index}`);
const STATUS = statusOf([
  poolStatus('eu', [
    originStatus('eu/broken', { state: 'down', reason: 'http_timeout' }),
    ...MANY.map((id) => originStatus(id)),
  ]),
]);
const TRAFFIC = MANY.map((origin, index) => ({
  ...{ balancer: 'shop.example.com/a-very-long-path', origin, requests: String(1_200 * (index + 1)) },
  ...{ failed: index === 3 ? '600' : '0', retried: '12', p50_ms: 12.4, p95_ms: 900 - index, inflight: 7 },
}));

/** @param counts requests of each kind, so that a test sees that it is asked again */
const answersOf =
  (counts: Map<string, number>) =>
  ({ path }: Asked): [number, unknown] | undefined => {
    const [route = ''] = path.split('?');
    counts.set(route, (counts.get(route) ?? 0) + 1);
    if (route === '/api/status') return [200, STATUS];
    if (route === '/api/sql') return [200, { table: null, columns: [], rows: TRAFFIC, older: [] }];
    return undefined;
  };

const title = HAS_TERMINAL
  ? 'in a terminal of 80 × 24'
  : 'in a terminal (skipped: needs script of util-linux)';

describe.skipIf(!HAS_TERMINAL)(title, { timeout: 60_000 }, () => {
  it('lb status --watch shows what needs attention first, cut to the screen, and asks again until q', async () => {
    const counts = new Map<string, number>();
    await using console_ = await startConsole(answersOf(counts));
    console_.history.write('{}', 'cli');
    using session = lbInTerminal(['status', '--watch'], console_.env);
    const { until, press, ended } = session;
    const lines = await until(
      (seen) => seen[0] === 'Needs attention: 1' && (counts.get('/api/status') ?? 0) > 1,
    );
    expect(lines[1]).toMatch(/^ {2}eu\/broken down for 2 h: http_timeout$/);
    expect(lines[3]).toMatch(/^origin +state +for/);
    expect(lines[4]).toMatch(/^eu\/broken +down/);
    expect(lines).toHaveLength(ROWS);
    expect(lines.filter((line) => line !== '').length).toBeGreaterThan(ROWS - 4);
    // The rightmost column is whole.
    expect(lines[3]).toMatch(/ p95$/);
    expect(lines[4]).toMatch(/ 5 ms$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(COLUMNS);
    press('q');
    expect(await ended).toBe(0);
  });

  it('lb top shows the busiest first, says how many are left out, and sorts by another figure at s', async () => {
    await using console_ = await startConsole(answersOf(new Map()));
    using session = lbInTerminal(['top'], console_.env);
    const { until, press, ended } = session;
    const busiest = await until((seen) => seen[2]?.includes('shop.example') === true);
    expect(busiest[0]).toMatch(/^8,200 requests\/s, 0\.061 % failed, at \d\d:\d\d:\d\d UTC$/);
    expect(busiest[2]).toMatch(/^shop\.example\.co… +eu\/origin-with-a-long… +400 +0 % /);
    expect(busiest[ROWS - 2]).toBe('by requests; 20 more; s sorts, q ends');
    for (const line of busiest) expect(line.length).toBeLessThanOrEqual(COLUMNS);
    press('s');
    const failing = await until((seen) => seen[ROWS - 2]?.startsWith('by failed') === true);
    expect(failing[2]).toMatch(/ 40 +12\.5 % /);
    press('q');
    expect(await ended).toBe(0);
  });

  it('shows why a look failed above the last one, and goes on', async () => {
    let looks = 0;
    await using console_ = await startConsole(({ path }) => {
      if (!path.startsWith('/api/sql')) return undefined;
      looks++;
      return looks === 2
        ? [503, { error: 'The SQL API does not answer' }]
        : [200, { table: null, columns: [], rows: TRAFFIC, older: [] }];
    });
    using session = lbInTerminal(['top'], console_.env);
    const { until, press, ended } = session;
    const lines = await until((seen) => seen[0]?.includes('The SQL API does not answer') === true);
    expect(lines[2]).toContain('requests/s');
    await until((seen) => seen[0]?.includes('requests/s') === true);
    press('q');
    expect(await ended).toBe(0);
  });
});
