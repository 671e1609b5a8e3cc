import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { toDocument } from '../../shared/config/document.ts';
import { CliError } from './cli_error.ts';
import { formatProblems } from './format_problems.ts';
import { loadConfig } from './load_config.ts';
import { DEFAULT_CONFIG_FILE, inRoot } from './root.ts';

/** What every `wrangler.*.toml` that needs it calls `bundled-config`. */
export const BUNDLED_CONFIG_FILE = inRoot('.plimsoll', 'bundled-config.json');

/** Not the time of the build: equal configurations must give equal bundles. */
const BUNDLED_AT = '1970-01-01T00:00:00.000Z';

/**
 * `lb bundle-config`: writes {@link BUNDLED_CONFIG_FILE} from plimsoll.jsonc, or from $PLIMSOLL_CONFIG;
 * $PLIMSOLL_PROFILE is `local` under `npm start`. Version 0: whatever is published is newer.
 */
export function bundleConfigCommand(): Command {
  return new Command('bundle-config').action(async () => {
    const file = process.env['PLIMSOLL_CONFIG'] || DEFAULT_CONFIG_FILE;
    const profile = process.env['PLIMSOLL_PROFILE'] === 'local' ? 'local' : 'production';
    const loaded = loadConfig(file, profile);
    if (loaded.config === undefined) {
      const errors = loaded.problems.filter(({ severity }) => severity === 'error');
      throw new CliError([`cannot bundle ${file}`, ...formatProblems({ file, problems: errors })].join('\n'));
    }
    writeIfChanged(BUNDLED_CONFIG_FILE, JSON.stringify(await toDocument(loaded.config, 0, BUNDLED_AT)));
  });
}

/**
 * Several builds run this at once, and watch the file: it is replaced as a whole, and left alone when it
 * already says the same, for a rewrite would make every one of them build again.
 */
function writeIfChanged(file: string, content: string): void {
  if (existing(file) === content) return;
  mkdirSync(inRoot('.plimsoll'), { recursive: true });
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
