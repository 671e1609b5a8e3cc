import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { configFor, POOL } from '../../tools/harness/config.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { type PlimsollOptions, startPlimsoll } from './harness/plimsoll.ts';

// While Workers are deployed one after the other, each meets older neighbours. The stand-ins here implement the contracts
// as first published, field by field, without anything that was added later.

let origins: [Origin, Origin];
beforeAll(async () => {
  origins = [await startOrigin({ name: 'one' }), await startOrigin({ name: 'two' })];
});
afterAll(async () => {
  for (const origin of origins) await origin.stop();
});

async function start(options: Partial<PlimsollOptions>) {
  // Later features, which an old neighbour does not know.
  const config = configFor(origins, {
    balancer: {
      rules: [{ name: 'all', condition: 'http.host ne ""', overrides: { steering_policy: 'random' } }],
    },
    pool: { load_shedding: { default_percent: 1 }, outlier_detection: {} },
  });
  const plimsoll = await startPlimsoll({ config, ...options });
  onTestFinished(() => plimsoll.stop());
  return plimsoll;
}

/** A selector by the first contract. Its answers have eight fields, and its rankings two. */
const OLD_SELECTOR = `
  import { WorkerEntrypoint } from 'cloudflare:workers';
  const ORIGINS = ['${POOL}/one', '${POOL}/two'];
  export default class extends WorkerEntrypoint {
    async select({ balancer, facts, want, config_version, health_version }) {
      if (typeof facts.client_address !== 'string' || balancer !== '*') throw new Error('not the first contract');
      const rankings = Array.from({ length: want }, (_, i) => ({
        origins: i % 2 === 0 ? ORIGINS : [...ORIGINS].reverse(),
        finalists: 0,
      }));
      return {
        rankings, use: 'once', vary: [], max_age_ms: 10000, strategy: 'off/round_robin', version: 'old',
        config_version, health_version,
      };
    }
  };`;

/** A gateway by the first contract. Its questions and tickets have five fields each. */
const OLD_GATEWAY = `export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    let facts = {
      client_address: '192.0.2.1', country: '', region: '', colo: '', position: '', host: 'app.example.com',
      path: pathname, method: request.method,
    };
    const question = { balancer: '*', facts, want: 8, config_version: 1, health_version: 0 };
    const answer = await env.SELECTOR.select(question);
    if (request.headers.has('x-answer')) return Response.json(answer);
    const ticket = {
      origin: answer.rankings[0].origins[0], attempt: 1, first_byte_ms: 2000, client_address: '192.0.2.1',
      client_origin: 'https://app.example.com',
    };
    const headers = new Headers(request.headers);
    headers.set('plimsoll-ticket', JSON.stringify(ticket));
    return env.PROXY.fetch('http://127.0.0.1:' + headers.get('x-port') + '/echo', { headers, redirect: 'manual' });
  },
};`;

/** A proxy by the first contract. It removes the ticket and reports a failure in a header. */
const OLD_PROXY = `export default {
  async fetch(request) {
    const ticket = JSON.parse(request.headers.get('plimsoll-ticket'));
    const outgoing = new Request(request, { redirect: 'manual' });
    outgoing.headers.delete('plimsoll-ticket');
    try {
      return await fetch(outgoing, { signal: AbortSignal.timeout(ticket.first_byte_ms) });
    } catch {
      const failure = JSON.stringify({ outcome: 'connection_lost', reached: true });
      return new Response(null, { status: 502, headers: { 'plimsoll-failure': failure } });
    }
  },
};`;

describe('an older version', () => {
  it('of the selector, which knows no later field, is followed', async () => {
    const plimsoll = await start({ selector: { module: OLD_SELECTOR } });
    const names = [];
    for (let i = 0; i < 12; i++) names.push((await (await fetch(plimsoll.url)).text()).trim());
    expect(new Set(names)).toEqual(new Set(['one', 'two']));
    expect((await plimsoll.pointsWritten(12)).at(-1)).toMatchObject({
      outcome: 'ok',
      selector_version: 'old',
      strategy: 'off/round_robin',
      attempts: 1,
    });
  });

  it('of the gateway, with the first question and ticket, is answered as it expects', async () => {
    const plimsoll = await start({ gateway: { module: OLD_GATEWAY } });
    const asked = await fetch(plimsoll.url, { headers: { 'x-answer': '1' } });
    const answer = (await asked.json()) as Record<string, unknown>;
    expect(answer).toMatchObject({ use: 'once', vary: [], config_version: 1, health_version: 0 });
    expect(answer['max_age_ms']).toBeGreaterThan(0);
    expect(answer['rankings']).toHaveLength(8);
    for (const ranking of answer['rankings'] as { origins: string[]; finalists: number }[]) {
      expect([...ranking.origins].sort()).toEqual([`${POOL}/one`, `${POOL}/two`]);
      expect(typeof ranking.finalists).toBe('number');
    }
    const carried = await fetch(plimsoll.url, { headers: { 'x-port': String(origins[1].port) } });
    const echo = (await carried.json()) as { origin: string; headers: Record<string, string> };
    expect(echo.origin).toBe('two');
    expect(echo.headers['x-forwarded-for']).toBe('192.0.2.1');
    expect(echo.headers['plimsoll-ticket']).toBeUndefined();
  });

  it('of the proxy, which knows only the first ticket, serves requests, and its failures lead to the next origin', async () => {
    const plimsoll = await start({ proxy: { module: OLD_PROXY } });
    await origins[0].kill();
    onTestFinished(() => origins[0].revive());
    for (let i = 0; i < 6; i++) expect((await (await fetch(plimsoll.url)).text()).trim()).toBe('two');
    const points = await plimsoll.pointsWritten(6);
    for (const point of points) expect(point).toMatchObject({ outcome: 'ok', origin: `${POOL}/two` });
    expect(points.some((point) => point.retry_reason === 'connection_lost')).toBe(true);
  });
});
