import { describe, expect, it } from 'vitest';
import { allow } from '../../../../workers/console/access/allow.ts';
import {
  includes,
  NOBODY,
  type Principal,
  SCOPES,
  type Scope,
} from '../../../../workers/console/access/principal.ts';
import { ADMIN } from './fixture.ts';

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const CHANGES = ['POST', 'PUT', 'PATCH', 'DELETE'];
const OWN = 'https://console.example.com';
const session: Principal = { ...ADMIN, by: 'session' };
const person: Principal = { author: 'access anna@example.com', scope: 'admin', by: 'access' };
const service: Principal = { author: 'access ci.access', scope: 'admin', by: 'access', is_service: true };

const request = (method: string, headers: Record<string, string> = {}, body?: string) =>
  new Request(`${OWN}/api/config`, { method, headers, ...(body === undefined ? {} : { body }) });
const statusOf = (principal: Principal, scope: Scope | 'open', shown: Request) => {
  try {
    allow(principal, scope, shown);
    return 200;
  } catch (error) {
    return (error as { status: number }).status;
  }
};

describe('allow', () => {
  it('lets each scope do what it includes, with every method', () => {
    for (const has of SCOPES)
      for (const needed of SCOPES)
        for (const method of METHODS) {
          const principal: Principal = { author: 'token ci', scope: has, by: 'token' };
          expect(statusOf(principal, needed, request(method))).toBe(includes(has, needed) ? 200 : 403);
        }
  });

  it('refuses with code 10000 and names the scopes', () => {
    const reader: Principal = { author: 'token ci', scope: 'read', by: 'token' };
    expect(() => allow(reader, 'admin', request('GET'))).toThrow(
      expect.objectContaining({
        mistakes: [
          {
            code: 10_000,
            message: 'Authentication error: this needs the scope "admin", and token ci has "read"',
          },
        ],
      }),
    );
  });

  it('lets nobody pass to any route that is not open', () => {
    for (const scope of SCOPES)
      for (const method of METHODS) expect(statusOf(NOBODY, scope, request(method))).toBe(401);
    expect(statusOf(NOBODY, 'open', request('GET'))).toBe(200);
    expect(statusOf(NOBODY, 'open', request('POST'))).toBe(200);
  });

  it.each([
    ['Origin of another site', { origin: 'https://evil.example' }],
    ['Origin of a neighbour', { origin: 'https://console.example.com.evil.example' }],
    ['Origin of another port', { origin: `${OWN}:8443` }],
    ['Origin over http', { origin: 'http://console.example.com' }],
    ['an opaque Origin', { origin: 'null' }],
    ['Sec-Fetch-Site of another site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site of a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['its own Origin and a foreign Sec-Fetch-Site', { origin: OWN, 'sec-fetch-site': 'cross-site' }],
  ])('refuses a change with %s, by session, Access and login, not by bearer', (_, headers) => {
    for (const method of CHANGES) {
      for (const principal of [session, person, service])
        expect(statusOf(principal, 'read', request(method, headers))).toBe(403);
      expect(statusOf(NOBODY, 'open', request(method, headers))).toBe(403);
      expect(statusOf(ADMIN, 'admin', request(method, headers))).toBe(200);
    }
  });

  it('accepts a change of its own page', () => {
    for (const headers of [{ origin: OWN }, { 'sec-fetch-site': 'same-origin' }])
      for (const principal of [session, person])
        expect(statusOf(principal, 'admin', request('DELETE', headers))).toBe(200);
  });

  it('accepts a change that names no origin from programs alone', () => {
    expect([session, person, service].map((each) => statusOf(each, 'admin', request('DELETE')))).toEqual([
      403, 403, 200,
    ]);
  });

  it('lets a page of another site read nothing more than a link would: reading is not checked', () => {
    expect(statusOf(session, 'read', request('GET', { 'sec-fetch-site': 'cross-site' }))).toBe(200);
  });

  it.each([
    [415, 'text/plain'],
    [415, 'application/x-www-form-urlencoded'],
    [415, 'multipart/form-data; boundary=x'],
    [415, 'application/jsonp'],
    [415, 'text/plain; application/json'],
    [200, 'application/json'],
    [200, 'Application/JSON; charset=utf-8'],
  ])('answers %i to a body of %s, whoever sends it', (status, type) => {
    expect(statusOf(ADMIN, 'admin', request('POST', { 'content-type': type }, '{}'))).toBe(status);
  });

  it('asks for no content type without a body', () => {
    expect(statusOf(ADMIN, 'admin', request('DELETE'))).toBe(200);
    expect(statusOf(ADMIN, 'admin', request('POST', { 'content-length': '0' }))).toBe(200);
  });
});
