import { reset } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectList } from '../../../../../shared/authoring/source/lists.ts';
import type { Env } from '../../../../../workers/console/env.ts';
import type { Envelope } from '../../../../../workers/console/routes/cloudflare/envelope.ts';
import { origin, pool } from '../../history/world.ts';
import { asked, LOCAL, type VisitOptions } from '../../visit.ts';
import { ACCOUNT, ZONE } from './call.ts';

beforeEach(() => reset());

type Result = Record<string, unknown> & { id: string };

const BELOW = `/client/v4/accounts/${ACCOUNT}/load_balancers`;
const pathOf = (list: ObjectList) => (list === 'load_balancers' ? BELOW : `${BELOW}/${list}`);

async function api(method: string, path: string, options: VisitOptions = {}) {
  const { status, headers, json } = await asked<Envelope & { result: Result }>(path, { method, ...options });
  return { status, headers, ...json };
}

async function created(list: ObjectList, body: unknown, path = pathOf(list)): Promise<Result> {
  const { status, result, errors } = await api('POST', path, { body });
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  return result;
}

describe('the four kinds of objects', () => {
  it('are created, shown, listed, replaced, changed and deleted, with 200 in Cloudflare’s envelope', async () => {
    const monitor = await created('monitors', {});
    const group = await created('monitor_groups', {
      description: 'g',
      members: [{ monitor_id: monitor.id }],
    });
    const eu = await created('pools', pool('eu', { monitor_group: group.id }));
    const app = await created('load_balancers', { name: 'app.example.com', default_pools: [eu.id] });
    expect(app).toMatchObject({ default_pools: [eu.id], zone_name: 'example.com' });
    for (const [list, one] of [
      ['load_balancers', app],
      ['pools', eu],
      ['monitor_groups', group],
      ['monitors', monitor],
    ] as const) {
      const path = `${pathOf(list)}/${one.id}`;
      expect(await api('GET', path)).toMatchObject({ status: 200, success: true, result: one });
      expect(await api('GET', pathOf(list))).toMatchObject({
        result: [one],
        result_info: { page: 1, count: 1, total_count: 1, total_pages: 1 },
      });
      const { id, created_on, modified_on, zone_name: _, ...body } = one;
      expect(id).toMatch(/^[0-9a-f]{32}$/);
      expect(Date.parse(String(created_on))).toBeLessThanOrEqual(Date.parse(String(modified_on)));
      const changed = await api('PATCH', path, { body: { description: 'changed' } });
      expect(changed).toMatchObject({ status: 200, result: { ...body, description: 'changed' } });
      const replaced = await api('PUT', path, { body });
      expect(replaced).toMatchObject({ status: 200, result: body });
      const gone = await api('DELETE', path);
      expect(gone).toMatchObject({ status: 200, result: list === 'monitor_groups' ? body : { id } });
      expect(await api('GET', path)).toMatchObject({
        status: 404,
        success: false,
        result: null,
        errors: [{ code: 1_001 }],
      });
    }
  });

  it('have an ETag for If-Match, and a lost race is 412 that nobody repeats', async () => {
    const { id } = await created('pools', pool('eu'));
    const path = `${pathOf('pools')}/${id}`;
    const etag = (await api('GET', path)).headers.get('etag') ?? '';
    const patch = (if_match: string) =>
      api('PATCH', path, { body: { description: if_match }, headers: { 'if-match': if_match } });
    const changed = await patch(etag);
    expect(changed.status).toBe(200);
    const lost = await patch(etag);
    expect(lost).toMatchObject({
      status: 412,
      errors: [{ code: 1_007, meta: { expected: etag, current: changed.headers.get('etag') } }],
    });
    expect(lost.headers.get('x-should-retry')).toBe('false');
    expect((await api('DELETE', path, { headers: { 'if-match': etag } })).status).toBe(412);
    expect((await api('PUT', path, { body: pool('eu'), headers: { 'if-match': '*' } })).status).toBe(200);
  });

  it('name every mistake with source.pointer', async () => {
    const { status, errors } = await api('POST', pathOf('pools'), {
      body: { name: 'e u', origins: [origin('a', { weight: 2 })] },
    });
    expect(status).toBe(400);
    expect(errors.map(({ source }) => source?.pointer).toSorted()).toEqual(['/name', '/origins/0/weight']);
  });

  it('answer 409/1003 for a taken name and 412/1005 for one in use, and neither is repeated', async () => {
    const { id } = await created('pools', pool('eu'));
    await created('load_balancers', { name: 'app.example.com', default_pools: [id] });
    const taken = await api('POST', pathOf('pools'), { body: pool('eu') });
    expect(taken).toMatchObject({ status: 409, errors: [{ code: 1_003, source: { pointer: '/name' } }] });
    const used = await api('DELETE', `${pathOf('pools')}/${id}`);
    expect(used).toMatchObject({ status: 412, errors: [{ code: 1_005 }] });
    expect(used.errors[0]?.message).toContain('load balancer app.example.com');
    for (const { headers } of [taken, used]) expect(headers.get('x-should-retry')).toBe('false');
  });

  it('need ?force=true to leave a load balancer with nothing usable', async () => {
    const { id } = await created('pools', pool('eu'));
    await created('load_balancers', { name: 'app.example.com', default_pools: [id] });
    const path = `${pathOf('pools')}/${id}`;
    const body = { enabled: false };
    expect(await api('PATCH', path, { body })).toMatchObject({ status: 400, errors: [{ code: 1_006 }] });
    expect((await api('PATCH', `${path}?force=false`, { body })).status).toBe(400);
    expect((await api('PATCH', `${path}?force=yes`, { body })).errors[0]?.message).toContain(
      'query `force` got "yes"',
    );
    expect((await api('PATCH', `${path}?force=true`, { body })).status).toBe(200);
  });

  it('answer 404/7003 for a malformed id and 403/9109 for another account', async () => {
    expect(await api('GET', `${pathOf('pools')}/eu`)).toMatchObject({
      status: 404,
      errors: [{ code: 7_003 }, {}],
    });
    const other = `/client/v4/accounts/${'9'.repeat(32)}/load_balancers/pools`;
    for (const [method, path, body] of [
      ['GET', other, undefined],
      ['POST', other, pool('eu')],
      ['PATCH', other, { notification_email: '' }],
      ['DELETE', `${other}/${'e'.repeat(32)}`, undefined],
      ['PUT', `${other}/${'e'.repeat(32)}`, pool('eu')],
    ] as const)
      expect(await api(method, path, { body })).toMatchObject({ status: 403, errors: [{ code: 9_109 }] });
    expect((await api('GET', pathOf('pools'))).result).toEqual([]);
  });
});

describe('pools', () => {
  it('are listed by monitor', async () => {
    const monitor = await created('monitors', {});
    const eu = await created('pools', pool('eu', { monitor: monitor.id }));
    await created('pools', pool('us'));
    expect((await api('GET', `${pathOf('pools')}?monitor=${monitor.id}`)).result).toEqual([eu]);
  });

  it('lose their address for mails all at once', async () => {
    await created('pools', pool('eu', { notification_email: 'a@example.com' }));
    await created('pools', pool('us'));
    const { result } = await api('PATCH', pathOf('pools'), { body: { notification_email: '' } });
    expect(result).toMatchObject([{ notification_email: '' }, { notification_email: '' }]);
    const other = await api('PATCH', pathOf('pools'), { body: { enabled: false } });
    expect(other.status).toBe(400);
  });
});

describe('load balancers below a zone', () => {
  const ORG = 'c'.repeat(32);
  const bindings: Env = { ...LOCAL, ZONES: `${ZONE} example.com, ${ORG} example.org` };
  const zoned = (zone: string) => `/client/v4/zones/${zone}/load_balancers`;

  async function balancer(name: string, zone: string) {
    const { result } = await api('GET', pathOf('pools'), { bindings });
    const [known] = result as unknown as Result[];
    const eu = known ?? (await created('pools', pool('eu')));
    return api('POST', zoned(zone), { body: { name, default_pools: [eu.id] }, bindings });
  }

  it('are those whose host belongs to it, and a host of no zone belongs to the first', async () => {
    const hosts = ['app.example.com', 'APP.Example.ORG.', '*.example.org', 'elsewhere.test', '*'];
    for (const name of hosts) {
      const zone = /org/i.test(name) ? ORG : ZONE;
      expect(await balancer(name, zone)).toMatchObject({
        status: 200,
        result: { name, zone_name: zone === ORG ? 'example.org' : 'example.com' },
      });
    }
    const names = async (path: string) =>
      ((await api('GET', path, { bindings })).result as unknown as Result[]).map(({ name }) => name);
    expect(await names(zoned(ZONE))).toEqual(['app.example.com', 'elsewhere.test', '*']);
    expect(await names(zoned(ORG))).toEqual(['APP.Example.ORG.', '*.example.org']);
    expect(await names(pathOf('load_balancers'))).toEqual(hosts);
  });

  it('are not created or moved below another zone: 400/1002', async () => {
    expect(await balancer('app.example.org', ZONE)).toMatchObject({
      status: 400,
      errors: [{ code: 1_002, source: { pointer: '/name' } }],
    });
    const { result } = await balancer('app.example.org', ORG);
    const path = `${zoned(ORG)}/${result.id}`;
    for (const method of ['PATCH', 'PUT'])
      expect(
        await api(method, path, { body: { ...result, name: 'app.example.com' }, bindings }),
      ).toMatchObject({
        status: 400,
        errors: [{ code: 1_002, source: { pointer: '/name' } }],
      });
  });

  it('are 404 below another zone, for every method', async () => {
    const { result } = await balancer('app.example.org', ORG);
    const { id, default_pools } = result;
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { description: 'x' }],
      ['PUT', { name: 'app.example.com', default_pools }],
      ['DELETE', undefined],
    ] as const)
      expect(await api(method, `${zoned(ZONE)}/${id}`, { body, bindings })).toMatchObject({
        status: 404,
        errors: [{ code: 1_001 }],
      });
    expect((await api('GET', `${zoned(ORG)}/${id}`, { bindings })).result).toEqual(result);
    expect((await api('GET', `${BELOW}/${id}`, { bindings })).result).toEqual(result);
  });
});

describe('a body', () => {
  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const wide = (levels: number) => `{"name": "eu", "origins": ${'['.repeat(levels)}${']'.repeat(levels)}}`;

  it.each([
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '3'],
    ['a text', '"text"'],
    ['no JSON', '{'],
    ['nothing', ''],
    ['10,000 objects in each other', deep(10_000)],
    ['10,000 lists in each other', wide(10_000)],
    ['101 levels', deep(101)],
    ['100 levels', deep(100)],
    ['__proto__', '{"__proto__": null, "constructor": {"prototype": 1}, "toString": 3}'],
    ['a name that is no text', '{"name": {}, "origins": {}}'],
    ['origins that are none', '{"name": "other", "origins": [null, 3, [], "x", {}]}'],
    ['half a character', '{"name": "\\ud800", "origins": []}'],
    [
      'a number that is stored as null',
      '{"origins": [{"name": "a", "address": "1.2.3.4", "weight": 1e400}]}',
    ],
    ['numbers in place of origins', `{"name": "other", "origins": [${'1,'.repeat(90_000)}1]}`],
    ['90,000 pools that do not exist', `{"default_pools": [${'"a",'.repeat(90_000)}"a"]}`],
    ['20,000 syntax errors', '{"a":1,,'.repeat(20_000)],
  ])('that is %s is refused with 400, by every route that takes one', async (_, body) => {
    const { id } = await created('pools', pool('eu'));
    for (const [method, path] of [
      ['POST', pathOf('pools')],
      ['PUT', `${pathOf('pools')}/${id}`],
      ['PATCH', `${pathOf('pools')}/${id}`],
      ['POST', pathOf('load_balancers')],
      ['POST', pathOf('monitors')],
      ['POST', pathOf('monitor_groups')],
      ['PATCH', pathOf('pools')],
    ] as const) {
      const { status, success, errors } = await api(method, path, {
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect({ method, path, status, success }).toEqual({ method, path, status: 400, success: false });
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(1_000);
    }
    expect((await api('GET', pathOf('pools'))).result).toMatchObject([{ id, ...pool('eu') }]);
  });
});
