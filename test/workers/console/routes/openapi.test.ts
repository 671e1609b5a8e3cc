import { describe, expect, it } from 'vitest';
import { openApi, operationId } from '../../../../workers/console/routes/openapi.ts';
import { openApiRoute } from '../../../../workers/console/routes/plimsoll/openapi.ts';
import type { Call, Route } from '../../../../workers/console/routes/route.ts';
import { ABOUT, POOLS, ROUTES } from './sample_routes.ts';

type Json = { [key: string]: Json };
const document = JSON.parse(JSON.stringify(openApi(ROUTES, ABOUT))) as Json;
const at = (...path: string[]) => path.reduce<Json | undefined>((part, key) => part?.[key], document);
const POOL_PATH = '/client/v4/accounts/{account_id}/load_balancers/pools/{pool_id}';

describe('the OpenAPI document', () => {
  it('has every route, each under a name of its own', () => {
    const operations = Object.values(document['paths'] ?? {}).flatMap((item) => Object.values(item));
    expect(operations).toHaveLength(ROUTES.length);
    const names = operations.map(({ operationId: name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('names operations by method and path', () => {
    expect(operationId({ method: 'GET', path: `${POOLS}/:pool_id` })).toBe(
      'getAccountsByAccountIdLoadBalancersPoolsByPoolId',
    );
  });

  it('resolves every reference', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of new Set(refs)) expect(at(...ref.split('/')), ref).toBeDefined();
  });

  it('says which scope a route needs, and that an open one needs no token', () => {
    expect(at('paths', POOL_PATH, 'get', 'description')).toContain('`read`');
    expect(at('paths', POOL_PATH, 'put', 'description')).toContain('`admin`');
    expect(at('paths', '/api/session', 'post', 'security')).toEqual([]);
    expect(at('paths', POOL_PATH, 'get', 'security')).toBeUndefined();
    expect(document['security']).toEqual([{ bearer: [] }, { cookie: [] }]);
  });

  it('has If-Match where a change takes it, and ETag where such a state is answered', () => {
    const if_match = (path: string, method: string) =>
      (at('paths', path, method, 'parameters') as unknown as Json[]).find(
        ({ in: place }) => String(place) === 'header',
      );
    expect(if_match(POOL_PATH, 'put')).toMatchObject({ name: 'If-Match', required: false });
    expect(if_match('/api/config', 'put')).toMatchObject({ required: true });
    expect(if_match(POOL_PATH, 'get')).toBeUndefined();
    expect(at('paths', POOL_PATH, 'get', 'responses', '200', 'headers')).toHaveProperty('ETag');
    expect(at('paths', '/client/v4/zones', 'get', 'responses', '200', 'headers')).toBeUndefined();
    expect(at('paths', '/api/config', 'put', 'responses')).toHaveProperty('428');
  });

  it("wraps results into Cloudflare's envelope under its prefix alone", () => {
    const schema = (path: string, method: string) =>
      at('paths', path, method, 'responses', '200', 'content', 'application/json', 'schema');
    expect(schema(POOL_PATH, 'get')).toMatchObject({
      required: ['success', 'errors', 'messages', 'result'],
      properties: { result: { $ref: '#/components/schemas/Pool' } },
    });
    expect(schema('/api/config', 'put')).toEqual({ $ref: expect.any(String) });
  });

  it('writes references as ids of the API, and nothing of our notes', () => {
    const id = '^[0-9a-f]{32}$';
    const balancer = ['components', 'schemas', 'LoadBalancerBody', 'properties'] as const;
    expect(at(...balancer, 'default_pools', 'items')).toEqual({ type: 'string', pattern: id });
    const weights = at(...balancer, 'random_steering', 'properties', 'pool_weights');
    expect(weights).toMatchObject({ propertyNames: { pattern: id } });
    expect(at('components', 'schemas', 'PoolBody', 'properties')).not.toHaveProperty('id');
    expect(at('components', 'schemas', 'PoolBody', 'properties', 'created_on')).toMatchObject({
      readOnly: true,
    });
    expect(JSON.stringify(document)).not.toMatch(/"(refers_to|no_effect|zero_is_unset|read_only|unit)"/);
  });

  it('is answered as JSON', async () => {
    const routes: Route[] = [];
    const route = openApiRoute(() => routes, ABOUT);
    routes.push(route);
    const answer = await route.handle({} as Call);
    expect(answer).toBeInstanceOf(Response);
    if (!(answer instanceof Response)) return;
    expect(await answer.json()).toMatchObject({ openapi: '3.1.0', paths: { '/api/openapi.json': {} } });
  });
});
