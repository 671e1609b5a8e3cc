import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { CliError } from '../../project/cli_error.ts';
import { readText } from '../../project/read_text.ts';
import { writeText } from '../../project/write_text.ts';
import type { HistoryApi } from '../console/history_api.ts';

/** Versions among which a file is looked for before it is overwritten. */
const KNOWN = 1_000;

/**
 * Writes the newest version to a file.
 * @param force overwrites a file even if its content is none of the newest versions
 * @returns the version, and whether the file was another one
 * @throws CliError if nothing is published, or if the file has changes that were never published
 */
export async function pull(
  api: Pick<HistoryApi, 'head' | 'versions'>,
  file: string,
  force: boolean,
): Promise<{ version: number; changed: boolean }> {
  const { version, source } = await api.head();
  if (version === null)
    throw new CliError('nothing is published yet; `lb publish FILE` publishes a configuration');
  if (hashOf(source) !== version.source_hash)
    throw new CliError(
      'the console masked secrets in the configuration, because only the scope admin sees them; use a token with it',
    );
  if (existsSync(file)) {
    const before = readText(file, 'configuration file');
    if (before === source) return { version: version.version, changed: false };
    const known = async () =>
      (await api.versions(KNOWN)).some(({ source_hash }) => source_hash === hashOf(before));
    if (!force && !(await known()))
      throw new CliError(
        `${file} has changes that are in no version; publish them, name another file, or overwrite them with --force`,
      );
  }
  writeText(file, source);
  return { version: version.version, changed: true };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
