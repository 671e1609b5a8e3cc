import { describe, expect, it } from 'vitest';
import { Tokens } from '../../../../workers/console/history/tokens.ts';
import { HOUR_MS, inStorage, NOW, someToken } from '../access/fixture.ts';

describe('Tokens', () => {
  it('recognises a token by its hash, and no other', () =>
    inStorage(async (sql) => {
      const tokens = new Tokens(sql);
      const { token } = await someToken('ci', 'operate', NOW + HOUR_MS);
      tokens.create(token, 'admin token', NOW);
      expect(tokens.find(token.sha256, NOW)).toEqual({
        is: 'known',
        token: { id: token.id, name: 'ci', scope: 'operate' },
        expires_at_ms: NOW + HOUR_MS,
      });
      expect(tokens.find(token.sha256.replace(/./g, '0'), NOW)).toEqual({ is: 'unknown' });
    }));

  it('ends a token at its expiry, to the millisecond', () =>
    inStorage(async (sql) => {
      const tokens = new Tokens(sql);
      const { token } = await someToken('ci', 'read', NOW + 1_000);
      tokens.create(token, 'admin token', NOW);
      expect(tokens.find(token.sha256, NOW + 999)).toMatchObject({ is: 'known' });
      expect(tokens.find(token.sha256, NOW + 1_000)).toEqual({ is: 'expired' });
      expect(tokens.list(NOW + 1_000)).toMatchObject([{ status: 'expired' }]);
    }));

  it('revokes a token for good, and keeps it in the list with its first time', () =>
    inStorage(async (sql) => {
      const tokens = new Tokens(sql);
      const { token } = await someToken('ci');
      tokens.create(token, 'admin token', NOW);
      expect(tokens.revoke(token.id, NOW)).toMatchObject({ changed: true, sha256: token.sha256 });
      expect(tokens.find(token.sha256, NOW)).toEqual({ is: 'revoked' });
      expect(tokens.revoke(token.id, NOW + HOUR_MS)).toMatchObject({
        changed: false,
        info: { status: 'revoked', revoked_at: new Date(NOW).toISOString() },
      });
      expect(() => tokens.revoke('0'.repeat(32), NOW)).toThrow(expect.objectContaining({ status: 404 }));
    }));

  it('writes the last use once an hour, as the hour', () =>
    inStorage(async (sql) => {
      const tokens = new Tokens(sql);
      const { token } = await someToken('ci');
      tokens.create(token, 'admin token', NOW);
      expect(tokens.list(NOW)).toMatchObject([{ last_used_at: null }]);
      const written = (at: number) => {
        const before = changes(sql);
        tokens.find(token.sha256, at);
        return changes(sql) - before;
      };
      expect(written(NOW)).toBe(1);
      expect(written(NOW + 1_000)).toBe(0);
      expect(tokens.list(NOW)).toMatchObject([{ last_used_at: '2026-12-01T10:00:00.000Z' }]);
      expect(written(NOW + HOUR_MS)).toBe(1);
      expect(tokens.list(NOW)).toMatchObject([{ last_used_at: '2026-12-01T11:00:00.000Z' }]);
    }));

  it('does not count a use of a revoked token', () =>
    inStorage(async (sql) => {
      const tokens = new Tokens(sql);
      const { token } = await someToken('ci');
      tokens.create(token, 'admin token', NOW);
      tokens.revoke(token.id, NOW);
      tokens.find(token.sha256, NOW);
      expect(tokens.list(NOW)).toMatchObject([{ last_used_at: null }]);
    }));

  it('gives one name to one active token, and gives it again once that token has ended', () =>
    inStorage(async (sql) => {
      const tokens = new Tokens(sql);
      const [first, second, third] = await Promise.all([
        someToken('ci', 'read', NOW + HOUR_MS),
        someToken('ci'),
        someToken('ci'),
      ]);
      tokens.create(first.token, 'admin token', NOW);
      expect(() => tokens.create(second.token, 'admin token', NOW)).toThrow(
        expect.objectContaining({ status: 409, headers: { 'x-should-retry': 'false' } }),
      );
      expect(tokens.list(NOW)).toHaveLength(1);
      tokens.create(second.token, 'admin token', NOW + HOUR_MS);
      tokens.revoke(second.token.id, NOW + HOUR_MS);
      tokens.create(third.token, 'admin token', NOW + HOUR_MS);
      expect(tokens.list(NOW + HOUR_MS).map(({ status }) => status)).toEqual(
        expect.arrayContaining(['expired', 'revoked', 'active']),
      );
    }));

  it('keeps its rows when the object starts again, and no secret among them', () =>
    inStorage(async (sql) => {
      const { token, secret } = await someToken('ci');
      new Tokens(sql).create(token, 'admin token', NOW);
      expect(new Tokens(sql).find(token.sha256, NOW)).toMatchObject({ is: 'known' });
      expect(JSON.stringify(sql.exec('SELECT * FROM tokens').toArray())).not.toContain(secret);
    }));
});

function changes(sql: SqlStorage): number {
  return sql.exec<{ n: number }>('SELECT total_changes() AS n').one().n;
}
