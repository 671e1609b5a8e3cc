import type { OperatorChange, Way } from '../../shared/contracts/history.ts';
import type { Config } from '../../shared/model/config.ts';
import type { Environment } from '../project/environment.ts';
import { type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { historyApi } from './console/history_api.ts';
import { lateText, published, versionText } from './console/publication.ts';
import { withForce } from './console/put_source.ts';
import { ConsoleRefusal } from './console/refusal.ts';

/** Options of commands that change states and weights. */
export interface ChangeOptions extends ConsoleOptions {
  comment?: string;
  force?: boolean;
}

/** The result of a change. */
export interface Changed {
  changed: boolean;
  kind: Environment['kind'];
  /** `version 12, hash 0123456789ab`. */
  version: string;
  /** The newest configuration, whose drains begin now. Absent if nothing changed, or if this version of Plimsoll cannot read it. */
  config?: Config;
}

/**
 * Changes states, weights and strategies in the newest configuration, and waits until it is published.
 * @throws CliError with the console's words if it refuses
 */
export async function changeStates(
  options: ChangeOptions,
  changes: readonly OperatorChange[],
  way: Way,
): Promise<Changed> {
  const { comment, force } = options;
  const endpoint = consoleEndpoint(options, process.env);
  const api = historyApi(endpoint);
  // The validator is large. It loads while the console works.
  const reader = Promise.all([
    import('../project/load_config.ts'),
    import('../../shared/authoring/operator_state.ts'),
  ]);
  const written = await api
    .states(changes, {
      way,
      ...(comment === undefined ? {} : { comment }),
      ...(force === true ? { force } : {}),
    })
    .catch((error: unknown) => {
      throw error instanceof ConsoleRefusal ? withForce(error) : error;
    });
  for (const note of written.notes) console.error(`note: ${note}`);
  const { version, at } = written.version;
  const publication = await published(api, written);
  const late = lateText(version, publication);
  if (late !== undefined) console.error(`note: ${late}`);
  const result = {
    changed: written.changed,
    kind: endpoint.kind,
    version: versionText(version, publication),
  };
  if (!written.changed) return result;
  const [{ source }, [{ readConfig }, { stampDrains }]] = await Promise.all([api.head(), reader]);
  const { config } = readConfig('the newest version', source, endpoint.kind, { force: true });
  // The source holds no times. The history adds them when it publishes a change.
  return config === undefined
    ? result
    : { ...result, config: stampDrains(config, undefined, Date.parse(at)) };
}
