import { describe, expect, it } from 'vitest';
import { compileMatcher, match } from '../../../../workers/gateway/request/match.ts';
import { balancer } from '../support.ts';

const matcher = compileMatcher([
  balancer({ id: 'any', host: '*' }),
  balancer({ id: 'wild', host: '*.example.com' }),
  balancer({ id: 'deep', host: '*.eu.example.com' }),
  balancer({ id: 'app', host: 'app.example.com' }),
  balancer({ id: 'app-api', host: 'app.example.com', path: '/api' }),
  balancer({ id: 'app-api-v2', host: 'app.example.com', path: '/api/v2' }),
  balancer({ id: 'only-api', host: 'api.example.com', path: '/api' }),
  balancer({ id: 'off', host: 'off.example.com', enabled: false }),
]);

describe('match', () => {
  it.each([
    ['app.example.com', '/', 'app'],
    ['app.example.com', '/api', 'app-api'],
    ['app.example.com', '/api/', 'app-api'],
    ['app.example.com', '/api/v2/x', 'app-api-v2'],
    ['app.example.com', '/api/v20', 'app-api'],
    ['app.example.com', '/apiary', 'app'],
    ['x.example.com', '/', 'wild'],
    ['x.y.example.com', '/', 'wild'],
    ['a.eu.example.com', '/', 'deep'],
    ['example.com', '/', 'any'],
    ['badexample.com', '/', 'any'],
    ['off.example.com', '/', 'wild'],
    ['api.example.com', '/other', 'wild'],
  ])('finds for %s%s the balancer %s', (host, path, id) => {
    expect(match(matcher, host, path)?.id).toBe(id);
  });

  it('finds nothing if no host matches', () => {
    expect(match(compileMatcher([balancer({ host: 'a.example' })]), 'b.example', '/')).toBeUndefined();
  });
});
