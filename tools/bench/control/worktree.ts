import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../../project/cli_error.ts';
import { inRoot, ROOT } from '../../project/root.ts';

/**
 * Checks out a revision in a folder of its own, with the libraries of this one, and removes the folder afterwards.
 * @param use receives the root of the checkout
 * @throws CliError if git does not know the revision
 */
export async function withWorktree<T>(revision: string, use: (root: string) => Promise<T>): Promise<T> {
  const commit = commitOf(revision);
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-worktree-'));
  const libraries = join(root, 'node_modules');
  try {
    git('worktree', 'add', '--detach', root, commit);
    symlinkSync(inRoot('node_modules'), libraries);
    return await use(root);
  } finally {
    rmSync(libraries, { force: true });
    rmSync(root, { recursive: true, force: true });
    git('worktree', 'prune');
  }
}

function commitOf(revision: string): string {
  try {
    return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`).trim();
  } catch {
    throw new CliError(
      `git knows no revision "${revision}" here; fetch it, choose another one with --rev, or leave it out with --no-rev`,
    );
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
}
