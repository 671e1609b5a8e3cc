import { describe, expect, it } from 'vitest';
import { refusals } from '../../../shared/analytics/sql/dialect.ts';
import { bindSince } from '../../../shared/analytics/sql/since.ts';
import { tokenize } from '../../../shared/analytics/sql/tokens.ts';
import { translate } from '../../../shared/analytics/sql/translate.ts';
import { namedQueries } from '../../../tools/sql/named.ts';

const queries = namedQueries();

describe('the named queries', () => {
  it.each(queries)(
    '$name says what it is for, is bound in time and rows, and runs in production',
    ({ sql, description }) => {
      expect(description).toMatch(/^[A-Z].*\.$/);
      const { sql: bound, places } = bindSince(sql, '1h');
      expect(places).toBe(1);
      expect(refusals(translate(bound))).toEqual([]);
      expect(sql).toMatch(/\bLIMIT \d+$/);
    },
  );

  it.each(queries)('$name weighs every count', ({ sql }) => {
    // A count of different values has no weight.
    const words = tokenize(sql.replaceAll('count(DISTINCT', '(')).map(({ text }) => text);
    const sums = sql.match(/\b(?:sum|quantileExactWeighted\([\d.]+\))\((?:[^()]|\([^()]*\))*\)/g) ?? [];
    expect(sums.length).toBeGreaterThan(0);
    for (const sum of sums) expect(sum).toContain('_sample_interval');
    for (const unweighted of ['count', 'avg', 'countIf', 'avgIf', 'sumIf', 'topK', 'quantileWeighted'])
      expect(words).not.toContain(unweighted);
  });
});
