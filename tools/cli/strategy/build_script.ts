import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { CliError } from '../../project/cli_error.ts';
import { inRoot } from '../../project/root.ts';

/** The folder that scripts import as `plimsoll/…`, wherever they are kept. */
const ALIAS = inRoot('shared', 'strategies');

/**
 * Type-checks a script with the strict options of this repository. Only the language is known and no platform, so
 * `fetch` and `process` are unknown names.
 * @returns the compiler's errors; empty if there are none
 */
export async function typeErrors(file: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  try {
    const project = join(folder, 'tsconfig.json');
    await writeFile(
      project,
      JSON.stringify({
        extends: inRoot('tsconfig.json'),
        compilerOptions: { types: [], paths: { 'plimsoll/*': [`${ALIAS}/*`] } },
        files: [resolve(file)],
        include: [],
      }),
    );
    const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
    const child = spawn(process.execPath, [tsc, '-p', project, '--pretty', 'false'], { stdio: 'pipe' });
    const ended = new Promise<number | null>((done, failed) => {
      child.once('error', failed);
      child.once('close', done);
    });
    const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return code === 0 ? '' : `${out}${err}`.trim() || `the compiler ended with code ${code}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Bundles a script and its imports into one ES module. The same sources give the same bundle.
 * @throws CliError with the bundler's message, for example about an import that it cannot find
 */
export async function bundleScript(file: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [resolve(file)],
      bundle: true,
      write: false,
      format: 'esm',
      // Without a platform, modules of Node.js and of Cloudflare cannot be imported.
      platform: 'neutral',
      target: 'es2024',
      minify: true,
      charset: 'utf8',
      legalComments: 'none',
      alias: { plimsoll: ALIAS },
      logLevel: 'silent',
    });
    return outputFiles[0]?.text ?? '';
  } catch (error) {
    throw new CliError(
      `${file} cannot be bundled: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
