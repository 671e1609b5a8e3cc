import type { VersionInfo, Written } from '../../../shared/contracts/history.ts';
import { CliError } from '../../project/cli_error.ts';
import type { ChangeInfo, HistoryApi } from './history_api.ts';
import { ConsoleRefusal } from './refusal.ts';

/** Our code for a change that leaves a balancer with nothing usable. */
export const NEEDS_FORCE = 1_006;

/**
 * Makes a text the newest version, if nobody else makes one meanwhile.
 * @throws CliError that says which version came between; {@link ConsoleRefusal} if something else is wrong
 */
export async function putSource(
  api: Pick<HistoryApi, 'put' | 'versions'>,
  source: string,
  info: ChangeInfo,
): Promise<Written> {
  // Its number is the ETag of the configuration, and 0 if there is none. The whole answer to GET /api/config would hold the file.
  const [before] = await api.versions(1);
  try {
    return await api.put(source, String(before?.version ?? 0), info);
  } catch (error) {
    if (!(error instanceof ConsoleRefusal) || error.status !== 412) throw error;
    const [newest] = await api.versions(1);
    throw new CliError(
      `${before === undefined ? 'an empty history' : `version ${before.version}`} became ${named(newest)} meanwhile, ` +
        'so nothing was changed; look at it with `lb config show`, then run this again',
    );
  }
}

/** Throws an error again, with `--force` if that helps. */
export function rethrownWithForce(error: unknown): never {
  throw error instanceof ConsoleRefusal ? withForce(error) : error;
}

function withForce(error: ConsoleRefusal): CliError {
  return error.mistakes.some(({ code }) => code === NEEDS_FORCE)
    ? new CliError(
        `${error.message.replaceAll(', or send `?force=true`', '')}\n  To change it all the same, add --force.`,
      )
    : error;
}

function named(version: VersionInfo | undefined): string {
  if (version === undefined) return 'another version';
  const { version: number, author, way, comment } = version;
  return `version ${number} (${way} by ${author}${comment === '' ? '' : `: ${comment}`})`;
}
