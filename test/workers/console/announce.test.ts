import { afterEach, describe, expect, it, vi } from 'vitest';
import { toDocument } from '../../../shared/authoring/document.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import type { Operator } from '../../../shared/contracts/control.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { largeConfig } from '../../../tools/bench/large_config.ts';
import type { Env } from '../../../workers/console/env.ts';
import console_ from '../../../workers/console/worker.ts';
import { config, pool } from '../../support/normalised.ts';

const PUBLISHED_AT = '2026-11-01T00:00:00.000Z';
const document = () => toDocument(config([], [pool('p', ['a'])]), 3, PUBLISHED_AT);

/** A coordinator that notes what it is told. */
function coordinator(answer: () => Promise<boolean> = async () => true) {
  const told: ConfigDocument[] = [];
  const operator: Operator = {
    heads: async () => ({}),
    body: async () => undefined,
    announce: (announced) => {
      told.push(announced);
      return answer();
    },
    health: async () => undefined,
  };
  return { operator, told };
}

async function post(
  body: unknown,
  env: Env,
  headers: Record<string, string> = { authorization: 'Bearer sesame' },
) {
  const response = await console_.fetch(
    new Request<unknown, IncomingRequestCfProperties>('https://console.example.com/api/announce', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
    env,
  );
  return {
    status: response.status,
    answer: (await response.json()) as { accepted?: boolean; error?: string },
  };
}

describe('POST /api/announce', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('passes a published document to the coordinator, and tells its answer', async () => {
    const { operator, told } = coordinator();
    const env = { OPERATOR: operator, PUBLISH_TOKEN: 'sesame' };
    const published = await document();
    expect(await post({ ...published, more: 1 }, env)).toEqual({ status: 200, answer: { accepted: true } });
    expect(told).toEqual([published]);
    const newer = coordinator(async () => false).operator;
    expect((await post(published, { ...env, OPERATOR: newer })).answer).toEqual({ accepted: false });
  });

  it('takes 1,000 load balancers with 8,000 origins', { timeout: 60_000 }, async () => {
    const { config: large } = parseConfig(largeConfig(1_000, 8_000), 'production');
    if (large === undefined) throw new Error('the configuration is not valid');
    const { operator, told } = coordinator();
    const env = { OPERATOR: operator, PUBLISH_TOKEN: 'sesame' };
    expect((await post(await toDocument(large, 1, PUBLISHED_AT), env)).status).toBe(200);
    expect(Object.keys(told[0]?.config.pools ?? {})).toHaveLength(1_000);
  });

  it.each([
    ['no JSON', '{', 400, 'is not valid JSON'],
    [
      'a head alone',
      { format: 2, version: 1, hash: 'x', published_at: PUBLISHED_AT },
      400,
      'no configuration',
    ],
    ['more than 8 MB', 'x'.repeat(8_000_001), 413, 'at most 8000000 bytes'],
  ])('refuses %s', async (_, body, status, words) => {
    const { operator, told } = coordinator();
    const result = await post(body, { OPERATOR: operator, PUBLISH_TOKEN: 'sesame' });
    expect(result.status).toBe(status);
    expect(result.answer.error).toContain(words);
    expect(told).toEqual([]);
  });

  it.each([
    ['hash', { hash: 'f'.repeat(64) }],
    ['version', { version: 1.5 }],
    ['version', { version: 0 }],
    ['published_at', { published_at: 'yesterday' }],
  ])('refuses a document with a wrong %s', async (field, wrong) => {
    const { operator, told } = coordinator();
    const env = { OPERATOR: operator, PUBLISH_TOKEN: 'sesame' };
    const { status, answer } = await post({ ...(await document()), ...wrong }, env);
    expect(status).toBe(400);
    expect(answer.error).toContain(`\`${field}\` is not`);
    expect(told).toEqual([]);
  });

  it('requires the content type of JSON', async () => {
    const { operator } = coordinator();
    const headers = { authorization: 'Bearer sesame', 'content-type': 'text/plain' };
    const env = { OPERATOR: operator, PUBLISH_TOKEN: 'sesame' };
    expect((await post(await document(), env, headers)).status).toBe(415);
  });

  it('needs its own token: the token of the console only shows', async () => {
    const { operator, told } = coordinator();
    const env = { OPERATOR: operator, CONSOLE_TOKEN: 'sesame' };
    const closed = await post(await document(), env);
    expect(closed.status).toBe(403);
    expect(closed.answer.error).toContain('PUBLISH_TOKEN is not set');
    const wrong = await post(await document(), { ...env, PUBLISH_TOKEN: 'another' });
    expect(wrong.status).toBe(401);
    expect(JSON.stringify([closed, wrong])).not.toContain('sesame');
    expect(told).toEqual([]);
  });

  it('opens nothing else with its token', async () => {
    const env: Env = { CONSOLE_TOKEN: 'shows', PUBLISH_TOKEN: 'sesame' };
    for (const path of ['/', '/api/status', '/api/announce/more']) {
      const headers = { authorization: 'Bearer sesame' };
      const response = await console_.fetch(new Request(`https://c.example${path}`, { headers }), env);
      expect(response.status, path).toBe(401);
    }
  });

  it('says what to do when the health Worker is not bound or fails, and reveals nothing else', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const unbound = await post(await document(), { PUBLISH_TOKEN: 'sesame' });
    expect(unbound).toMatchObject({ status: 503, answer: { error: expect.stringContaining('OPERATOR') } });
    const failing = coordinator(() => Promise.reject(new Error('secret internals'))).operator;
    const { status, answer } = await post(await document(), { OPERATOR: failing, PUBLISH_TOKEN: 'sesame' });
    expect(status).toBe(503);
    expect(answer.error).toContain('npm run deploy:health');
    expect(answer.error).not.toContain('secret internals');
    expect(JSON.stringify(log.mock.calls)).not.toContain('sesame');
  });
});
