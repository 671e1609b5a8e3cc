import { describe, expect, it } from 'vitest';
import type { AuditNote } from '../../../../workers/console/access/store.ts';
import { Audit } from '../../../../workers/console/history/audit.ts';
import { inStorage, NOW, newToken } from '../access/fixture.ts';

const DAY_MS = 86_400_000;
const DONE: AuditNote = {
  ...{ author: 'token ci', from: '192.0.2.1', what: 'PATCH /api/config', status: 200 },
  ...{ before: 3, after: 4, detail: 'pool p', refused: null },
};
const strange = (detail: string): AuditNote => ({
  ...{ author: 'nobody', from: '192.0.2.9', what: 'GET /api/config', status: 401 },
  ...{ before: null, after: null, detail, refused: 'nobody' },
});

describe('Audit', () => {
  it('tells who did what, from where, when, and between which versions', () =>
    inStorage((sql) => {
      const audit = new Audit(sql);
      audit.note(DONE, NOW);
      const { refused: _, ...told } = DONE;
      expect(audit.list(10)).toEqual([{ ...told, id: 1, at: new Date(NOW).toISOString() }]);
    }));

  it('lists the newest first, in pages', () =>
    inStorage((sql) => {
      const audit = new Audit(sql);
      for (let n = 0; n < 5; n++) audit.note({ ...DONE, detail: `${n}` }, NOW + n);
      const page = audit.list(2);
      expect(page.map(({ detail }) => detail)).toEqual(['4', '3']);
      expect(audit.list(10, page.at(-1)?.id).map(({ detail }) => detail)).toEqual(['2', '1', '0']);
    }));

  it('keeps rows for 90 days', () =>
    inStorage((sql) => {
      const audit = new Audit(sql);
      audit.note({ ...DONE, detail: 'old' }, NOW);
      audit.note({ ...DONE, detail: 'newer' }, NOW + DAY_MS);
      audit.note({ ...DONE, detail: 'now' }, NOW + 90 * DAY_MS);
      expect(audit.list(10).map(({ detail }) => detail)).toEqual(['now', 'newer', 'old']);
      audit.note({ ...DONE, detail: 'later' }, NOW + 90 * DAY_MS + 1);
      expect(audit.list(10).map(({ detail }) => detail)).toEqual(['later', 'now', 'newer']);
    }));

  it('bounds the rows of refused strangers, and loses no other row to them', () =>
    inStorage((sql) => {
      const audit = new Audit(sql, 200);
      audit.note(DONE, NOW);
      audit.note({ ...strange('mine'), author: 'token ci', refused: 'known' }, NOW);
      for (let n = 0; n < 1_000; n++) {
        audit.note(strange(`${n}`), NOW);
        if (n % 50 === 0) expect(audit.list(5_000).length).toBeLessThanOrEqual(202);
      }
      const rows = audit.list(5_000);
      expect(rows.filter(({ author }) => author === 'token ci').map(({ detail }) => detail)).toEqual([
        'mine',
        'pool p',
      ]);
      expect(rows[0]?.detail).toBe('999');
      expect(rows.length).toBeGreaterThan(100);
    }));

  it('keeps to the bound after the object started again', () =>
    inStorage((sql) => {
      for (let start = 0; start < 10; start++) {
        const audit = new Audit(sql, 200);
        for (let n = 0; n < 90; n++) audit.note(strange(`${n}`), NOW);
        expect(audit.list(5_000).length).toBeLessThanOrEqual(200);
      }
    }));

  it('writes no token, even if a path or a message holds one', () =>
    inStorage((sql) => {
      const secret = newToken();
      const audit = new Audit(sql);
      audit.note({ ...DONE, what: `GET /api/tokens/${secret}`, detail: `about ${secret}` }, NOW);
      expect(JSON.stringify(audit.list(1))).not.toContain(secret.slice(9, 20));
    }));
});
