import { describe, expect, it } from 'vitest';
import { DOER, HOUR_MS, inWorld, NOW, someToken } from '../access/fixture.ts';

const WHAT = 'POST /api/session';
const session = (sha256: string, token_sha256: string, is_admin_token = false) => ({
  ...{ sha256, token_sha256, is_admin_token },
});

describe('AccessTables', () => {
  it('recognises a session as its token, until either ends', () =>
    inWorld(async ({ clock, tables }) => {
      const { token } = await someToken('ci', 'operate', NOW + 2 * HOUR_MS);
      tables.createToken(token, DOER);
      expect(tables.openSession(session('s', token.sha256), '192.0.2.1', WHAT)).toMatchObject({
        is: 'known',
        expires_at_ms: NOW + 2 * HOUR_MS,
      });
      expect(tables.authenticate({ session_sha256: 's' })).toMatchObject({
        is: 'known',
        token: { name: 'ci', scope: 'operate' },
        expires_at_ms: NOW + 2 * HOUR_MS,
      });
      clock.now += 2 * HOUR_MS;
      expect(tables.authenticate({ session_sha256: 's' })).toEqual({ is: 'expired' });
    }));

  it('ends a session after 12 hours', () =>
    inWorld(async ({ clock, tables }) => {
      const { token } = await someToken('ci');
      tables.createToken(token, DOER);
      tables.openSession(session('s', token.sha256), '192.0.2.1', WHAT);
      clock.now += 12 * HOUR_MS - 1;
      expect(tables.authenticate({ session_sha256: 's' })).toMatchObject({ is: 'known' });
      clock.now += 1;
      expect(tables.authenticate({ session_sha256: 's' })).toEqual({ is: 'unknown' });
    }));

  it('ends the sessions of a token that is revoked', () =>
    inWorld(async ({ tables }) => {
      const { token } = await someToken('ci');
      tables.createToken(token, DOER);
      tables.openSession(session('s', token.sha256), '192.0.2.1', WHAT);
      tables.revokeToken(token.id, DOER);
      expect(tables.authenticate({ session_sha256: 's' })).toEqual({ is: 'unknown' });
    }));

  it('ends the sessions of ADMIN_TOKEN when the secret changes or goes away', () =>
    inWorld(({ tables }) => {
      tables.openSession(session('s', 'hash-of-admin', true), '192.0.2.1', WHAT);
      const shown = (admin_sha256?: string) =>
        tables.authenticate({
          session_sha256: 's',
          ...(admin_sha256 === undefined ? {} : { admin_sha256 }),
        }).is;
      expect(shown('hash-of-admin')).toBe('known');
      expect(shown('hash-of-another')).toBe('unknown');
      expect(shown()).toBe('unknown');
    }));

  it('opens no session with a token that is unknown, expired or revoked', () =>
    inWorld(async ({ clock, tables }) => {
      const [gone, over] = await Promise.all([someToken('gone'), someToken('over', 'read', NOW + 1)]);
      for (const { token } of [gone, over]) tables.createToken(token, DOER);
      tables.revokeToken(gone.token.id, DOER);
      clock.now += 1;
      const opened = ['nothing', gone.token.sha256, over.token.sha256].map((hash) =>
        tables.openSession(session('s', hash), '192.0.2.1', WHAT),
      );
      expect(opened).toEqual([{ is: 'unknown' }, { is: 'revoked' }, { is: 'expired' }]);
      expect(tables.authenticate({ session_sha256: 's' })).toEqual({ is: 'unknown' });
    }));

  it('creates no token with a scope above that of its creator', () =>
    inWorld(async ({ tables }) => {
      const { token } = await someToken('ci', 'admin');
      const operator = { author: 'token op', scope: 'operate', by: 'token' } as const;
      expect(() => tables.createToken(token, { ...DOER, principal: operator })).toThrow(
        expect.objectContaining({ status: 403 }),
      );
      expect(tables.tokens()).toEqual([]);
    }));

  it('notes every change with its author, and no secret and no hash', () =>
    inWorld(async ({ tables }) => {
      const { token, secret } = await someToken('ci', 'operate');
      tables.createToken(token, DOER);
      tables.openSession(session('session-hash', token.sha256), '192.0.2.7', WHAT);
      tables.closeSession('session-hash', { ...DOER, what: 'DELETE /api/session' });
      tables.revokeToken(token.id, { ...DOER, what: 'DELETE /api/tokens/…' });
      const rows = tables.rows(10);
      expect(rows.map(({ author, from, detail }) => [author, from, detail.split(' (')[0]])).toEqual([
        ['admin token', '192.0.2.1', 'token "ci" revoked'],
        ['admin token', '192.0.2.1', 'session ended'],
        ['token ci', '192.0.2.7', 'session opened'],
        ['admin token', '192.0.2.1', 'token "ci" with scope operate created'],
      ]);
      for (const hidden of [secret, token.sha256, 'session-hash'])
        expect(JSON.stringify(rows)).not.toContain(hidden);
    }));
});
