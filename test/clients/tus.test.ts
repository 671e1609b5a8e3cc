import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { Upload } from 'tus-js-client';
import { expect, it, onTestFinished } from 'vitest';
import { type Application, siteOf, startTown } from './site.ts';

// tus uploads a file in pieces: POST creates it, PATCH adds a piece, HEAD asks how much has arrived. All servers share
// one folder, as they would share a bucket, so any of them can take the next piece.

const SIZE = 6_000_000;
const CHUNK = 500_000;

function sharing(folder: string): Application {
  return (server) => {
    const tus = new Server({
      path: '/files',
      datastore: new FileStore({ directory: folder }),
      respectForwardedHeaders: true,
    });
    server.on('request', (request, response) => void tus.handle(request, response));
  };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

it('tus uploads 6 MB completely while the server that receives them is killed halfway', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const town = await startTown(sharing(folder));
  const file = randomBytes(SIZE);
  let killed: Promise<void> | undefined;
  const url = await new Promise<string | null>((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: `${town.plimsoll.url}/files`,
      chunkSize: CHUNK,
      retryDelays: [0, 100, 300, 1_000],
      onProgress: (sent) => {
        // Kill it in the middle of a PATCH, so that one piece is cut.
        if (sent > SIZE / 2 && killed === undefined) {
          const origin = town.plimsoll.points.at(-1)?.origin.split('/')[1];
          killed = siteOf(town, origin).kill();
        }
      },
      onError: reject,
      onSuccess: () => resolve(upload.url),
    });
    upload.start();
  });
  await killed;
  expect(killed).toBeDefined();
  expect(new URL(url ?? '').origin).toBe(town.plimsoll.url);
  const name = readdirSync(folder).find((entry) => !entry.endsWith('.json'));
  expect(sha256(readFileSync(join(folder, name ?? '')))).toBe(sha256(file));
});

it('tus resumes an upload where its client broke it off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const town = await startTown(sharing(folder));
  const file = randomBytes(SIZE);
  const options = { endpoint: `${town.plimsoll.url}/files`, chunkSize: CHUNK };
  const first = await new Promise<string | null>((resolve, reject) => {
    const upload = new Upload(file, {
      ...options,
      onError: reject,
      onChunkComplete: (_, accepted) => {
        if (accepted >= SIZE / 3) void upload.abort().then(() => resolve(upload.url), reject);
      },
    });
    upload.start();
  });
  const resumed_at: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(file, {
      ...options,
      uploadUrl: first,
      onError: reject,
      onProgress: (sent) => void resumed_at.push(sent),
      onSuccess: () => resolve(),
    });
    upload.start();
  });
  expect(resumed_at[0]).toBeGreaterThanOrEqual(SIZE / 3);
  const name = readdirSync(folder).find((entry) => !entry.endsWith('.json'));
  expect(sha256(readFileSync(join(folder, name ?? '')))).toBe(sha256(file));
});
