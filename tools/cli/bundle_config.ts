import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { toDocument } from '../../shared/authoring/document.ts';
import type { Profile } from '../../shared/authoring/normalise.ts';
import { CliError } from '../project/cli_error.ts';
import { formatProblems } from '../project/format_problems.ts';
import { loadConfig } from '../project/load_config.ts';
import { DEFAULT_CONFIG_FILE, inRoot } from '../project/root.ts';

/** What every `wrangler.*.toml` that needs it calls `bundled-config`. */
export const BUNDLED_CONFIG_FILE = inRoot('.plimsoll', 'bundled-config.json');

/** Not the time of the build: equal configurations must give equal bundles. */
const BUNDLED_AT = '1970-01-01T00:00:00.000Z';

/**
 * `lb bundle-config`: writes {@link BUNDLED_CONFIG_FILE} from plimsoll.jsonc, or from $PLIMSOLL_CONFIG;
 * $PLIMSOLL_PROFILE is `local` under `npm start`.
 */
export function bundleConfigCommand(): Command {
  return new Command('bundle-config').action(async () => {
    const profile = process.env['PLIMSOLL_PROFILE'] === 'local' ? 'local' : 'production';
    await bundleConfig(process.env['PLIMSOLL_CONFIG'] || DEFAULT_CONFIG_FILE, profile, BUNDLED_CONFIG_FILE);
  });
}

/**
 * Writes the document that a build bundles. Its version is 0: whatever is published is newer.
 * @throws CliError if the configuration is not valid; `output` is left alone then
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
 * Several builds run this at once, and watch the file: it is replaced as a whole, and left alone when it
 * already says the same, for a rewrite would make every one of them build again.
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
