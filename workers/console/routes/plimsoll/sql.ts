import * as v from 'valibot';
import { askAll } from '../../../../shared/analytics/sql/ask.ts';
import { refusals } from '../../../../shared/analytics/sql/dialect.ts';
import { describeRefusal } from '../../../../shared/analytics/sql/refusal.ts';
import { readResult } from '../../../../shared/analytics/sql/result.ts';
import { bindSince, DEFAULT_SINCE, SPAN } from '../../../../shared/analytics/sql/since.ts';
import { SqlError } from '../../../../shared/analytics/sql/tokens.ts';
import type { SqlResult } from '../../../../shared/contracts/sql.ts';
import { CODES, Refusal } from '../../refusal.ts';
import { SqlApiError, sendSql } from '../../signals/ask_sql.ts';
import type { Call, Reply, Route } from '../route.ts';

/** A query that takes longer is cancelled, so that it does not hold a connection. */
const SQL_MS = 20_000;
const MAX_QUERY = 100_000;

const SqlBody = v.strictObject({
  query: v.pipe(
    v.string(),
    v.minLength(1, 'a query'),
    v.maxLength(MAX_QUERY, `at most ${MAX_QUERY} characters`),
  ),
  since: v.optional(v.pipe(v.string(), v.regex(SPAN, 'a time span such as "90s", "15m", "1h" or "7d"'))),
});

const ResultSchema = v.object({
  table: v.nullable(v.string()),
  columns: v.array(v.object({ name: v.string(), type: v.string() })),
  rows: v.array(v.record(v.string(), v.unknown())),
});

/** Traffic and health, by SQL. */
export const SQL_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/sql',
    scope: 'read',
    tag: 'traffic',
    summary:
      'Asks SQL over the data points, with the names of docs/sql.md. `{since}` in the query stands for a condition on the time.',
    body: SqlBody,
    result: v.object({ ...ResultSchema.entries, older: v.array(ResultSchema) }),
    handle: ask,
  },
];

/** @throws {Refusal} 400 for a query that production refuses, with its line and column if they are known; 503 if the API does not answer */
async function ask({ env, body }: Call): Promise<Reply> {
  const { query, since = DEFAULT_SINCE } = body as v.InferOutput<typeof SqlBody>;
  const signal = AbortSignal.timeout(SQL_MS);
  const send = (sql: string) => sendSql(env, sql, signal, fetch);
  try {
    const { sql } = bindSince(query, since);
    const [first] = refusals(sql);
    if (first !== undefined) throw refused(describeRefusal(first));
    const [newest, ...older] = await askAll(send, sql);
    return { result: { ...resultOf(newest), older: older.map(resultOf) } };
  } catch (error) {
    throw refusalOf(error);
  }
}

/** @throws {Refusal} 400 if the query asks for another format than JSON */
function resultOf({ table = null, body }: { table?: string | null; body: string }): SqlResult {
  const result = readResult(body);
  if (result !== undefined) return { table, ...result };
  throw refused('the SQL API returned no rows; they come as JSON only, so leave FORMAT out of the query');
}

/** The answer to whoever asked, when there is no result. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SqlError) return refused(error.message);
  if (error instanceof SqlApiError) {
    const { message, query_refused, detail } = error;
    if (query_refused) return refused(detail ? `${message}: ${detail}` : message);
    if (detail) console.error(`console: ${message}: ${detail}`);
    return unavailable(message);
  }
  console.error(`console: asking the SQL API failed: ${String(error)}`);
  return unavailable('The SQL API does not answer: try again, or with a query that reads less');
}

function refused(message: string): Refusal {
  return new Refusal(400, [{ code: CODES.invalid, message, pointer: '/query' }]);
}

function unavailable(message: string): Refusal {
  return new Refusal(503, [{ code: CODES.internal, message }], { 'retry-after': '5' });
}
