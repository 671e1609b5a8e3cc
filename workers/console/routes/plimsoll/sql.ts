import * as v from 'valibot';
import { type Answer, askAll } from '../../../../shared/analytics/sql/ask.ts';
import { refusals } from '../../../../shared/analytics/sql/dialect.ts';
import { bindSince, DEFAULT_SINCE } from '../../../../shared/analytics/sql/since.ts';
import { SqlError as SyntaxProblem } from '../../../../shared/analytics/sql/tokens.ts';
import type { SqlResult } from '../../../../shared/contracts/sql.ts';
import { CODES, Refusal } from '../../refusal.ts';
import { SqlError, sendSql } from '../../signals/ask_sql.ts';
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
  since: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,5}[smhd]$/, 'a time span such as "90s", "15m", "1h" or "7d"')),
  ),
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

/** @throws {Refusal} 400 for a query that production would refuse, with its line and column; or if nothing answers */
async function ask({ env, body }: Call): Promise<Reply> {
  const { query, since = DEFAULT_SINCE } = body as v.InferOutput<typeof SqlBody>;
  const signal = AbortSignal.timeout(SQL_MS);
  try {
    const { sql } = bindSince(query, since);
    const [first] = refusals(sql);
    if (first !== undefined)
      throw refused(`line ${first.line}, column ${first.column}: ${first.message}; ${first.fix}`);
    const [newest, ...older] = await askAll((one) => sendSql(env, one, signal, fetch), sql);
    return { result: { ...resultOf(newest), older: older.map(resultOf) } };
  } catch (error) {
    if (error instanceof SyntaxProblem) throw refused(error.message);
    if (error instanceof Refusal) throw error;
    if (!(error instanceof SqlError)) throw silent(error);
    throw refused(typeof error.cause === 'string' ? `${error.message}: ${error.cause}` : error.message);
  }
}

/** @throws {Refusal} 400 if the query asked for another format than JSON */
function resultOf({ table = null, body }: { table?: string | null; body: Answer['body'] }): SqlResult {
  const { meta, data } = parsed(body);
  if (!Array.isArray(data))
    throw refused('the SQL API returned no rows; they come as JSON only, so leave FORMAT out of the query');
  return { table, columns: meta ?? [], rows: data };
}

function parsed(body: string): { meta?: SqlResult['columns']; data?: SqlResult['rows'] } {
  try {
    return (JSON.parse(body) ?? {}) as { meta?: SqlResult['columns']; data?: SqlResult['rows'] };
  } catch {
    return {};
  }
}

/** The SQL API cannot be reached, or takes too long. */
function silent(error: unknown): Refusal {
  console.error(`console: asking the SQL API failed: ${String(error)}`);
  const message = 'The SQL API does not answer: try again, or with a query that reads less';
  return new Refusal(503, [{ code: CODES.internal, message }], { 'retry-after': '5' });
}

function refused(message: string): Refusal {
  return new Refusal(400, [{ code: CODES.invalid, message, pointer: '/query' }]);
}
