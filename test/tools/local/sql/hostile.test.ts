import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { refusals } from '../../../../shared/analytics/sql/dialect.ts';
import { FUNCTIONS } from '../../../../shared/analytics/sql/functions.ts';
import { KEYWORDS } from '../../../../shared/analytics/sql/keywords.ts';
import { engineName, engineSql } from '../../../../tools/local/sql/engine_sql.ts';
import { hostileQuery, type Targets } from './hostile_queries.ts';
import { hasEngine, type SqlProcess, startProcess } from './process.ts';

const SECRET = 'c2VjcmV0-of-the-file';
const PLACES: Targets = { secret_file: '/tmp/secret', output_file: '/tmp/out', url: 'http://127.0.0.1:9/' };

const CALLABLE: ReadonlySet<string> = new Set([...FUNCTIONS.values()].map(engineName));

/** The words of a query outside strings and quoted names, found without the project's own lexer. */
function bareWords(sql: string): { word: string; called: boolean }[] {
  const bare = sql.replace(/'(?:[^'\\]|\\[\s\S]|'')*'|`(?:[^`\\]|\\[\s\S])*`/g, ' ');
  expect(bare).not.toMatch(/['"`#\\$;[\]{}]|--|\/\*|::/);
  return [...bare.matchAll(/([^\s\d(),.;+*/%=!<>-][^\s(),.;+*/%=!<>-]*)\s*(\()?/g)].map(
    ([, word = '', call]) => ({
      word,
      called: call !== undefined,
    }),
  );
}

describe('what the SQL API lets through to the engine', () => {
  it('has no bare words but keywords of the grammar and functions of the reference', () => {
    let passed = 0;
    fc.assert(
      fc.property(hostileQuery(PLACES), (sql) => {
        if (refusals(sql).length > 0) return;
        passed++;
        for (const { word, called } of bareWords(engineSql(sql).sql))
          expect(KEYWORDS.has(word.toUpperCase()) || (called && CALLABLE.has(word))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    // Some must pass, or nothing was looked at: SELECT '…' and the like.
    expect(passed).toBeGreaterThan(25);
  }, 60_000);
});

describe.skipIf(!hasEngine())('the real engine', () => {
  let folder: string;
  let targets: Targets;
  let calls = 0;
  const canary = createServer((_, response) => {
    calls++;
    response.end(SECRET);
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-hostile-'));
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const { port } = canary.address() as AddressInfo;
    targets = {
      secret_file: join(folder, 'secret'),
      output_file: join(folder, 'out'),
      url: `http://127.0.0.1:${port}/`,
    };
    writeFileSync(targets.secret_file, `${SECRET}\n`);
  });
  afterAll(async () => {
    canary.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Asks each hostile query. Nothing may be read, written or called. @returns how many were answered */
  async function attack(ask: (sql: string) => Promise<{ text?: string }>, cases: number): Promise<number> {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(hostileQuery(targets), async (sql) => {
        const { text } = await ask(sql);
        if (text === undefined) return;
        answered++;
        expect(text).not.toContain(SECRET);
      }),
      { numRuns: cases, interruptAfterTimeLimit: 60_000 },
    );
    expect(existsSync(targets.output_file)).toBe(false);
    expect(calls).toBe(0);
    return answered;
  }

  it('reads no file, writes none and calls nobody, with the SQL API before it', async () => {
    const sql: SqlProcess = await startProcess([], join(folder, 'data'));
    try {
      await attack(async (query) => {
        const url = `${sql.url}/client/v4/accounts/a/analytics_engine/sql`;
        const answer = await fetch(url, { method: 'POST', body: query });
        const text = await answer.text();
        expect([200, 422]).toContain(answer.status);
        return answer.ok ? { text } : {};
      }, 300);
    } finally {
      expect(await sql.stop()).toBe(0);
    }
  }, 120_000);

  it('reads no file, writes none and calls nobody by itself, without the SQL API', async () => {
    const engine = await startEngine(join(folder, 'bare'));
    const { secret_file, output_file, url } = targets;
    for (const [sql, error] of [
      [`SELECT file('${secret_file}')`, 'does not run `Function file'],
      [`SELECT 1 AS x INTO OUTFILE '${output_file}'`, 'does not run `SelectWithUnionQuery (children 2)`'],
      [`SELECT * FROM url('${url}', LineAsString, 'a String')`, 'does not run `Function url'],
      ['SELECT * FROM system.tables', 'does not run `TableIdentifier system.tables`'],
      ['SELECT 1 SETTINGS max_execution_time = 0', 'max_execution_time'],
      ['SELECT 1; SELECT 2', 'Multi-statements are not allowed'],
      ['SET readonly = 0', 'does not run `SET readonly = 0`'],
      ['DROP TABLE t', 'does not run `DROP TABLE t`'],
    ] as const)
      expect((await engine.ask(sql)).error, sql).toContain(error);
    expect(await engine.ask('SELECT count() AS n FROM t WHERE double1 IN (1, 2)')).toEqual({ text: '0\n' });
    await attack(engine.ask, 500);
    expect(await engine.stop()).toBe(0);
  }, 120_000);

  it('has a connection for queries that cannot write, reach outside or change its limits', async () => {
    const engine = await startEngine(join(folder, 'connection'), 'connection');
    const { secret_file, url } = targets;
    for (const [sql, error] of [
      [`SELECT * FROM file('${secret_file}', LineAsString)`, 'READ ON FILE'],
      [`SELECT * FROM url('${url}', LineAsString, 'a String')`, 'READ ON URL'],
      [`SELECT * FROM remote('127.0.0.1', system.one)`, 'READ ON REMOTE'],
      ["INSERT INTO t (index1) VALUES ('x')", 'readonly mode'],
      ['CREATE TABLE x (a String) ENGINE = Memory', 'readonly mode'],
      ['CREATE TEMPORARY TABLE x (a String)', 'readonly mode'],
      ['CREATE USER x', 'Not enough privileges'],
      ['GRANT ALL ON *.* TO default', 'Not enough privileges'],
      ['DROP TABLE t', 'DROP TABLE ON default.t'],
      ['SET readonly = 0', 'readonly mode'],
      ['SELECT 1 SETTINGS max_execution_time = 0', 'readonly mode'],
    ] as const)
      expect((await engine.ask(sql)).error, sql).toContain(error);
    const limits = ['max_execution_time', 'max_memory_usage', 'max_result_rows', 'max_result_bytes'];
    expect(await engine.ask(`SELECT ${limits.map((name) => `getSetting('${name}')`).join(', ')}`)).toEqual({
      text: '30\t1000000000\t1000000\t200000000\n',
    });
    expect(calls).toBe(0);
    expect(await engine.stop()).toBe(0);
  }, 120_000);

  it('gives nobody the rest of an answer that failed half way', async () => {
    const engine = await startEngine(join(folder, 'rows'), 'rows');
    expect((await engine.ask('SELECT intDiv(1, toUInt8(double1)) AS x FROM t')).error).toContain(
      'ision by zero',
    );
    expect(await engine.ask('SELECT 1')).toEqual({ text: '1\n' });
    expect(await engine.stop()).toBe(0);
  }, 60_000);
});

/** Starts engine_process.ts. Its questions are answered one after the other. */
async function startEngine(...args: string[]) {
  const script = fileURLToPath(new URL('./engine_process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse(decodeURIComponent((await lines.next()).value ?? '{}'));
  expect(await next()).toBe('ready');
  return {
    async ask(sql: string): Promise<{ text?: string; error?: string }> {
      child.stdin.write(`${encodeURIComponent(sql.toWellFormed())}\n`);
      return next();
    },
    stop() {
      child.stdin.end();
      return ended;
    },
  };
}
