import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot } from '../../../../tools/project/root.ts';

/** Whether the optional engine is installed for this platform. */
export function hasEngine(): boolean {
  const library = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  try {
    createRequire(createRequire(import.meta.url).resolve('chdb')).resolve(library);
    return true;
  } catch {
    console.warn('skipped: needs chdb');
    return false;
  }
}

export interface SqlProcess {
  url: string;
  data_dir: string;
  ingest(lines: readonly string[]): Promise<void>;
  /** Ends it with SIGTERM. @returns Its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the local SQL API as `npm start` does, on a free port. */
export async function startProcess(args: string[] = [], kept_dir?: string): Promise<SqlProcess> {
  const data_dir = kept_dir ?? (await mkdtemp(join(tmpdir(), 'plimsoll-sql-')));
  const child = spawn(
    process.execPath,
    [inRoot('tools', 'local', 'sql', 'main.ts'), '--port', '0', '--data', data_dir, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = await readyUrl(child);
  return {
    url,
    data_dir,
    async ingest(lines) {
      const answer = await fetch(`${url}/ingest`, { method: 'POST', body: lines.join('\n') });
      const { accepted } = (await answer.json()) as { accepted: number };
      if (accepted !== lines.length) throw new Error(`${accepted} of ${lines.length} points accepted`);
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', (code) => resolve(code));
        child.kill('SIGTERM');
      }),
  };
}

/** Removes what a process has stored. */
export async function removeData({ data_dir }: SqlProcess): Promise<void> {
  await rm(data_dir, { recursive: true, force: true });
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      const url = /^sql ready on (\S+)$/m.exec(said)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the SQL API ended with ${code} before it was ready`)));
  });
}
