import { mkdirSync } from 'node:fs';
import { inRoot } from '../../project/root.ts';
import type { Format } from './engine_sql.ts';
import { strangerIn } from './syntax_tree.ts';

/** The database behind the local SQL API. */
export interface Engine {
  /** Creates a dataset's table unless it exists. The name is letters, digits and underscores. */
  createTable(dataset: string): Promise<void>;
  /** @param lines one JSON object per line */
  insert(dataset: string, lines: string): Promise<void>;
  /**
   * Answers one query. Whatever its text, it can read the tables of datasets and nothing else.
   * @throws SqlEngineError with the engine's message, or with the part of the query that is refused
   */
  query(sql: string, format: Format): Promise<string>;
  close(): void;
}

/** The engine's message about a query that it cannot run, without version and stack. */
export class SqlEngineError extends Error {
  override readonly name = 'SqlEngineError';
}

/** The optional dependency is not installed, or does not exist for this platform. The message is for the operator. */
export class EngineMissingError extends Error {
  override readonly name = 'EngineMissingError';
}

const NUMBERS = Array.from({ length: 20 }, (_, index) => index + 1);

/**
 * The columns of production, which keeps rows for three months. `LowCardinality` keeps each text of a part once, which halves the
 * files. A part with more than 8192 different texts keeps the others as they are.
 */
const COLUMNS = [
  'timestamp DateTime',
  'dataset LowCardinality(String)',
  'index1 LowCardinality(String)',
  ...NUMBERS.map((n) => `blob${n} LowCardinality(String)`),
  ...NUMBERS.map((n) => `double${n} Float64`),
  '_sample_interval UInt32',
].join(', ');

/** The part of chdb that is used: https://github.com/chdb-io/chdb-node */
interface Session {
  queryAsync(sql: string, options: { format: string }): Promise<{ text(): string }>;
  /** With parameters: `{name:String}`. */
  queryBindAsync(sql: string, params: object, options: { format: string }): Promise<{ text(): string }>;
  insert(params: { table: string; values: string; format: 'JSONEachRow' }): Promise<unknown>;
  close(): void;
}

/**
 * Opens ClickHouse inside this process, with its files in `data_dir`. Queries run outside the event loop. Loading the library
 * blocks it for a second or two.
 *
 * The engine does not rely on the checks of the SQL API (`refusals`). It has walls of its own:
 *
 * - Its one user has no right beyond the tables of the datasets (engine.xml): files, URLs and other sources are closed.
 * - Queries have a connection that only reads, and whose limits a query cannot change.
 * - The engine's own parser lists the parts of a query first. A part that is not on our list is refused. That covers what no
 *   right covers: the function `file`, `INTO OUTFILE` and the engine's system tables.
 *
 * @throws EngineMissingError if chdb is not installed
 */
export async function openEngine(data_dir: string): Promise<Engine> {
  mkdirSync(data_dir, { recursive: true });
  const writer = await openSession(data_dir, SETTINGS);
  return {
    async createTable(dataset) {
      // All queries read a span of time, most of them of one load balancer, and group by it. By `index1` first, its rows stand together.
      await writer.queryAsync(
        `CREATE TABLE IF NOT EXISTS ${dataset} (${COLUMNS}) ENGINE = MergeTree
         PARTITION BY toYYYYMM(timestamp) ORDER BY (index1, timestamp) TTL timestamp + INTERVAL 3 MONTH`,
        { format: 'TabSeparated' },
      );
    },
    async insert(dataset, lines) {
      await writer.insert({ table: dataset, values: lines, format: 'JSONEachRow' });
    },
    async query(sql, format) {
      // After a query that failed half-way, a connection gives the first half to the next query. So each query has its own.
      const reader = await openSession(data_dir, READER);
      try {
        const parsed = await parsedBy(reader, sql);
        return (await reader.queryAsync(parsed, { format })).text();
      } catch (error) {
        if (error instanceof SqlEngineError) throw error;
        throw new SqlEngineError(plain(error instanceof Error ? error.message : String(error)));
      } finally {
        reader.close();
      }
    },
    close: () => writer.close(),
  };
}

/**
 * Lets the engine print a query as it understands it: one statement without comments. Exactly this text is checked, and run.
 * @throws SqlEngineError if it is more than a query of datasets
 */
async function parsedBy(reader: Session, sql: string): Promise<string> {
  const parsed = await reader.queryBindAsync(
    'SELECT formatQuerySingleLine({query:String})',
    { query: sql },
    { format: 'TSVRaw' },
  );
  const text = parsed.text().trim();
  if (!/^(?:SELECT|SHOW TABLES)\b/.test(text)) throw refused(text.slice(0, 60));
  const tree = (await reader.queryAsync(`EXPLAIN AST ${text}`, { format: 'TabSeparated' })).text();
  const stranger = strangerIn(tree);
  if (stranger !== undefined) throw refused(stranger);
  return text;
}

function refused(what: string): SqlEngineError {
  return new SqlEngineError(
    `the local engine does not run \`${what}\`: a query can read datasets by the functions in docs/sql.md`,
  );
}

async function openSession(data_dir: string, settings: readonly string[]): Promise<Session> {
  let chdb: { Session: new (path: string, options: { connectionArgs: string[] }) => Session };
  try {
    chdb = await import('chdb');
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new EngineMissingError(
      `the local SQL engine is not installed: run \`npm install chdb\` (Linux with glibc, or macOS; ${reason})`,
    );
  }
  try {
    return new chdb.Session(data_dir, { connectionArgs: [...settings] });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${data_dir} cannot be opened: is another local SQL API using it? (${reason})`);
  }
}

const RIGHTS = inRoot('tools', 'local', 'sql', 'engine.xml');

const SETTINGS = [
  `--config-file=${RIGHTS}`,
  `--users_config=${RIGHTS}`,
  // Production answers in UTC, and writes 64-bit integers as strings.
  '--session_timezone=UTC',
  '--output_format_json_quote_64bit_integers=1',
] as const;

/**
 * Arguments of the connection for queries. They keep a query from taking over the machine. The whole answer is in memory
 * three times on its way.
 */
export const READER: readonly string[] = [
  ...SETTINGS,
  '--readonly=1',
  '--max_memory_usage=1000000000',
  '--max_execution_time=30',
  '--max_result_rows=1000000',
  '--max_result_bytes=200000000',
  // Tables of quantiles then stay in the processor's cache: a quarter less time for 5 million rows on two cores.
  '--max_block_size=8192',
  // Groups beyond this go to the disk, so that a query with millions of them is slow and does not fail.
  '--max_bytes_before_external_group_by=500000000',
];

/** `Code: 47. DB::Exception: Unknown … (UNKNOWN_IDENTIFIER)` -> `Unknown … (UNKNOWN_IDENTIFIER)` */
function plain(message: string): string {
  return (
    message
      .replace(/^Code: \d+\. DB::Exception: /, '')
      .replace(/ \((?:version|official)[\s\S]*$/, '')
      // The scope is our own query, which the user did not write.
      .replace(/:? In scope SELECT formatQuerySingleLine[\s\S]*$/, '')
      .trim()
  );
}
