import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, Question } from '../../../../shared/contracts/selection.ts';
import { compileConfig } from '../../../../workers/gateway/state/compiled_config.ts';
import { balancer, config, documentOf, inOrder, last, pool, rotating, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';

// The test decides when the deadline passes, so a busy machine does not matter.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const quiet = () => vi.spyOn(console, 'warn').mockImplementation(() => {});

/** A selector whose answers the test releases one by one. */
function held(answer: (question: Question) => Answer) {
  const waiting: (() => void)[] = [];
  return {
    select: (question: Question) =>
      new Promise<Answer>((resolve) => waiting.push(() => resolve(answer(question)))),
    release: () => waiting.shift()?.(),
  };
}

/** Runs everything that does not wait for a timer. */
const soon = () => vi.advanceTimersByTimeAsync(0);
/** Sends a request that waits in vain for the selector. */
async function late(request: () => Promise<Response>): Promise<Response> {
  const answer = request();
  await vi.advanceTimersByTimeAsync(50);
  return answer;
}

describe('questions under way', () => {
  it('are asked once for each key, and other requests wait for the answer', async () => {
    const { select, release } = held(rotating(['p/a', 'p/b', 'p/c']));
    const { request, questions } = setUp({ select });
    const answers = Array.from({ length: 8 }, () => request(URL));
    await soon();
    expect(questions).toHaveLength(1);
    release();
    const served = await Promise.all(answers.map(async (answer) => (await answer).text()));
    expect(served.sort()).toEqual([
      ...Array(3).fill('p/a\n'),
      ...Array(3).fill('p/b\n'),
      ...Array(2).fill('p/c\n'),
    ]);
    expect(questions).toHaveLength(1);
  });

  it('ask once for as many rankings as the last answer lacked', async () => {
    const { request, questions } = setUp({});
    await Promise.all(Array.from({ length: 64 }, () => request(URL)));
    expect(questions.map(({ want }) => want)).toEqual([8, 56]);
  });

  it('are asked once for each client if answers vary on the client', async () => {
    const { request, questions } = setUp({
      select: (question) => ({ ...inOrder(['p/a'])(question), vary: ['client_address'] }),
    });
    const from = (client: number) => request(URL, { headers: { 'cf-connecting-ip': `203.0.113.${client}` } });
    // The first question says what answers vary on.
    await from(0);
    await Promise.all(Array.from({ length: 30 }, (_, index) => from(index % 3)));
    expect(questions).toHaveLength(3);
  });

  it('are asked again if the answer is lost because the asking request was cancelled', async () => {
    quiet();
    let lost = true;
    const { request, clock, points } = setUp({
      select: (question) => (lost ? new Promise<never>(() => {}) : rotating(['p/c'])(question)),
    });
    await late(() => request(URL));
    expect(last(points, 'decision')).toBe('failover_order');
    lost = false;
    clock.ms += 1_000;
    await request(URL);
    expect(last(points, 'decision')).toBe('asked');
  });

  it('bring answers that are not kept once the configuration has changed', async () => {
    const { select, release } = held(rotating(['p/a', 'p/b', 'p/c']));
    const { request, isolate, questions, points } = setUp({ select });
    const first = request(URL);
    await soon();
    const next = compileConfig(documentOf(config([balancer()], [pool('p', ['a', 'b', 'c'])]), 2));
    vi.spyOn(isolate, 'config', 'get').mockReturnValue(next);
    const second = request(URL);
    await soon();
    expect(questions.map(({ config_version }) => config_version)).toEqual([1, 2]);
    release();
    await soon();
    // The first request waits for the second question now.
    expect(points).toHaveLength(0);
    release();
    await Promise.all([first, second]);
    expect(questions).toHaveLength(2);
  });
});

describe('a selector that takes longer than its deadline', () => {
  it('is used by its late answer, and no request waits twice', async () => {
    const log = quiet();
    const { select, release } = held(rotating(['p/a', 'p/b', 'p/c']));
    const { request, points, questions, clock } = setUp({ select });
    expect((await late(() => request(URL))).status).toBe(200);
    expect(last(points, 'decision')).toBe('failover_order');
    clock.ms += 70;
    release();
    await soon();
    for (let i = 0; i < 5; i++) {
      await request(URL);
      expect(last(points, 'decision')).toBe('kept');
    }
    // A second question tells whether it is still slow.
    expect(questions).toHaveLength(2);
    expect(log.mock.calls).toEqual([['the selector is slow: no answer within 50 ms']]);
  });

  it('is asked again at once if its late answer has too few rankings, and is used if it is quick then', async () => {
    quiet();
    const { select, release } = held(rotating(['p/a', 'p/b', 'p/c']));
    const { request, points, questions, clock } = setUp({ select });
    await late(async () => {
      const answers = await Promise.all(Array.from({ length: 64 }, () => request(URL)));
      return answers[0] ?? new Response();
    });
    clock.ms += 70;
    release();
    await soon();
    release();
    await soon();
    expect(questions.map(({ want }) => want)).toEqual([8, 56]);
    points.length = 0;
    await Promise.all(Array.from({ length: 64 }, () => request(URL)));
    for (const point of points) expect(last([point], 'decision')).toBe('kept');
    expect(questions).toHaveLength(3);
  });
});

describe('a question that fails', () => {
  /** `x` is unknown to the selector, `y` is not. */
  function two() {
    const set = setUp({
      select: (question) => {
        if (question.balancer === 'x') throw new Error('no load balancer "x" in configuration version 1');
        return { ...inOrder(['p/b'])(question), vary: ['client_address'] };
      },
    });
    const balancers = [balancer({ id: 'x', host: 'x.test' }), balancer({ id: 'y', host: 'y.test' })];
    const compiled = compileConfig(documentOf(config(balancers, [pool('p', ['a', 'b', 'c'])])));
    vi.spyOn(set.isolate, 'config', 'get').mockReturnValue(compiled);
    return set;
  }

  it('pauses only its own balancer', async () => {
    quiet();
    const { request, questions, points, clock, settled } = two();
    for (let client = 0; client < 20; client++) {
      await request('https://x.test/');
      expect(last(points, 'decision')).toBe('failover_order');
      await request('https://y.test/', { headers: { 'cf-connecting-ip': `203.0.113.${client}` } });
      expect(last(points, 'decision')).toBe('asked');
      await settled();
      clock.ms += 100;
    }
    // No request waits for x again. It is asked in the background, every 250 ms at most, for two seconds.
    expect(questions.filter(({ balancer }) => balancer === 'x').length).toBeLessThanOrEqual(9);
  });

  it('logs why, once a minute', async () => {
    const log = quiet();
    const { request, clock, settled } = two();
    for (let i = 0; i < 30; i++) {
      await request('https://x.test/');
      await settled();
      clock.ms += 1_000;
    }
    const reason = 'no ranking for load balancer x: no load balancer "x" in configuration version 1';
    expect(log.mock.calls).toEqual([[reason]]);
  });
});

it('logs why an answer was rejected', async () => {
  const log = quiet();
  const { request } = setUp({ select: () => ({ rankings: 'x' }) as never });
  await request(URL);
  expect(log.mock.calls).toEqual([
    ["no ranking for load balancer app: the selector's answer: `vary` must be a list"],
  ]);
});

it('keeps the answers of a balancer while another has many combinations of rules', async () => {
  const rules = Array.from({ length: 8 }, (_, index) => `r${index}`);
  const set = setUp({ select: inOrder(['p/a']) });
  const { isolate } = set;
  await set.request(URL);
  const answers = isolate.answersOf('other');
  for (let mask = 0; mask < 256; mask++) answers.scope(rules.filter((_, at) => mask & (1 << at)).join('\n'));
  await set.request(URL);
  expect(set.questions).toHaveLength(1);
});

it('asks about each of 300 clients once, however many requests they send', async () => {
  const { request, questions } = setUp({
    select: (question) => ({ ...inOrder(['p/a'])(question), vary: ['client_address'] }),
  });
  for (let round = 0; round < 3; round++)
    for (let i = 0; i < 300; i++)
      await request(URL, { headers: { 'cf-connecting-ip': `198.51.${i >> 8}.${i & 255}` } });
  expect(questions).toHaveLength(300);
});
