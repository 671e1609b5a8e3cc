import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../project/root.ts';

const NOT_COPIED = /(^|\/)(node_modules|\.git|\.plimsoll|\.wrangler|dist)(\/|$)/;

/**
 * Copies the repository to a new folder. A test may edit files there, and run `npm start` beside a developer's own.
 * @returns absolute path of the copy
 */
export function copyRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-copy-'));
  cpSync(ROOT, folder, { recursive: true, filter: (path) => !NOT_COPIED.test(relative(ROOT, path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Removes a copy. Processes that have just ended there may still write for a moment. */
export function removeCopy(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}
