import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../system/harness/eventually.ts';
import { siteOf, startTown } from './site.ts';

const run = promisify(execFile);
const HAS_CURL = spawnSync('curl', ['--version']).status === 0;
const SIZE = 8_000_000;

it.skipIf(!HAS_CURL)(
  `curl resumes a download at another server where the killed one stopped${HAS_CURL ? '' : ' (skipped: needs curl)'}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-download-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const content = Buffer.alloc(SIZE, 'A ship carries as much as its line allows. ');
    writeFileSync(join(folder, 'file'), content);
    const served_by: string[] = [];
    // Every server has the same file with the same validator, and answers range requests as express does.
    const town = await startTown((server, name) => {
      const app = express();
      app.get('/file', (request, response) => {
        served_by.push(name);
        response.set('etag', '"one content"');
        if (request.headers.range !== undefined)
          return response.sendFile('file', { root: folder, lastModified: false });
        // Sends the first half, and nothing more until the server is killed.
        response.set({ 'accept-ranges': 'bytes', 'content-length': String(SIZE) });
        response.write(content.subarray(0, SIZE / 2));
      });
      server.on('request', app);
    });
    const got = join(folder, 'got');
    const url = `${town.plimsoll.url}/file`;

    const first = run('curl', ['-sS', '-o', got, url]).then(
      () => 'whole',
      (error: { code: number }) => error.code,
    );
    await eventually(() => (statSync(got, { throwIfNoEntry: false })?.size ?? 0) > SIZE / 8 || undefined);
    await siteOf(town, served_by[0]).kill();
    // curl exits with 18 if a transfer ends early.
    expect(await first).toBe(18);
    expect(statSync(got).size).toBeLessThan(SIZE);

    await run('curl', ['-sS', '--fail', '-C', '-', '-o', got, url]);
    expect(readFileSync(got).equals(content)).toBe(true);
    expect(served_by.at(-1)).not.toBe(served_by[0]);
  },
);
