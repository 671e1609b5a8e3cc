import { describe, expect, it } from 'vitest';
import { balancer, last, plain, pool, rotating, setUp } from './support.ts';

const URL = 'https://app.example.com/x?y=1';

describe('serve', () => {
  it('uses the rankings of a batch in turn and asks the selector once for it', async () => {
    const { request, questions } = setUp({});
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await (await request(URL)).text());
    expect(answers.join('')).toBe('p/a\np/b\np/c\np/a\np/b\n');
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatchObject({ balancer: 'app', want: 8, config_version: 1 });
  });

  it('asks again with the facts that the selector lacked', async () => {
    const { request, questions } = setUp({
      select: (question) =>
        question.facts['header:x-tenant'] === undefined
          ? { ...rotating([])(question), rankings: [], vary: ['header:x-tenant'] }
          : { ...rotating(['p/b'])(question), use: 'repeat', vary: ['header:x-tenant'] },
    });
    const answer = await request(URL, { headers: { 'x-tenant': 'acme' } });
    expect(await answer.text()).toBe('p/b\n');
    expect(questions.map(({ facts }) => facts['header:x-tenant'])).toEqual([undefined, 'acme']);
    await request(URL, { headers: { 'x-tenant': 'acme' } });
    expect(questions).toHaveLength(2);
    await request(URL, { headers: { 'x-tenant': 'other' } });
    expect(questions).toHaveLength(3);
  });

  it('passes the origin to the proxy in the URL, and the rest in a ticket that a client cannot forge', async () => {
    const seen: Request[] = [];
    const { request, tickets } = setUp({
      carry: (carried) => {
        seen.push(carried);
        return plain('ok');
      },
    });
    await request(URL, {
      headers: { 'plimsoll-ticket': '{"origin":"evil/evil"}', 'cf-connecting-ip': '192.0.2.1' },
    });
    expect(seen[0]?.url).toBe('https://a.example.com/x?y=1');
    expect(tickets[0]).toEqual({
      origin: 'p/a',
      attempt: 1,
      first_byte_ms: 200,
      client_address: '192.0.2.1',
      client_origin: 'https://app.example.com',
    });
  });

  it('passes on method, body and end-to-end headers', async () => {
    const { request } = setUp({
      carry: async (carried) =>
        plain(`${carried.method} ${carried.headers.get('x-a')} ${await carried.text()}`),
    });
    const answer = await request(URL, { method: 'POST', body: 'hello', headers: { 'x-a': '1' } });
    expect(await answer.text()).toBe('POST 1 hello');
  });

  it('skips origins that are not in its own configuration', async () => {
    const { request } = setUp({ select: rotating(['p/gone', 'p/b']) });
    expect(await (await request(URL)).text()).toBe('p/b\n');
  });

  it('passes on redirects without following them', async () => {
    const { request } = setUp({ carry: () => Response.redirect('https://elsewhere.example/', 302) });
    const answer = await request(URL);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('https://elsewhere.example/');
  });
});

describe('serve without a selector', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('down'))],
    ['hangs', () => new Promise<never>(() => {})],
    ['answers nonsense', () => ({ rankings: 'x' }) as never],
    ['answers no rankings', () => ({ ...rotating([])({} as never), rankings: [], vary: [] })],
    [
      'varies on something that is not a fact',
      () => rotating(['p/b'], { vary: [7] as never })({ want: 1 } as never),
    ],
    ['names origins of another configuration', () => rotating(['q/x'])({ want: 1 } as never)],
  ])('orders the origins itself and records that, when the selector %s', async (_, select) => {
    const { request, points } = setUp({ select, random: () => 0 });
    expect(await (await request(URL)).text()).toBe('p/a\n');
    expect(last(points, 'decision')).toBe('failover_order');
    expect(last(points, 'strategy')).toBe('failover');
    // The failure does not affect the next request.
    expect((await request(URL)).status).toBe(200);
  });

  it('uses a kept answer when the selector goes away, until the answer is too old', async () => {
    let up = true;
    const { request, clock, points } = setUp({
      random: () => 0,
      select: (question) => {
        if (!up) throw new Error('down');
        return rotating(['p/b'], { max_age_ms: 100 })(question);
      },
    });
    await request(URL);
    up = false;
    clock.ms += 200;
    expect(await (await request(URL)).text()).toBe('p/b\n');
    expect(last(points, 'decision')).toBe('kept');
    clock.ms += 40_000;
    expect(await (await request(URL)).text()).toBe('p/a\n');
    expect(last(points, 'decision')).toBe('failover_order');
  });

  it('does not wait for the selector for a moment after a failure, then asks it again', async () => {
    let up = false;
    const { request, clock, questions, points, settled } = setUp({
      select: (question) => {
        if (!up) throw new Error('down');
        return rotating(['p/c'])(question);
      },
    });
    await request(URL);
    await request(URL);
    await settled();
    expect(questions.length).toBeLessThanOrEqual(2);
    up = true;
    clock.ms += 2_000;
    expect(await (await request(URL)).text()).toBe('p/c\n');
    expect(last(points, 'decision')).toBe('asked');
  });
});

describe('serve: responses and data points', () => {
  it('answers 404 without internals if no balancer serves the host', async () => {
    const { request, points } = setUp({ balancer: balancer({ host: 'other.example' }) });
    const answer = await request(URL);
    expect([answer.status, await answer.text()]).toEqual([404, 'Not Found\n']);
    expect(last(points, 'outcome')).toBe('no_match');
  });

  it('answers 503 if there is no origin to try', async () => {
    const { request, points } = setUp({ pools: [pool('p', [])], select: rotating([]) });
    expect((await request(URL)).status).toBe(503);
    expect(last(points, 'outcome')).toBe('no_origin');
  });

  it('records the answer of an origin and the time it took', async () => {
    const { request, points, clock } = setUp({
      carry: () => {
        clock.ms += 40;
        return plain('ok', { headers: { 'cf-cache-status': 'HIT' } });
      },
    });
    await request(URL);
    const row = Object.fromEntries(
      (
        [
          'origin',
          'pool',
          'method',
          'path',
          'status',
          'first_byte_ms',
          'response_bytes',
          'cache_status',
        ] as const
      ).map((name) => [name, last(points, name)]),
    );
    expect(row).toEqual({
      origin: 'p/a',
      pool: 'p',
      method: 'GET',
      path: '/x',
      status: 200,
      first_byte_ms: 40,
      response_bytes: 2,
      cache_status: 'HIT',
    });
  });

  it('serves requests even if data points cannot be written', async () => {
    const { request, env } = setUp({});
    env.TRAFFIC = {
      writeDataPoint: () => {
        throw new Error('no dataset');
      },
    };
    expect((await request(URL)).status).toBe(200);
  });

  it('records an answer whose body broke off', async () => {
    const { request, points, settled } = setUp({
      carry: () => {
        let sent = false;
        const body = new ReadableStream({
          pull(controller) {
            if (sent) controller.error(new Error('reset'));
            else controller.enqueue(new TextEncoder().encode('half'));
            sent = true;
          },
        });
        return new Response(body);
      },
    });
    const answer = await request(URL);
    await expect(answer.text()).rejects.toThrow();
    await settled();
    expect(last(points, 'outcome')).toBe('cut_short');
  });
});
