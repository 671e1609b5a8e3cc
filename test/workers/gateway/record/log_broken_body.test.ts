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

describe('what breaks off on its way', () => {
  it('is one line of JSON with balancer, origin, path without query, and outcome: an answer', async () => {
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
  ])('the same of an upload that would be %s', async (_, max_body_bytes, origin) => {
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

  it('is told once a minute for each outcome and origin, with how many there were since', async () => {
    const { cut, clock } = cutting();
    for (let i = 0; i < 5; i++) await cut();
    expect(lines).toHaveLength(1);
    clock.ms += 60_000;
    await cut();
    expect(lines).toMatchObject([{ kept_back: 0 }, { kept_back: 4 }]);
  });

  it('is nothing else: no failure that a status tells of, no client that leaves a download', async () => {
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
