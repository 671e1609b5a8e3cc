import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError, EXIT } from '../../project/cli_error.ts';

/** A console that somebody works with. */
export interface Profile {
  /** Address of the console. */
  console: string;
  token: string;
}

/** The profiles of one user. */
export interface Profiles {
  /** The one that commands use if nothing else is said. Absent: `local`. */
  current?: string;
  profiles: Readonly<Record<string, Profile>>;
}

/** The system of `npm start`. It needs no profile, so no profile has its name. */
export const LOCAL_PROFILE = 'local';

/** Where the profiles are: in the folder that the system has for settings. */
export function profilesFile(env: NodeJS.ProcessEnv, home = homedir()): string {
  const folder = env['XDG_CONFIG_HOME'] || (env['APPDATA'] ?? join(home, '.config'));
  return join(folder, 'plimsoll', 'profiles.json');
}

/** Reads the profiles. Without a file there are none. @throws CliError for a file that holds something else */
export function readProfiles(file: string): Profiles {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { profiles: {} };
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`, EXIT.usage);
  }
  const found = parsed(text);
  if (found === undefined)
    throw new CliError(`${file} holds no profiles; remove it and add them again`, EXIT.usage);
  return found;
}

/** Writes the profiles for this user alone, all or nothing. */
export function writeProfiles(file: string, profiles: Profiles): void {
  const next = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(next, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: 0o600 });
    chmodSync(next, 0o600);
    renameSync(next, file);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`);
  }
}

function parsed(text: string): Profiles | undefined {
  try {
    const { current, profiles } = JSON.parse(text) as Partial<Profiles>;
    if (typeof profiles !== 'object' || profiles === null) return undefined;
    const is_whole = Object.values(profiles).every(
      (one) => typeof one?.console === 'string' && typeof one.token === 'string',
    );
    return is_whole ? { profiles, ...(typeof current === 'string' ? { current } : {}) } : undefined;
  } catch {
    return undefined;
  }
}
