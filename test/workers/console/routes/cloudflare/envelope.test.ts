import { describe, expect, it, vi } from 'vitest';
import { HttpError } from '../../../../../shared/errors.ts';
import { CODES, Refusal } from '../../../../../workers/console/refusal.ts';
import { failed, succeeded } from '../../../../../workers/console/routes/cloudflare/envelope.ts';

describe('succeeded', () => {
  it('puts the result into the envelope', async () => {
    const response = succeeded({ result: { id: 'x' }, headers: { etag: '"1"' } });
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"1"']);
    expect(await response.json()).toEqual({ success: true, errors: [], messages: [], result: { id: 'x' } });
  });

  it('adds messages and the page if there are any', async () => {
    const messages = [{ code: 1, message: 'note' }];
    const result_info = { page: 1, per_page: 20, count: 1, total_count: 1, total_pages: 1 };
    expect(await succeeded({ result: [1], messages, result_info }).json()).toEqual({
      success: true,
      errors: [],
      messages,
      result: [1],
      result_info,
    });
  });
});

describe('failed', () => {
  it('writes every mistake of a refusal with its pointer and its facts', async () => {
    const response = failed(
      new Refusal(400, [
        { code: CODES.invalid, message: 'weight', pointer: '/origins/0/weight' },
        { code: CODES.lost_race, message: 'race', meta: { yours: 1 } },
      ]),
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      success: false,
      errors: [
        { code: 1_002, message: 'weight', source: { pointer: '/origins/0/weight' } },
        { code: 1_007, message: 'race', meta: { yours: 1 } },
      ],
      messages: [],
      result: null,
    });
  });

  it.each([409, 412])('tells clients not to repeat a request that got %i', (status) => {
    expect(failed(new Refusal(status, [])).headers.get('x-should-retry')).toBe('false');
  });

  it('lets clients repeat a request that got 503, and passes its headers on', () => {
    const { headers } = failed(new HttpError(503, 'later', { headers: { 'retry-after': '5' } }));
    expect([headers.get('x-should-retry'), headers.get('retry-after')]).toEqual([null, '5']);
  });

  it.each([
    [400, 1_002],
    [404, 1_001],
    [415, 1_002],
    [503, 10_500],
  ])('has a code for an error with the status %i', async (status, code) => {
    const answer = await failed(new HttpError(status, 'why')).json();
    expect(answer).toMatchObject({ errors: [{ code, message: 'why' }] });
  });

  it('logs an error that nobody foresaw, and shows nothing of it', async () => {
    const log = vi.fn();
    const error = new Error('internals');
    const response = failed(error, log);
    expect(log).toHaveBeenCalledWith(error);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('internals')]);
  });
});
