import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DATASETS } from '../../../shared/analytics/datasets.ts';
import { refusals } from '../../../shared/analytics/sql/dialect.ts';
import { describeRefusal } from '../../../shared/analytics/sql/refusal.ts';
import { foreignRequest } from '../../../shared/ip/loopback.ts';
import { type Engine, openEngine, SqlEngineError } from './engine.ts';
import { engineSql, type Format } from './engine_sql.ts';
import { readPoint } from './points.ts';
import { createSampler, seededRandom } from './sampler.ts';
import { Writer } from './writer.ts';

export interface SqlServerOptions {
  /** 0: any free port. */
  port: number;
  /** The folder of the tables. */
  data_dir: string;
  /** Keep one point of this many, as production does under load. Default: 1, which keeps all. */
  sample?: number;
  /** Seeds the choice of the kept points. Default: 1, so two runs keep the same points. */
  seed?: number;
  /** Default: chdb in `data_dir`. */
  engine?: Engine;
  /** Prints a line for the operator. Default: to standard error. */
  log?: (line: string) => void;
}

export interface SqlServer {
  port: number;
  /** Stores the points that wait, and closes the engine's files. */
  close(): Promise<void>;
}

/** Path of production's API: https://developers.cloudflare.com/analytics/analytics-engine/sql-api/ */
const SQL_PATH = /^\/client\/v4\/accounts\/[^/]+\/analytics_engine\/sql\/?$/;

/** Largest body: room for a batch of some thousand points, and far more than a query. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Time for requests in flight when the server closes. */
const GRACE_MS = 1_000;

/**
 * Serves Analytics Engine's SQL API on 127.0.0.1, over a ClickHouse engine in this process. It refuses what production
 * refuses, and answers in the same shapes. It answers only under a name of this machine, and never to a page of another site.
 *
 * `POST /ingest` takes the points that Workers write: one JSON {@link IngestedPoint} per line.
 * @throws EngineMissingError, or an error if the port is taken
 */
export async function startSqlServer(options: SqlServerOptions): Promise<SqlServer> {
  const { port, data_dir, sample = 1, seed = 1, log = (line) => console.error(line) } = options;
  const engine = options.engine ?? (await openEngine(data_dir));
  for (const { table } of Object.values(DATASETS)) await engine.createTable(table);
  const writer = new Writer(engine, log);
  const keeps = createSampler(sample, seededRandom(seed));
  const said = new Set<string>();

  function ingest(body: string): { accepted: number; dropped: number } {
    const lines = body.split('\n').filter((line) => line.trim() !== '');
    let dropped = 0;
    for (const line of lines) {
      const point = readPoint(line);
      if (typeof point === 'string') {
        dropped++;
        if (!said.has(point))
          log(`analytics: a point was dropped, as production would drop it: ${point} (said once)`);
        said.add(point);
      } else if (keeps(`${point.dataset}\n${point.indexes[0] ?? ''}`)) writer.add(point, sample);
    }
    return { accepted: lines.length - dropped, dropped };
  }

  async function query(sql: string): Promise<Answer> {
    const refused = refusals(sql);
    if (refused.length > 0) return text(422, refused.map(describeRefusal).join('\n'));
    await writer.flush();
    const { sql: adapted, format } = engineSql(sql);
    try {
      return shaped(await engine.query(adapted, format), format);
    } catch (error) {
      if (error instanceof SqlEngineError) return text(422, error.message);
      throw error;
    }
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const foreign = foreignRequest((name) => String(request.headers[name] ?? ''));
    if (foreign !== undefined) return text(403, foreign);
    const url = new URL(request.url ?? '/', 'http://local');
    if (url.pathname === '/ingest' && request.method === 'POST') return json(ingest(await read(request)));
    if (!SQL_PATH.test(url.pathname))
      return text(404, 'no such path: POST /client/v4/accounts/…/analytics_engine/sql');
    if (request.method === 'GET') return query(url.searchParams.get('query') ?? '');
    if (request.method === 'POST') return query(await read(request));
    return text(405, 'send GET or POST');
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (result) => send(response, result),
      (error: unknown) => {
        if (error instanceof TooLarge) {
          // The rest of the body is not read, so the connection cannot be used again.
          response.setHeader('connection', 'close');
          return send(response, text(413, error.message));
        }
        log(`analytics: ${error instanceof Error ? error.message : String(error)}`);
        send(response, text(500, 'internal error'));
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    engine.close();
    throw error;
  });

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
      });
      await writer.flush();
      engine.close();
    },
  };
}

interface Answer {
  status: number;
  type: string;
  body: string;
}

function text(status: number, message: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: message };
}

function json(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

/** Production has no statistics, and no type that says how a text is stored. */
function shaped(body: string, format: Format): Answer {
  if (format === 'JSONEachRow') return { status: 200, type: 'application/x-ndjson', body };
  if (format === 'TabSeparated')
    return { status: 200, type: 'text/tab-separated-values; charset=utf-8', body };
  const {
    statistics: _,
    meta,
    ...result
  } = JSON.parse(body) as {
    statistics: unknown;
    meta: { name: string; type: string }[];
  };
  const plain = meta.map(({ name, type }) => ({
    name,
    type: type.replace(/^LowCardinality\((.*)\)$/, '$1'),
  }));
  return json({ meta: plain, ...result });
}

class TooLarge extends Error {}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new TooLarge(`the body has more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
