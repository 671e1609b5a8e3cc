import { loadavg } from 'node:os';
import { CHROMIUM } from '../project/chromium.ts';
import { CliError } from '../project/cli_error.ts';
import { benchQueries } from './page/queries.ts';
import { startPageSystem } from './page/system.ts';
import { measureViews, type ViewFigures } from './page/views.ts';

export interface PageBenchOptions {
  /** Rows of `traffic`. */
  rows: number;
  pools: number;
  /** Of all pools together. */
  origins: number;
  /** Times that each query is asked. */
  runs: number;
}

/** The times of one query through the console. */
export interface QueryFigures {
  name: string;
  range: string;
  /** Each run, in order. Empty: it failed. */
  times_ms: readonly number[];
  /** Why it failed. */
  problem?: string;
}

export interface PageBenchResult {
  options: PageBenchOptions;
  health_rows: number;
  views: readonly ViewFigures[];
  queries: readonly QueryFigures[];
  /** Average of running processes of the machine in the last minute, this benchmark included. */
  load: number;
}

/** The shortest and the longest range of the page. */
const RANGES = ['15m', '90d'] as const;
/** The console gives up after 20 s, and the engine after 30 s. Until then it works on a query that nobody waits for. */
const ABANDONED_MS = 12_000;
/** One row of `health` for this many of `traffic`. */
const HEALTH_ONE_IN = 10;

/**
 * Measures the page of the console over a large account, and its queries.
 * @throws CliError without Chromium
 */
export async function benchPage(
  options: PageBenchOptions,
  say: (line: string) => void,
): Promise<PageBenchResult> {
  if (CHROMIUM === undefined) throw new CliError('install chromium: the views are measured in it');
  const health_rows = Math.ceil(options.rows / HEALTH_ONE_IN);
  // Processes that it starts end with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  say(`filling ${options.rows} rows …`);
  const system = await startPageSystem(
    { traffic: options.rows, health: health_rows, pools: options.pools },
    options.origins,
  );
  try {
    say('measuring the queries …');
    const queries: QueryFigures[] = [];
    for (const { name, range, body } of benchQueries(RANGES, 'host-3.example.com')) {
      const kind = `${name} ${range}`;
      try {
        // The first one reads the files into memory.
        for (let run = 0; run <= options.runs; run++)
          await system.client.call(kind, 'POST', '/api/sql', body);
        queries.push({ name, range, times_ms: system.client.times(kind).slice(1) });
      } catch (error) {
        queries.push({ name, range, times_ms: [], problem: (error as Error).message.slice(0, 300) });
        await new Promise((resolve) => setTimeout(resolve, ABANDONED_MS));
      }
    }
    say('measuring the views …');
    const base = `http://localhost:${system.port}`;
    const views = await measureViews(base, RANGES, CHROMIUM);
    return { options, health_rows, views, queries, load: loadavg()[0] ?? 0 };
  } finally {
    await system.stop();
  }
}
