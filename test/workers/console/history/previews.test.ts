import { env, runInDurableObject } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPreviews, keepPreview, readPreview } from '../../../../workers/console/history/previews.ts';

const HOUR_MS = 3_600_000;

/** Storage of an object of this test's own. Any class with SQLite has it. */
function withSql<T>(use: (sql: SqlStorage) => T): Promise<T> {
  const { HISTORY } = env as unknown as { HISTORY: DurableObjectNamespace };
  const stub = HISTORY.get(HISTORY.idFromName(`previews ${name}`));
  return runInDurableObject(stub, (_, state) => {
    createPreviews(state.storage.sql);
    return use(state.storage.sql);
  });
}

let name = 0;
beforeEach(() => {
  name += 1;
});

describe('previews', () => {
  it('are kept for an hour', () =>
    withSql((sql) => {
      keepPreview(sql, 'a', '{"x":1}', 1_000);
      expect(readPreview(sql, 'a', 1_000 + HOUR_MS - 1)).toBe('{"x":1}');
      expect(readPreview(sql, 'a', 1_000 + HOUR_MS)).toBeUndefined();
      expect(readPreview(sql, 'b', 1_000)).toBeUndefined();
    }));

  it('are removed when the next one comes after that hour', () =>
    withSql((sql) => {
      keepPreview(sql, 'a', '{}', 1_000);
      keepPreview(sql, 'b', '{}', 1_000 + HOUR_MS);
      expect(sql.exec('SELECT id FROM previews').toArray()).toEqual([{ id: 'b' }]);
    }));

  it('are never more than a hundred, the newest', () =>
    withSql((sql) => {
      for (let n = 0; n < 130; n++) keepPreview(sql, `p${n}`, '{}', 1_000);
      expect(sql.exec('SELECT count(*) AS n FROM previews').one()).toEqual({ n: 100 });
      expect([readPreview(sql, 'p29', 1_000), readPreview(sql, 'p30', 1_000)]).toEqual([undefined, '{}']);
    }));
});
