import { tailQuery } from '../../../shared/analytics/tail/tail_query.ts';
import * as PAGE from '../../../workers/console/app/lib/queries.ts';
import { rangeOf } from '../../../workers/console/app/lib/range.ts';
import { namedQueries } from '../../sql/named.ts';

/** A query as it is sent to `POST /api/sql`. */
export interface BenchQuery {
  name: string;
  /** `15m`, `90d`; empty: the query has a period of its own. */
  range: string;
  body: { query: string; since?: string };
}

type PageQuery = (typeof PAGE)[keyof typeof PAGE];

/** Every query of the page, and every one that ships with Plimsoll, in each range. @param balancer for those about one */
export function benchQueries(ranges: readonly string[], balancer: string): BenchQuery[] {
  const fixed: BenchQuery[] = [{ name: 'page: tailQuery', range: '', body: { query: tailQuery({}) } }];
  const ranged: BenchQuery[] = [];
  for (const [name, query] of Object.entries<PageQuery>(PAGE)) {
    if (typeof query === 'string') fixed.push({ name: `page: ${name}`, range: '', body: { query } });
    else
      for (const range of ranges)
        ranged.push({ name: `page: ${name}`, range, body: { query: textOf(query, balancer, range) } });
  }
  const shipped = namedQueries().flatMap(({ name, sql }) =>
    ranges.map((range) => ({ name, range, body: { query: sql, since: range } })),
  );
  return [...fixed, ...ranged, ...shipped];
}

function textOf(query: Exclude<PageQuery, string>, balancer: string, range: string): string {
  const span = rangeOf(range);
  return takesRangeAlone(query) ? query(span) : query(balancer, span);
}

type OfRange = Extract<PageQuery, (range: ReturnType<typeof rangeOf>) => string>;

function takesRangeAlone(query: Exclude<PageQuery, string>): query is OfRange {
  return query.length === 1;
}
