import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { balancer, inOrder, plain, setUp } from '../support.ts';

const URL = 'https://app.example.com/x?token=secret';
let lines: unknown[];

beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void lines.push(JSON.parse(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A body that ends in an error after its first piece. */
function broken(): ReadableStream {
  let began = false;
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (began) return controller.error(new Error('reset'));
      began = true;
      controller.enqueue(new TextEncoder().encode('half'));
    },
  });
}

function cutting() {
  const app = balancer({ timeouts: { first_byte_ms: 200, idle_ms: 10_000 } });
  const set = setUp({ balancer: app, select: inOrder(['p/a']), carry: () => new Response(broken()) });
  const cut = async () => {
    await (await set.request(URL)).text().catch(() => {});
    await set.settled();
  };
  return { ...set, cut };
}

describe('a body that breaks off', () => {
  it('is logged as one line of JSON with balancer, origin, outcome and the path without its query', async () => {
    await cutting().cut();
    expect(lines).toEqual([
      {
        event: 'broke_off',
        outcome: 'cut_short',
        balancer: 'app',
        origin: 'p/a',
        method: 'GET',
        path: '/x',
        status: 200,
        attempts: 1,
        detail: 'answer broke off',
        kept_back: 0,
      },
    ]);
  });

  it.each([
    ['kept', 65_536, ''],
    ['streamed', 0, 'p/a'],
  ])('is logged if it is an upload that would be %s', async (_, max_body_bytes, origin) => {
    const app = balancer();
    const { request } = setUp({
      balancer: { ...app, retry: { ...app.retry, max_body_bytes } },
      select: inOrder(['p/a']),
      carry: async (upload) => {
        await upload.arrayBuffer().catch(() => {});
        return new Promise(() => {});
      },
    });
    const init = { method: 'POST', body: broken(), duplex: 'half' } as RequestInit;
    expect((await request(URL, init)).status).toBe(400);
    const detail = 'request body broke off';
    expect(lines).toMatchObject([{ outcome: 'bad_request', detail, origin, status: 400 }]);
  });

  it('is logged once a minute for each outcome and origin, with the number of those left out', async () => {
    const { cut, clock } = cutting();
    for (let i = 0; i < 5; i++) await cut();
    expect(lines).toHaveLength(1);
    clock.ms += 60_000;
    await cut();
    expect(lines).toMatchObject([{ kept_back: 0 }, { kept_back: 4 }]);
  });

  it('is the only reason for a line: a failure with a status and a client that leaves a download are not logged', async () => {
    const { request, settled } = setUp({ carry: () => plain('busy', { status: 503 }) });
    await (await request(URL)).text();
    await settled();
    const leaving = setUp({ carry: () => new Promise(() => {}) });
    const client = new AbortController();
    const answer = leaving.request(URL, { signal: client.signal });
    await scheduler.wait(5);
    client.abort();
    await answer;
    expect(lines).toEqual([]);
  });
});
