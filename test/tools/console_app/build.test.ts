import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildApp } from '../../../tools/console/build_app.ts';

const KB = 1_000;

it('the page starts with at most 70 KB of script', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-app-'));
  try {
    await buildApp(folder);
    const sizes = readdirSync(join(folder, 'app'))
      .filter((name) => name.endsWith('.js'))
      .map((name) => [name, gzipSync(readFileSync(join(folder, 'app', name)), { level: 9 }).length] as const);
    expect(sizes.find(([name]) => name === 'app.js')?.[1]).toBeLessThanOrEqual(70 * KB);
    for (const [name, size] of sizes) expect(size, name).toBeLessThanOrEqual(165 * KB);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
