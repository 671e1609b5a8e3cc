import { reset } from 'cloudflare:test';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { ROUTES } from '../../../workers/console/routes/table.ts';
import { twoPools } from '../../workers/console/history/world.ts';
import { ACCOUNT, ZONE } from '../../workers/console/routes/cloudflare/call.ts';
import { asked, visit } from '../../workers/console/visit.ts';
import { runs } from '../runs.ts';
import { anyJson } from './any_json.ts';

/** A request takes as long as five cases of other properties. */
const numRuns = Math.ceil(runs().numRuns / 5);

afterEach(() => vi.restoreAllMocks());

it('any JSON to any route that takes a body is answered, and never with 500', {
  timeout: 60_000 + numRuns * 100,
}, async () => {
  await reset();
  const source = JSON.stringify(twoPools());
  await visit('/api/config', { method: 'PUT', body: { source }, headers: { 'if-match': '*' } });
  const { json } = await asked<{ result: { id: string }[] }>(
    `/client/v4/accounts/${ACCOUNT}/load_balancers/pools`,
  );
  const ids = json.result.map(({ id }) => id);
  // A session's route is for browsers, and tokens would make other requests fail.
  const routes = ROUTES.filter(({ body, path }) => body !== undefined && path !== '/api/session');
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const field = fc.constantFrom(
    'source',
    'changes',
    'version',
    'pinned',
    'action',
    'query',
    'name',
    'origins',
    'origin',
  );
  const body = fc.oneof(
    anyJson,
    fc.tuple(field, anyJson).map(([name, value]): unknown => ({ [name]: value })),
    fc.constantFrom<unknown>({ changes: [{ target: 'eu', state: 'drain' }] }, { version: 1 }, { source }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), fc.constantFrom(...ids), body, async (route, id, sent) => {
      const path = route.path
        .replace(':account_id', ACCOUNT)
        .replace(':zone_id', ZONE)
        .replace(/:version|:name/, '1')
        .replace(/:\w+/, id);
      const response = await visit(path, {
        ...{
          method: route.method,
          body: JSON.stringify(sent),
          headers: { 'if-match': '*', 'content-type': 'application/json' },
        },
      });
      const text = await response.text();
      expect({ path, status: response.status, text }).not.toMatchObject({ status: 500 });
      expect(errors.mock.calls.flat().filter((one) => one instanceof TypeError)).toEqual([]);
    }),
    { numRuns },
  );
});
