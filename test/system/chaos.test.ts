import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import type { Verdict } from '../../tools/chaos/ledger/judge.ts';
import { inRoot } from '../../tools/project/root.ts';

// `npm run chaos` for one minute, with few requests, because other tests share the machine.

it('loses, repeats and mixes up no request while origins and Workers break for a minute', async () => {
  const out = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-report-'));
  const options = ['--minutes', '1', '--seed', '1', '--rate', '20', '--out', out];
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
  const ledger = JSON.parse(readFileSync(join(out, 'ledger.json'), 'utf8')) as { sent: unknown[] };
  expect(report.conditions.filter((each) => each.found > 0)).toEqual([]);
  expect(report.classes.served).toBeGreaterThan(0.8 * ledger.sent.length);
}, 180_000);
