import * as v from 'valibot';
import { HttpError } from '../../../../shared/errors.ts';
import { readDocuments } from '../../documents.ts';
import type { Env } from '../../env.ts';
import { probe } from '../../probe.ts';
import { CODES, Refusal } from '../../refusal.ts';
import { askSql, SqlError } from '../../signals/ask_sql.ts';
import { readSignals } from '../../signals/read_signals.ts';
import { type Status, status } from '../../status.ts';
import type { Route } from '../route.ts';
import { ProbeBody, SqlBody } from './schemas.ts';

/** A query that takes longer is cancelled, so that it does not hold a connection. */
const SQL_MS = 20_000;

/** What is happening now: states, traffic and probes. */
export const STATUS_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/status',
    scope: 'read',
    tag: 'operation',
    summary: 'Shows every load balancer, pool and origin with its state and its recent traffic.',
    result: v.looseObject({
      generated_at: v.string(),
      balancers: v.array(v.looseObject({ id: v.string() })),
    }),
    handle: async ({ env, now }) => ({ result: await readStatus(env, now) }),
  },
  {
    method: 'POST',
    path: '/api/probe',
    scope: 'operate',
    tag: 'operation',
    summary: 'Probes an origin once, without consequences.',
    body: ProbeBody,
    body_size: 'large',
    result: v.object({ origin: v.string(), results: v.array(v.looseObject({})) }),
    handle: async ({ env, body }) => ({ result: await probe(body, env.HEALTH) }),
  },
  {
    method: 'POST',
    path: '/api/sql',
    scope: 'read',
    tag: 'traffic',
    summary: 'Asks SQL over the data points, in the dialect of Analytics Engine (docs/sql.md).',
    body: SqlBody,
    result: v.object({ rows: v.array(v.record(v.string(), v.unknown())) }),
    async handle({ env, body }) {
      const { query } = body as v.InferOutput<typeof SqlBody>;
      try {
        return { result: { rows: await askSql(env, query, AbortSignal.timeout(SQL_MS), fetch) } };
      } catch (error) {
        if (!(error instanceof SqlError)) throw unanswered(error);
        const why = typeof error.cause === 'string' ? `${error.message}: ${error.cause}` : error.message;
        throw new Refusal(400, [{ code: CODES.invalid, message: why, pointer: '/query' }]);
      }
    },
  },
];

/** The reason goes to the log, because it names addresses. */
function unanswered(cause: unknown): HttpError {
  console.error(`console: asking the SQL API failed: ${String(cause)}`);
  const message = 'The SQL API does not answer: try again, or with a query that reads less';
  return new HttpError(503, message, { headers: { 'retry-after': '5' }, cause });
}

/** The status with what KV, the coordinator and data points say now. @param now milliseconds since the epoch */
export async function readStatus(env: Env, now: number): Promise<Status> {
  const [{ config, health }, signals] = await Promise.all([
    readDocuments(env.KV, env.OPERATOR),
    readSignals(env, now, fetch),
  ]);
  return status(config, health, now, signals);
}
