import { mkdirSync } from 'node:fs';
import { CliError } from '../project/cli_error.ts';
import { inRoot } from '../project/root.ts';
import { runWrangler, type WranglerResult } from '../project/wrangler.ts';

/** Title of the namespace that holds the configuration and the health document. */
export const KV_TITLE = 'plimsoll';

/** Runs wrangler. */
export type Run = (args: readonly string[]) => Promise<WranglerResult>;

/** Runs wrangler in a folder without a wrangler configuration, so that only the account counts. */
function runInEmptyFolder(args: readonly string[]): Promise<WranglerResult> {
  const cwd = inRoot('.plimsoll', 'deploy');
  mkdirSync(cwd, { recursive: true });
  return runWrangler(args, { cwd });
}

/**
 * The id of the KV namespace titled {@link KV_TITLE}.
 * @returns undefined if the account has none
 * @throws CliError with wrangler's output if the account cannot be asked
 */
export async function findKvNamespace(run: Run = runInEmptyFolder): Promise<string | undefined> {
  const result = await run(['kv', 'namespace', 'list']);
  const start = result.stdout.indexOf('[');
  if (result.code !== 0 || start < 0) throw refused('list the KV namespaces', result);
  const namespaces = JSON.parse(result.stdout.slice(start)) as Array<{ id: string; title: string }>;
  return namespaces.find(({ title }) => title === KV_TITLE)?.id;
}

/**
 * Creates the namespace titled {@link KV_TITLE}.
 * @returns its id
 * @throws CliError with wrangler's output if it was not created
 */
export async function createKvNamespace(run: Run = runInEmptyFolder): Promise<string> {
  const result = await run(['kv', 'namespace', 'create', KV_TITLE]);
  // wrangler prints a snippet of configuration, in JSON or TOML.
  const id = /"?\bid"?\s*[:=]\s*"([^"]+)"/.exec(result.stdout)?.[1];
  if (result.code !== 0 || id === undefined) throw refused(`create the KV namespace "${KV_TITLE}"`, result);
  return id;
}

function refused(what: string, { stdout, stderr }: WranglerResult): CliError {
  return new CliError(`wrangler could not ${what}:\n${`${stdout}${stderr}`.trim()}`);
}
