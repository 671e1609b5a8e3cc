import type { OperatorChange, Way } from '../../shared/contracts/history.ts';
import type { Config } from '../../shared/model/config.ts';
import type { Environment } from '../project/environment.ts';
import { type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { type HistoryApi, historyApi } from './console/history_api.ts';
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
  const reader = loadReader();
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
  const [publication, config] = await Promise.all([
    published(api, written),
    // The source holds no times. The history adds them when it publishes a change.
    written.changed ? newest(api, endpoint.kind, reader, Date.parse(at)) : undefined,
  ]);
  const late = lateText(version, publication);
  if (late !== undefined) console.error(`note: ${late}`);
  return {
    changed: written.changed,
    kind: endpoint.kind,
    version: versionText(version, publication),
    ...(config === undefined ? {} : { config }),
  };
}

/** The modules that read a configuration. They are large, so they load while the console works. */
const loadReader = () =>
  Promise.all([import('../project/load_config.ts'), import('../../shared/authoring/operator_state.ts')]);

/** Reads the newest configuration, whose drains begin at `at`. @returns undefined: this version of Plimsoll cannot read it */
async function newest(
  api: HistoryApi,
  kind: Environment['kind'],
  reader: ReturnType<typeof loadReader>,
  at: number,
): Promise<Config | undefined> {
  const [{ source }, [{ readConfig }, { stampDrains }]] = await Promise.all([api.head(), reader]);
  const { config } = readConfig('the newest version', source, kind, { force: true });
  return config === undefined ? undefined : stampDrains(config, undefined, at);
}
