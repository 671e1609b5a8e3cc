import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder outside the repository. It is removed after the tests of the file that asked for it. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  folders.push(folder);
  return folder;
}

/** Writes a file into a new folder. @returns its path */
export function fileWith(content: string, name = 'plimsoll.jsonc'): string {
  const file = join(newFolder(), name);
  writeFileSync(file, content);
  return file;
}
