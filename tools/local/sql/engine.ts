import { mkdirSync } from 'node:fs';
import type { Format } from './engine_sql.ts';

/** The database behind the local SQL API. */
export interface Engine {
  /** Creates a dataset's table unless it exists. The name is letters, digits and underscores. */
  createTable(dataset: string): Promise<void>;
  /** @param lines One JSON object a line. */
  insert(dataset: string, lines: string): Promise<void>;
  /** @throws SqlEngineError with the engine's message. */
  query(sql: string, format: Format): Promise<string>;
  close(): void;
}

/** What the engine says to a query it cannot run, without its version and stack. */
export class SqlEngineError extends Error {
  override readonly name = 'SqlEngineError';
}

/** The optional dependency is not installed, or not for this platform. The message is for the operator. */
export class EngineMissingError extends Error {
  override readonly name = 'EngineMissingError';
}

const NUMBERS = Array.from({ length: 20 }, (_, index) => index + 1);

/** As in production, kept for three months. */
const COLUMNS = [
  'timestamp DateTime',
  'dataset LowCardinality(String)',
  'index1 String',
  ...NUMBERS.map((n) => `blob${n} String`),
  ...NUMBERS.map((n) => `double${n} Float64`),
  '_sample_interval UInt32',
].join(', ');

/** The part of chdb that is used: https://github.com/chdb-io/chdb-node */
interface Session {
  queryAsync(sql: string, options: { format: string }): Promise<{ text(): string }>;
  insert(params: { table: string; values: string; format: 'JSONEachRow' }): Promise<unknown>;
  close(): void;
}

/**
 * Opens ClickHouse inside this process, with its files in `data_dir`. Queries run beside the event loop; loading
 * the library (a second or two) does not.
 * @throws EngineMissingError when chdb is not there.
 */
export async function openEngine(data_dir: string): Promise<Engine> {
  mkdirSync(data_dir, { recursive: true });
  const session = await openSession(data_dir);
  return {
    async createTable(dataset) {
      await session.queryAsync(
        `CREATE TABLE IF NOT EXISTS ${dataset} (${COLUMNS}) ENGINE = MergeTree
         PARTITION BY toYYYYMM(timestamp) ORDER BY (timestamp, index1) TTL timestamp + INTERVAL 3 MONTH`,
        { format: 'TabSeparated' },
      );
    },
    async insert(dataset, lines) {
      await session.insert({ table: dataset, values: lines, format: 'JSONEachRow' });
    },
    async query(sql, format) {
      try {
        return (await session.queryAsync(sql, { format })).text();
      } catch (error) {
        throw new SqlEngineError(plain(error instanceof Error ? error.message : String(error)));
      }
    },
    close: () => session.close(),
  };
}

async function openSession(data_dir: string): Promise<Session> {
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
    return new chdb.Session(data_dir, { connectionArgs: [...SETTINGS] });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${data_dir} cannot be opened: is another local SQL API using it? (${reason})`);
  }
}

const SETTINGS = [
  // Production answers in UTC, and writes 64-bit integers as strings.
  '--session_timezone=UTC',
  '--output_format_json_quote_64bit_integers=1',
  // A query of a user must not take the machine.
  '--max_memory_usage=1000000000',
  '--max_execution_time=30',
] as const;

/** `Code: 47. DB::Exception: Unknown … (UNKNOWN_IDENTIFIER)` -> what is wrong. */
function plain(message: string): string {
  return message
    .replace(/^Code: \d+\. DB::Exception: /, '')
    .replace(/ \((?:version|official)[\s\S]*$/, '')
    .trim();
}
