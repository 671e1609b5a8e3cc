import type { OperatorChange, Way } from '../../shared/contracts/history.ts';
import type { Environment } from '../project/environment.ts';
import { type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { historyApi } from './console/history_api.ts';
import type { WaitOptions } from './console/publication.ts';
import { rethrownWithForce } from './console/put_source.ts';
import { report } from './console/report.ts';
import type { JsonOption } from './say.ts';

/** Options of commands that change states and weights. */
export interface ChangeOptions extends ConsoleOptions, WaitOptions, JsonOption {
  comment?: string;
  force?: boolean;
}

/** The lines about a change. */
interface Texts {
  /** `p/a is in drain`. */
  changed: string;
  /** `p/a is already in drain`. */
  same: string;
  /** What the file needs for the change to stay: `"state": "drain"`. Absent: nothing. */
  in_file?: string;
}

/**
 * Changes a state, a weight or a strategy in the newest configuration, and prints the result. The console says what the change means
 * for sessions and new clients, so that no command loads the schema of the configuration.
 * @throws CliError with the console's words if it refuses
 */
export async function changeState(
  options: ChangeOptions,
  change: OperatorChange,
  way: Way,
  { changed, same, in_file }: Texts,
): Promise<void> {
  const { comment, force } = options;
  const endpoint = consoleEndpoint(options, process.env);
  const api = historyApi(endpoint);
  const written = await api
    .states([change], {
      way,
      ...(comment === undefined ? {} : { comment }),
      ...(force === true ? { force } : {}),
    })
    .catch(rethrownWithForce);
  await report(api, written, options, textOf(written.changed, endpoint.kind, changed, same));
  if (written.changed && in_file !== undefined && options.json !== true)
    console.log(`To keep it beyond the next \`lb publish\`, write ${in_file} into the file.`);
}

function textOf(is_changed: boolean, kind: Environment['kind'], changed: string, same: string) {
  return (version: string) =>
    is_changed ? `${changed} in ${kind}: ${version}` : `nothing changed: ${same} in ${kind}, ${version}`;
}
