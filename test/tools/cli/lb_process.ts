import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';

/** How a run of the real `lb` ended, and what it printed. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `lb` as its own process, without colours, and without a token that would make it act on production. */
export async function lb(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, [inRoot('tools', 'cli', 'lb.ts'), ...args], {
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', CLOUDFLARE_API_TOKEN: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder outside the repository, removed after the tests of the file that asked for it. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  folders.push(folder);
  return folder;
}

/** Writes a file into a new folder and returns its path. */
export function fileWith(content: string, name = 'plimsoll.jsonc'): string {
  const file = join(newFolder(), name);
  writeFileSync(file, content);
  return file;
}
