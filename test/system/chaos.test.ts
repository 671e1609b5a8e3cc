import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import type { Verdict } from '../../tools/chaos/ledger/judge.ts';
import type { Ledger } from '../../tools/chaos/ledger/ledger.ts';
import { inRoot } from '../../tools/project/root.ts';

// `npm run chaos` for half a minute, with few requests, because other tests share the machine.

/** In its half minute, two faults of KV, two of the cache and a crash of the coordinator meet each other and a rolling restart. */
const SEED = '41';

it('loses, repeats and mixes up no request while everything breaks and a configuration is published every second', async () => {
  const out = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-report-'));
  const options = ['--minutes', '0.5', '--seed', SEED, '--rate', '20', '--publish', '--out', out];
  const script = inRoot('tools', 'chaos', 'chaos.ts');
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGTERM');
    rmSync(out, { recursive: true, force: true });
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [code, , found] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  expect(found).toBe('');
  expect(code).toBe(0);
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Verdict;
  const ledger = JSON.parse(readFileSync(join(out, 'ledger.json'), 'utf8')) as Ledger;
  expect(report.conditions.filter((each) => each.found > 0)).toEqual([]);
  expect(report.classes.served).toBeGreaterThan(0.8 * ledger.sent.length);
  const kinds = new Set(ledger.faults.map(({ kind }) => kind));
  for (const kind of [
    'rolling_restart',
    'publish_each_second',
    'kill',
    'kv_empty',
    'kv_hang',
    'cache_empty',
    'cache_stale',
    'object_crash',
  ])
    expect(kinds).toContain(kind);
}, 180_000);
