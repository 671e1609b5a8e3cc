import type { VersionInfo, Written } from '../../../shared/contracts/history.ts';
import { CliError } from '../../project/cli_error.ts';
import type { ChangeInfo, HistoryApi } from './history_api.ts';
import { ConsoleRefusal } from './refusal.ts';

/** Our code for a change that leaves a balancer with nothing usable. */
const NEEDS_FORCE = 1_006;

/**
 * Makes a text the newest version, if nobody else makes one meanwhile.
 * @throws CliError that says which version came between, or what else is wrong
 */
export async function putSource(
  api: Pick<HistoryApi, 'head' | 'put' | 'versions'>,
  source: string,
  info: ChangeInfo,
): Promise<Written> {
  const head = await api.head();
  try {
    return await api.put(source, head.etag, info);
  } catch (error) {
    if (!(error instanceof ConsoleRefusal)) throw error;
    if (error.status !== 412) throw withForce(error);
    const [newest] = await api.versions(1);
    throw new CliError(
      `${head.version === null ? 'an empty history' : `version ${head.version.version}`} became ${named(newest)} meanwhile, ` +
        'so nothing was changed; look at it with `lb config show`, then run this again',
    );
  }
}

/** Names `--force` if that helps. */
export function withForce(error: ConsoleRefusal): CliError {
  return error.mistakes.some(({ code }) => code === NEEDS_FORCE)
    ? new CliError(`${error.message}\n  To change it all the same, add --force.`)
    : error;
}

function named(version: VersionInfo | undefined): string {
  if (version === undefined) return 'another version';
  const { version: number, author, way, comment } = version;
  return `version ${number} (${way} by ${author}${comment === '' ? '' : `: ${comment}`})`;
}
