import Cloudflare, {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  PermissionDeniedError,
} from 'cloudflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, ADMIN_TOKEN, ZONE } from '../../../tools/harness/console.ts';
import { type Origin, startOrigin } from '../../../tools/harness/origin.ts';
import { eventually } from '../harness/eventually.ts';
import { type Plimsoll, startPlimsoll } from '../harness/plimsoll.ts';
import { createToken, published } from './account.ts';
import { send } from './caller.ts';

/** A change through the API is in force within this time. */
const IN_FORCE_MS = 10_000;
const HOST = 'app.example.com';

let plimsoll: Plimsoll;
let origins: Record<'a' | 'b' | 'c', Origin>;
let cf: Cloudflare;

beforeAll(async () => {
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => startOrigin({ name })));
  if (a === undefined || b === undefined || c === undefined) throw new Error('no origins');
  origins = { a, b, c };
  plimsoll = await startPlimsoll({
    config: { balancers: [], pools: {}, monitors: {} },
    kv: 'empty',
    console: 'real',
    health: 'real',
  });
  cf = client(ADMIN_TOKEN);
});

afterAll(async () => {
  await plimsoll.stop();
  await Promise.all(Object.values(origins).map((origin) => origin.stop()));
});

/** The SDK as anybody uses it, with another base URL. */
function client(apiToken: string): Cloudflare {
  return new Cloudflare({ apiToken, baseURL: `${plimsoll.console_url}/client/v4` });
}

/** Which origin served each of some requests. An answer that is not an origin's counts by its status. */
async function shares(requests: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < requests; i++) {
    const { status, text } = await send(plimsoll.url, 'GET', '/', { headers: { host: HOST } });
    const by = status === 200 ? text.trim() : String(status);
    counts[by] = (counts[by] ?? 0) + 1;
  }
  return counts;
}

/** Waits until requests are served as wanted. */
function inForce(wanted: (counts: Record<string, number>) => boolean, requests = 40): Promise<unknown> {
  return eventually(async () => wanted(await shares(requests)), IN_FORCE_MS);
}

const only =
  (...names: string[]) =>
  (counts: Record<string, number>) =>
    Object.keys(counts).sort().join() === names.join();

/** The error of a call that must fail. */
async function errorOf(call: Promise<unknown>): Promise<APIError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof APIError) return error;
  throw new Error(`no APIError, but ${String(error)}`);
}

const account = { account_id: ACCOUNT };

describe("Cloudflare's own SDK", () => {
  let monitor = '';
  let pools: { first: string; second: string };
  let balancer = '';
  const address = ({ name, port }: Origin, weight = 1) => ({ name, address: '127.0.0.1', port, weight });

  it('creates a monitor, two pools and a load balancer, and requests flow accordingly', async () => {
    const { a, b, c } = origins;
    const { monitors, pools: api } = cf.loadBalancers;
    monitor =
      (
        await monitors.create({
          ...account,
          type: 'http',
          path: '/health',
          interval: 5,
          timeout: 1,
          retries: 0,
        })
      ).id ?? '';
    const create = (name: string, list: Origin[]) =>
      api.create({
        ...account,
        name,
        monitor,
        origins: list.map((origin) => address(origin)),
        origin_steering: { policy: 'random' },
      });
    const [first, second] = [await create('first', [a, b]), await create('second', [c])];
    pools = { first: first.id ?? '', second: second.id ?? '' };
    const made = await cf.loadBalancers.create({
      zone_id: ZONE,
      ...{
        name: HOST,
        default_pools: [pools.first, pools.second],
        fallback_pool: pools.second,
        proxied: true,
      },
    });
    balancer = made.id ?? '';
    // A gateway that finds nothing published anywhere looks again after 10 s. This one sees its first request now.
    await published(plimsoll.console_url);
    await inForce(only('a', 'b'));
  });

  it('patches weights, and the shares follow', async () => {
    const { a, b } = origins;
    const changed = [address(a, 0.25), address(b, 0.75)];
    await cf.loadBalancers.pools.edit(pools.first, { ...account, origins: changed });
    // Of 200, a quarter is 50. A half is 100 with a standard deviation of 7.
    await inForce(({ a: at_a = 0 }) => at_a < 75, 200);
    const { a: at_a = 0, b: at_b = 0 } = await shares(400);
    // A quarter of 400 is 100, with a standard deviation of 9.
    expect(at_a).toBeGreaterThan(55);
    expect(at_a).toBeLessThan(145);
    expect(at_a + at_b).toBe(400);
  });

  it('disables an origin, and no request comes there any more', async () => {
    const { a, b } = origins;
    await cf.loadBalancers.pools.edit(pools.first, {
      ...account,
      origins: [address(a), { ...address(b), enabled: false }],
    });
    await inForce(only('a'));
    const before = b.requests['GET'];
    expect(await shares(50)).toEqual({ a: 50 });
    expect(b.requests['GET']).toBe(before);
  });

  it('reads the health of a pool, probes it now, and reads references', async () => {
    const healthy = await eventually(async () => {
      const health: unknown = await cf.loadBalancers.pools.health.get(pools.second, account);
      const text = JSON.stringify(health);
      return text.includes('"healthy":true') && health;
    });
    expect(healthy).toMatchObject({ pool_id: pools.second });

    const preview = await cf.loadBalancers.pools.health.create(pools.second, {
      ...account,
      type: 'http',
      path: '/health',
    });
    expect(preview.pools).toEqual({ [pools.second]: 'second' });
    const results: unknown = await cf.loadBalancers.previews.get(preview.preview_id ?? '', account);
    expect(results).toMatchObject({ [pools.second]: { healthy: true } });

    const references = [];
    for await (const one of cf.loadBalancers.pools.references.get(pools.second, account))
      references.push(one);
    expect(references).toContainEqual({
      ...{
        reference_type: 'referrer',
        resource_id: balancer,
        resource_name: HOST,
        resource_type: 'load_balancer',
      },
    });
    const page = await cf.loadBalancers.searches.list({ ...account, query: 'second', references: '*' });
    expect(JSON.stringify(page.result)).toContain(pools.second);
  });

  it('lists zones and accounts to their end', async () => {
    const found = { zones: [] as string[], accounts: [] as string[] };
    for await (const { id } of cf.zones.list()) found.zones.push(id);
    for await (const { id } of cf.accounts.list()) found.accounts.push(id);
    expect(found).toEqual({ zones: [ZONE], accounts: [ACCOUNT] });
    expect((await cf.user.tokens.verify())?.status).toBe('active');
  });

  it('throws its own classes of errors', async () => {
    const { loadBalancers } = cf;
    const invalid = await errorOf(
      loadBalancers.pools.create({ ...account, name: 'x', origins: [{ name: 'o', address: '', weight: 7 }] }),
    );
    expect(invalid).toBeInstanceOf(BadRequestError);
    expect(invalid.errors.map((one) => JSON.stringify(one))).toContainEqual(
      expect.stringContaining('/origins/0/weight'),
    );
    const stranger = client(`plimsoll_${'x'.repeat(43)}`);
    expect(await errorOf(stranger.loadBalancers.pools.get(pools.first, account))).toBeInstanceOf(
      AuthenticationError,
    );
    const reader = client((await createToken(plimsoll.console_url, 'reader', 'read')).token);
    expect(await errorOf(reader.loadBalancers.pools.delete(pools.first, account))).toBeInstanceOf(
      PermissionDeniedError,
    );
    expect(await errorOf(loadBalancers.pools.get('0'.repeat(32), account))).toBeInstanceOf(NotFoundError);
    const referenced = await errorOf(loadBalancers.pools.delete(pools.second, account));
    expect(referenced.status).toBe(412);
    expect(referenced.errors[0]).toMatchObject({ code: 1_005, message: expect.stringContaining(HOST) });
  });

  it('deletes everything in order, and then nothing is served', async () => {
    await cf.loadBalancers.delete(balancer, { zone_id: ZONE });
    for (const pool of Object.values(pools))
      expect((await cf.loadBalancers.pools.delete(pool, account)).id).toBe(pool);
    await cf.loadBalancers.monitors.delete(monitor, account);
    await inForce(only('404'));
  });
});
