import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { toDocument } from '../../shared/authoring/document.ts';
import type { Profile } from '../../shared/authoring/normalise.ts';
import { CliError } from '../project/cli_error.ts';
import { formatProblems } from '../project/format_problems.ts';
import { loadConfig } from '../project/load_config.ts';
import { DEFAULT_CONFIG_FILE, inRoot } from '../project/root.ts';

/** The file to which `wrangler.*.toml` files alias `bundled-config`. */
export const BUNDLED_CONFIG_FILE = inRoot('.plimsoll', 'bundled-config.json');

/** A fixed time, because equal configurations must give equal bundles. */
const BUNDLED_AT = '1970-01-01T00:00:00.000Z';

/**
 * `lb bundle-config`: writes {@link BUNDLED_CONFIG_FILE} from plimsoll.jsonc or from the file in $PLIMSOLL_CONFIG.
 * `npm start` sets $PLIMSOLL_PROFILE to `local`.
 */
export function bundleConfigCommand(): Command {
  return new Command('bundle-config')
    .description(
      'Write the configuration that a build bundles: plimsoll.jsonc, or the file in PLIMSOLL_CONFIG.',
    )
    .action(async () => {
      const profile = process.env['PLIMSOLL_PROFILE'] === 'local' ? 'local' : 'production';
      await bundleConfig(process.env['PLIMSOLL_CONFIG'] || DEFAULT_CONFIG_FILE, profile, BUNDLED_CONFIG_FILE);
    });
}

/**
 * Writes the document that a build bundles. Its version is 0, so every published version is newer.
 * @throws CliError if the configuration is not valid; `output` does not change then
 */
export async function bundleConfig(file: string, profile: Profile, output: string): Promise<void> {
  const loaded = loadConfig(file, profile);
  if (loaded.config === undefined) {
    const errors = loaded.problems.filter(({ severity }) => severity === 'error');
    throw new CliError([`cannot bundle ${file}`, ...formatProblems({ file, problems: errors })].join('\n'));
  }
  writeIfChanged(output, JSON.stringify(await toDocument(loaded.config, 0, BUNDLED_AT)));
}

/**
 * Replaces the file in one step, and only if its content changes. Several builds run this at the same time and watch the
 * file; each of them would build again after a rewrite.
 */
function writeIfChanged(file: string, content: string): void {
  if (existing(file) === content) return;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

function existing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
