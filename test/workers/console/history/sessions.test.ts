import { describe, expect, it } from 'vitest';
import { Sessions } from '../../../../workers/console/history/sessions.ts';
import { HOUR_MS, inStorage, NOW } from '../access/fixture.ts';

const count = (sql: SqlStorage) => sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM sessions').one().n;

describe('Sessions', () => {
  it('finds a session until it expires', () =>
    inStorage((sql) => {
      const sessions = new Sessions(sql);
      sessions.open('s', 't', NOW, NOW + HOUR_MS);
      expect(sessions.find('s', NOW + HOUR_MS - 1)).toEqual({
        token_sha256: 't',
        expires_at_ms: NOW + HOUR_MS,
      });
      expect(sessions.find('s', NOW + HOUR_MS)).toBeUndefined();
      expect(sessions.find('x', NOW)).toBeUndefined();
    }));

  it('deletes expired sessions when one is opened', () =>
    inStorage((sql) => {
      const sessions = new Sessions(sql);
      sessions.open('old', 't', NOW, NOW + HOUR_MS);
      sessions.open('new', 't', NOW + HOUR_MS, NOW + 2 * HOUR_MS);
      expect(count(sql)).toBe(1);
    }));

  it('ends one session, or all sessions of a token and of no other', () =>
    inStorage((sql) => {
      const sessions = new Sessions(sql);
      for (const [session, token] of ['a1', 'a2', 'b1'].map((name) => [name, name[0] ?? ''] as const))
        sessions.open(session, token, NOW, NOW + HOUR_MS);
      expect(sessions.close('a1')).toBe(true);
      expect(sessions.close('a1')).toBe(false);
      sessions.closeAllOf('a');
      expect(sessions.find('a2', NOW)).toBeUndefined();
      expect(sessions.find('b1', NOW)).toBeDefined();
    }));

  it('ends the oldest session of a token that opens more and more', () =>
    inStorage((sql) => {
      const sessions = new Sessions(sql);
      sessions.open('other', 'u', NOW, NOW + HOUR_MS);
      for (let n = 0; n < 105; n++) sessions.open(`s${n}`, 't', NOW + n, NOW + HOUR_MS);
      expect(count(sql)).toBe(101);
      expect(sessions.find('s4', NOW)).toBeUndefined();
      expect(sessions.find('s5', NOW)).toBeDefined();
      expect(sessions.find('other', NOW)).toBeDefined();
    }));
});
