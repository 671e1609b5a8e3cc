import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIM_RULES } from '../../../tools/docs/claim_rules.ts';
import {
  ANSWER_RULES,
  FRAMING_RULES,
  type HeaderRule,
  REQUEST_RULES,
  TARGET_RULES,
} from '../../../tools/docs/header_rules.ts';
import { eventually } from '../harness/eventually.ts';
import { answerPath } from '../harness/hostile_origin.ts';
import { open, type RawAnswer } from '../harness/raw_client.ts';
import { type Siege, startSiege } from '../harness/siege.ts';

// Sends the bytes of each rule over a socket to real Workers. The origin records what it gets.

let siege: Siege;
beforeAll(async () => {
  siege = await startSiege();
});
afterAll(() => siege?.stop());

/** Internals that a client must not see: names of Plimsoll's parts, pools and origins, addresses, files. */
const INTERNALS = /plimsoll|hostile|pool|selector|proxy|127\.0\.0\.1|\.js\b|\.ts\b|workerd/i;

function wire(sent: HeaderRule['sent']): string {
  return typeof sent === 'string'
    ? `GET /r HTTP/1.1\r\nHost: lone.test\r\nConnection: close\r\n${sent}\r\n\r\n`
    : sent.raw;
}

describe.each([
  ['framing', FRAMING_RULES],
  ['target', TARGET_RULES],
  ['request headers', REQUEST_RULES],
  ['what a client claims', CLAIM_RULES],
])('%s', (_, rules) => {
  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s',
    async (_, { sent, status = 200, arrives = [], never }) => {
      const before = siege.hostile.requests.length;
      const answer = await open(siege.port, wire(sent)).answer;
      expect([answer.status, answer.ended]).toEqual([status, 'closed']);
      expect(`${answer.head}${answer.body}`).not.toMatch(INTERNALS);
      const arrived = siege.hostile.requests.slice(before);
      if (status >= 400) return expect(arrived).toEqual([]);
      expect(arrived).toHaveLength(1);
      for (const expected of arrives) expect(arrived[0]).toMatch(expected);
      if (never !== undefined) expect(arrived[0]).not.toMatch(never);
    },
  );
});

describe('responses', () => {
  it.each(ANSWER_RULES.map((rule) => [rule.id, rule] as const))(
    '%s',
    async (_, { answer, status = 200, arrives = [], never }) => {
      const got = await ask(answerPath(answer));
      expect([got.status, got.ended]).toEqual([status, 'closed']);
      for (const expected of arrives) expect(`${got.head}\r\n\r\n${got.body}`).toMatch(expected);
      if (never !== undefined) expect(got.head).not.toMatch(never);
      if (status >= 500) expect(`${got.head}${got.body}`).not.toMatch(INTERNALS);
    },
  );
});

it('names no origin, address or part of Plimsoll in an error of the gateway', async () => {
  const answers = await Promise.all([
    ask('/x', 'nobody.test'),
    ask('/reset'),
    ask('/never'),
    ask('/garbage'),
    open(
      siege.port,
      'POST /reset HTTP/1.1\r\nHost: lone.test\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx',
    ).answer,
    ask('/', '127.0.0.1'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 503, 503, 503, 502, 508]);
  for (const { head, body } of answers) expect(`${head}${body}`).not.toMatch(INTERNALS);
  // The data points for the operator do.
  await eventually(() => siege.hostile.requests.length > 0);
});

function ask(path: string, host = 'lone.test'): Promise<RawAnswer> {
  return open(siege.port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`).answer;
}
