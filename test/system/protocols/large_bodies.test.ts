import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFor } from '../../../tools/harness/config.ts';
import { type LocalServer, listen } from '../../../tools/harness/http_server.ts';
import { type Plimsoll, startPlimsoll } from '../harness/plimsoll.ts';

// `PLIMSOLL_FULL=1` moves 1 GiB each way. The default is enough to notice a body that is held in memory.
const BYTES = (process.env.PLIMSOLL_FULL === '1' ? 1_024 : 192) * 1_048_576;

/**
 * How much workerd's memory may grow meanwhile. This covers the buffers of some hops, and a JavaScript heap that the collector
 * lets grow by tens of megabytes before it runs (measured: up to 100 MiB). A body held in memory would be twice that.
 */
const GROWTH_MIB = 140;

const PIECE = randomBytes(1_048_576);
const DIGEST = digestOf(BYTES / PIECE.length);

let origin: LocalServer;
let plimsoll: Plimsoll;
beforeAll(async () => {
  origin = await listen(async (incoming, response) => {
    if (incoming.method === 'PUT') {
      const hash = createHash('sha256');
      for await (const chunk of incoming) hash.update(chunk as Buffer);
      return void response.end(hash.digest('hex'));
    }
    response.writeHead(200, incoming.url === '/length' ? { 'content-length': BYTES } : {});
    await pipeline(pieces(), response).catch(() => undefined);
  });
  plimsoll = await startPlimsoll({
    config: configFor([{ name: 'origin', port: origin.port }], {
      balancer: { timeouts: { first_byte_ms: 60_000 } },
    }),
  });
  await fetch(`${plimsoll.url}/warm`, { method: 'HEAD' });
});
afterAll(async () => {
  await plimsoll?.stop();
  await origin?.stop();
});

function* generate() {
  for (let sent = 0; sent < BYTES; sent += PIECE.length) yield PIECE;
}
const pieces = () => Readable.from(generate(), { objectMode: false });

function digestOf(count: number): string {
  const hash = createHash('sha256');
  for (let i = 0; i < count; i++) hash.update(PIECE);
  return hash.digest('hex');
}

/** Returns the resident memory of workerd in MiB (Linux). */
function memory(): number {
  const status = readFileSync(`/proc/${plimsoll.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

/** Returns the most by which workerd's memory grew while `work` ran. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const before = memory();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, memory());
  }, 50);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, memory()) - before;
}

describe.skipIf(process.platform !== 'linux')(
  `a body of ${BYTES / 1_048_576} MiB passes in constant memory`,
  () => {
    it.each(['/length', '/chunked'])(
      'from the origin: %s',
      async (path) => {
        const growth = await growthDuring(async () => {
          const asked = request({ host: '127.0.0.1', port: plimsoll.port, path, agent: false });
          asked.end();
          const [response] = (await once(asked, 'response')) as [IncomingMessage];
          const hash = createHash('sha256');
          for await (const chunk of response) hash.update(chunk as Buffer);
          expect(hash.digest('hex')).toBe(DIGEST);
        });
        expect(growth).toBeLessThan(GROWTH_MIB);
      },
      180_000,
    );

    it.each([
      ['with its length', { 'content-length': String(BYTES) }],
      ['in chunks', { 'transfer-encoding': 'chunked' }],
    ])(
      'to the origin: %s',
      async (_, headers) => {
        const growth = await growthDuring(async () => {
          const asked = request({
            host: '127.0.0.1',
            port: plimsoll.port,
            path: '/up',
            method: 'PUT',
            headers,
            agent: false,
          });
          const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
          await pipeline(pieces(), asked);
          const [response] = await answered;
          let digest = '';
          for await (const chunk of response) digest += String(chunk);
          expect(digest).toBe(DIGEST);
        });
        expect(growth).toBeLessThan(GROWTH_MIB);
      },
      180_000,
    );
  },
);
