import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError, EXIT } from '../project/cli_error.ts';

/**
 * Checks that wrangler has credentials. Without them it would open a browser, or wait for one.
 * @throws CliError that names both ways to provide them
 */
export function assertCredentials(env: NodeJS.ProcessEnv = process.env, home = homedir()): void {
  if (env['CLOUDFLARE_API_TOKEN'] || (env['CLOUDFLARE_API_KEY'] && env['CLOUDFLARE_EMAIL'])) return;
  // Where `wrangler login` stores its tokens: the system's folder for settings, or in older versions the home directory.
  const folders = [
    env['XDG_CONFIG_HOME'] ?? join(home, '.config'),
    join(home, 'Library', 'Preferences'),
    join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'xdg.config'),
    home,
  ];
  if (folders.some((folder) => existsSync(join(folder, '.wrangler', 'config', 'default.toml')))) return;
  throw new CliError(
    'there are no Cloudflare credentials; set CLOUDFLARE_API_TOKEN or run `npx wrangler login`',
    EXIT.usage,
  );
}
