import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { backtestReport } from '../../../tools/backtest/backtest_report.ts';
import type { Recorded } from '../../../tools/backtest/recorded.ts';
import { replay } from '../../../tools/backtest/replay.ts';
import type { Steering } from '../../../tools/simulate/documents.ts';
import { recorded, shop } from './rows.ts';

const HEADING = { strategy: 'off among origins', traffic: '2 rows', configuration: 'a.jsonc', seed: 3 };

function report(rows: readonly Recorded[], steering: Steering = { policy: 'off' }): string {
  let now = 0;
  const clock = () => {
    now += 500;
    return now;
  };
  return backtestReport(
    replay({ rows, config: shop(steering), strategies: STRATEGIES, seed: 3, clock }),
    HEADING,
  );
}

describe('backtestReport', () => {
  it('prints shares and times of each origin, what moves, and the speed', () => {
    const lines = report([
      recorded({ weight: 3 }),
      recorded({ origin: 'web/b', first_byte_ms: 50, total_ms: 50 }),
    ]).split('\n');
    expect(lines).toContain('recorded with  off/random 100.00 %');
    const cells = (origin: string) => lines.find((line) => line.startsWith(origin))?.split(/\s{2,}/);
    expect(cells('web/a')?.slice(0, 4)).toEqual(['web/a', '75.00 %', '100.00 %', '10.00']);
    expect(cells('web/b')).toEqual([
      'web/b',
      '25.00 %',
      '0.00 %',
      '50.00',
      '50.00',
      '50.00',
      '50.00',
      '-',
      '-',
      '-',
      '-',
    ]);
    expect(cells('all')).toEqual([
      'all',
      '100.00 %',
      '100.00 %',
      '20.00',
      '10.00',
      '50.00',
      '50.00',
      '10.00',
      '10.00',
      '10.00',
      '10.00',
    ]);
    expect(lines).toContain(
      'moved: 1 of 4 requests, 25.00 % (independent draws of these shares would move 25.00 %)',
    );
    expect(lines).toContain('moved: 0 of 1 clients, 0.00 % (most of their requests go to another origin)');
    expect(lines).toContain('run: 4 decisions, 8 per second, seed 3');
    expect(lines).toContainEqual(expect.stringMatching(/^- The 4 requests are known from 2 rows\./));
  });

  it('lists limits of this configuration and traffic before general limits', () => {
    const said = report(
      [
        recorded({ balancer: 'other', weight: 3 }),
        recorded({ origin: 'web/c' }),
        recorded({ origin: 'web/c', client: 0 }),
      ],
      { policy: 'hash', options: { key: ['path', 'header:x-tenant'] } },
    ).split('What this cannot know:\n')[1];
    expect(said).toMatch(/^- The configuration reads header:x-tenant, which traffic does not record/);
    expect(said).toContain(
      '- 3 more requests belong to load balancers that the configuration does not have.',
    );
    expect(said).toMatch(/- There is no good answer of web\/[ab], so the estimate for "all" is without it\./);
    expect(said).toContain('- 1 of 2 requests have no known client');
    expect(said).not.toContain('are known from');
    expect(said).toContain('How an origin reacts to more or less load');
  });
});
