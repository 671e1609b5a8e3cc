import { reset } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { twoPools } from '../history/world.ts';
import { asked } from '../visit.ts';

beforeEach(async () => {
  await reset();
  const source = JSON.stringify(twoPools());
  await asked('/api/config', { method: 'PUT', body: { source }, headers: { 'if-match': '*' } });
});

const LB = `/client/v4/accounts/${'a'.repeat(32)}/load_balancers`;
const drain = { changes: [{ target: 'eu', state: 'drain' }] };

describe('a condition that a route does not check', () => {
  it.each([
    ['POST', '/api/states', drain, { 'if-match': '"1"' }],
    ['POST', '/api/states', drain, { 'if-none-match': '*' }],
    ['PATCH', `${LB}/pools`, { notification_email: 'a@example.com' }, { 'if-match': '"1"' }],
    ['POST', `${LB}/monitors`, { type: 'http' }, { 'if-match': '"1"' }],
    ['PUT', '/api/config/versions/1/pin', { pinned: true }, { 'if-match': '"7"' }],
    ['PUT', '/api/config', { source: '// other\n{}' }, { 'if-match': '*', 'if-none-match': '*' }],
  ])('refuses %s %s with 412, and nothing is changed', async (method, path, body, headers) => {
    const before = await asked('/api/config/versions');
    expect((await asked(path, { method, body, headers })).status).toBe(412);
    expect((await asked('/api/config/versions')).json).toEqual(before.json);
  });

  it.each([{ 'if-match': '*' }, { 'if-unmodified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' }])(
    'does not count if it holds, or if no resource has what it compares: %o',
    async (headers) => {
      expect((await asked('/api/states', { method: 'POST', body: drain, headers })).status).toBe(200);
    },
  );

  it('does not keep anybody from reading', async () => {
    const headers = { 'if-match': '"7"', 'if-none-match': '*' };
    expect((await asked('/api/config', { headers })).status).toBe(200);
  });
});
