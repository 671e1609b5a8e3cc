import * as v from 'valibot';
import type { QueryField, Reply } from '../route.ts';

// Pages of lists, as Cloudflare's API has them (V4PagePagination): `page` from 1 on, `per_page`, and `result_info`.

/** A whole number in a query. */
function wholeNumber(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.optional(
    v.pipe(
      v.string(allowed),
      v.regex(/^\d{1,9}$/, allowed),
      v.check((text) => Number(text) >= min && Number(text) <= max, allowed),
    ),
  );
}

/** The fields of the query. @param max_per_page the longest page */
export function pageFields(max_per_page: number, default_per_page: number) {
  return {
    page: { schema: wholeNumber(1, 999_999_999), summary: 'The page. Default: 1.' },
    per_page: {
      schema: wholeNumber(1, max_per_page),
      summary: `Items a page, 1 to ${max_per_page}. Default: ${default_per_page}.`,
    },
  } satisfies Record<string, QueryField>;
}

/**
 * One page of a list. A page beyond the end is empty, because clients ask for pages until one is.
 * @param query has been checked against {@link pageFields}
 */
export function pageOf<T>(
  all: readonly T[],
  query: Readonly<Record<string, string>>,
  default_per_page: number,
): { items: T[]; result_info: NonNullable<Reply['result_info']> } {
  const page = Number(query['page'] ?? 1);
  const per_page = Number(query['per_page'] ?? default_per_page);
  const items = all.slice((page - 1) * per_page, page * per_page);
  return {
    items,
    result_info: {
      page,
      per_page,
      count: items.length,
      total_count: all.length,
      total_pages: Math.ceil(all.length / per_page),
    },
  };
}
