import { CliError, EXIT } from '../../project/cli_error.ts';
import { LOCAL_PROFILE, type Profile, profilesFile, readProfiles } from './profiles.ts';

/** What says which console a command asks. */
export interface ProfileOptions {
  profile?: string;
  console?: string;
  local?: boolean;
  remote?: boolean;
}

/**
 * The profile of a command. In this order: `--profile`; no profile with `--console`, `--local`, `--remote`, PLIMSOLL_CONSOLE_URL or
 * CLOUDFLARE_API_TOKEN, which name an environment by themselves; LB_PROFILE; the one of `lb profile use`.
 * @returns undefined: no profile, so options and variables decide; `local`: the system of `npm start`
 * @throws CliError if there is no profile of that name
 */
export function chosenProfile(
  options: ProfileOptions,
  env: NodeJS.ProcessEnv,
): Profile | typeof LOCAL_PROFILE | undefined {
  const { profile, console: address, local, remote } = options;
  if (profile !== undefined) return named(profile, '--profile', env);
  const is_said = address !== undefined || local === true || remote === true;
  if (is_said || env['PLIMSOLL_CONSOLE_URL'] || env['CLOUDFLARE_API_TOKEN']) return undefined;
  if (env['LB_PROFILE']) return named(env['LB_PROFILE'], 'LB_PROFILE', env);
  const { current } = readProfiles(profilesFile(env));
  return current === undefined ? undefined : named(current, '`lb profile use`', env);
}

/**
 * Where a command acts: the console of a profile, or what these options and the variables say. The profile `local` is an option like
 * `--local`.
 * @throws CliError as {@link chosenProfile}
 */
export function placeOf<T extends ProfileOptions>(
  options: T,
  env: NodeJS.ProcessEnv,
): { profile: Profile } | { profile?: never; options: ProfileOptions } {
  const profile = chosenProfile(options, env);
  if (profile === LOCAL_PROFILE) return { options: { local: true } };
  return profile === undefined ? { options } : { profile };
}

function named(name: string, said_by: string, env: NodeJS.ProcessEnv): Profile | typeof LOCAL_PROFILE {
  if (name === LOCAL_PROFILE) return LOCAL_PROFILE;
  const { profiles } = readProfiles(profilesFile(env));
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (found !== undefined) return found;
  const names = [LOCAL_PROFILE, ...Object.keys(profiles)].join(', ');
  throw new CliError(`${said_by}: there is no profile "${name}"; there are ${names}`, EXIT.usage);
}
